import type { Actor, Change } from './change.ts';
import * as access from './changes-access.ts';
import * as compute from './changes-compute.ts';
import * as data from './changes-data.ts';
import { SERVICE_CHANGES } from './drift-services.ts';
import { DEVELOPMENT, IRELAND, PRODUCTION, VIRGINIA } from './names.ts';

const pipeline: Actor = { role: 'DeployPipeline', session: 'AWSCodeBuild-7c1f2a' };
const sam: Actor = { user: 'sam.petrov' };
const dana: Actor = { role: 'PlatformAdmin', session: 'dana.levy' };
const admin: Actor = { role: 'PlatformAdmin', session: 'sam.petrov' };
const jo: Actor = { user: 'jo.tanaka' };
const maria: Actor = { user: 'maria.silva' };

const prod = (at: string, who: Actor, make: Change['make'], region = IRELAND): Change => ({
  at,
  account: PRODUCTION,
  region,
  who,
  make,
});
const dev = (at: string, who: Actor, make: Change['make']): Change => ({
  at,
  account: DEVELOPMENT,
  region: IRELAND,
  who,
  make,
});

const loadServer = {
  name: 'dev-load-1',
  account: DEVELOPMENT,
  region: IRELAND,
  vpc: 'dev-core',
  group: 'dev-app',
  role: 'DevApp',
  launched: '2026-10-04T07:12:26Z',
};
const extraServer = {
  name: 'portal-app-3',
  account: PRODUCTION,
  region: IRELAND,
  vpc: 'prod-core',
  group: 'portal-app',
  role: 'PortalApp',
  launched: '2026-10-19T06:40:51Z',
};

const SERVER_CHANGES: readonly Change[] = [
  dev(loadServer.launched, pipeline, compute.launched(loadServer)),
  prod('2026-10-05T09:02:44Z', sam, access.keyCreated('monitoring-exporter', 2)),
  prod('2026-10-05T09:20:13Z', sam, access.keyDisabled('monitoring-exporter', 1)),
  prod('2026-10-06T10:31:17Z', dana, data.publicAccessAllowed('prod-claims-exports')),
  dev('2026-10-08T18:05:39Z', pipeline, compute.terminated('dev-load-1')),
  prod('2026-10-09T15:02:40Z', admin, data.publicAccessBlocked('prod-claims-exports')),
  dev('2026-10-12T08:30:11Z', jo, access.joined()),
  prod('2026-10-12T08:51:02Z', sam, access.keyDeleted('monitoring-exporter', 1)),
  prod('2026-10-13T11:25:34Z', admin, compute.flowsLogged('prod-recovery'), VIRGINIA),
  dev('2026-10-15T09:44:28Z', { user: 'lee.hoang' }, access.mfaEnabled('lee.hoang')),
  prod('2026-10-16T10:44:09Z', dana, data.tlsRequired('prod-partner-landing')),
  prod(extraServer.launched, pipeline, compute.launched(extraServer)),
  dev('2026-10-20T12:10:45Z', maria, access.trustNarrowed('BuildWebhook')),
  prod('2026-10-20T14:22:08Z', dana, compute.sshOpened('bastion')),
  prod('2026-10-21T08:47:55Z', admin, compute.sshClosed('bastion')),
  dev('2026-10-22T13:33:21Z', jo, access.policyWidened('SandboxAccess')),
  prod('2026-10-25T10:15:30Z', dana, compute.plainVolume('recovery-restore-test', 100), VIRGINIA),
  dev('2026-10-26T17:40:14Z', maria, compute.stopped('dev-qa-1')),
  dev('2026-10-27T09:05:50Z', jo, access.policyNarrowed('SandboxAccess')),
  dev('2026-10-28T09:50:33Z', maria, data.bucketDeleted('dev-sandbox-uploads')),
  prod('2026-10-30T10:05:12Z', admin, data.rotationEnabled('app-secrets')),
  dev('2026-11-02T13:05:41Z', jo, data.trailStopped()),
  dev('2026-11-03T09:40:03Z', maria, data.trailStarted()),
  dev(
    '2026-11-04T10:20:57Z',
    { role: 'PlatformAdmin', session: 'maria.silva' },
    data.keyDeletionScheduled('dev-old-data', 30),
  ),
];

/** Everything that changes in the period, in order of time. */
export const CHANGES: readonly Change[] = [...SERVER_CHANGES, ...SERVICE_CHANGES].sort((a, b) =>
  a.at < b.at ? -1 : 1,
);
