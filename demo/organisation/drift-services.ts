import type { Actor, Change } from './change.ts';
import * as services from './changes-services.ts';
import * as settings from './changes-settings.ts';
import { DEVELOPMENT, IRELAND, PRODUCTION, VIRGINIA } from './names.ts';

const pipeline: Actor = { role: 'DeployPipeline', session: 'AWSCodeBuild-7c1f2a' };
const sam: Actor = { user: 'sam.petrov' };
const dana: Actor = { role: 'PlatformAdmin', session: 'dana.levy' };
const admin: Actor = { role: 'PlatformAdmin', session: 'sam.petrov' };
const jo: Actor = { user: 'jo.tanaka' };
const maria: Actor = { user: 'maria.silva' };
const aws: Actor = { service: 'securityhub.amazonaws.com' };

const prod = (at: string, who: Actor, make: Change['make'], region = IRELAND): Change => ({
  at,
  account: PRODUCTION,
  region,
  who,
  make,
});
const dev = (at: string, who: Actor, make: Change['make'], region = IRELAND): Change => ({
  at,
  account: DEVELOPMENT,
  region,
  who,
  make,
});

const ROTATED = '2026-10-22T09:15:31Z';
const HUB = '2026-10-08T11:20:46Z';

/** What changes in the period in databases, functions, queues and the other services beside servers and buckets. */
export const SERVICE_CHANGES: readonly Change[] = [
  dev('2026-10-06T15:20:18Z', jo, services.databasePublic('dev-records', true)),
  dev(HUB, maria, settings.hubEnabled(HUB)),
  dev('2026-10-09T08:31:52Z', maria, services.databasePublic('dev-records', false)),
  dev('2026-10-10T06:00:00Z', aws, settings.standardReady()),
  prod('2026-10-12T09:40:25Z', admin, services.alarmSwitched('trail-changes', false)),
  dev('2026-10-13T12:02:13Z', jo, settings.imagePublic('dev-app-2026-09', true)),
  prod('2026-10-14T08:20:37Z', dana, services.tlsModernised('portal/443')),
  dev('2026-10-14T09:30:44Z', maria, settings.imagePublic('dev-app-2026-09', false)),
  prod('2026-10-15T13:22:06Z', dana, services.repositoryOpened('portal')),
  prod('2026-10-15T16:01:50Z', admin, services.alarmSwitched('trail-changes', true)),
  prod('2026-10-16T07:50:29Z', pipeline, services.runtimeRaised('portal-thumbnails', 'nodejs24.x')),
  prod('2026-10-16T09:10:15Z', admin, services.repositoryClosed('portal')),
  prod('2026-10-19T10:48:33Z', sam, services.retentionSet('/aws/lambda/claims-notify', 400)),
  dev('2026-10-19T16:45:09Z', jo, settings.guardDuty(false), VIRGINIA),
  prod('2026-10-20T13:05:54Z', admin, services.recoveryEnabled('consents')),
  prod('2026-10-21T10:30:21Z', admin, services.tlsDemanded('claims-mysql84')),
  prod(ROTATED, sam, services.secretRotated('claims/database', ROTATED)),
  dev('2026-10-26T08:20:12Z', maria, settings.guardDuty(true), VIRGINIA),
  prod('2026-10-26T11:11:48Z', dana, services.queueEncrypted('partner-uploads')),
  prod('2026-10-27T09:00:35Z', admin, settings.snapshotsBlocked(), VIRGINIA),
  prod('2026-10-30T08:44:02Z', admin, services.backupsKept('claims', 35)),
  dev('2026-10-30T09:25:58Z', maria, settings.accountBlocked()),
];
