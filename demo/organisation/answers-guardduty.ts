import { type Detector, detectorName, FEATURES, THREATS, type Threat } from './detectors.ts';
import { randomFor } from './logins.ts';
import { DEVELOPMENT, PRODUCTION, VIRGINIA } from './names.ts';
import type { Call } from './proxy.ts';
import { hex } from './random.ts';
import { jsonAnswer, type WireAnswer } from './wire.ts';
import type { World } from './world.ts';

/** Production administers GuardDuty of both accounts, but for development's second region. */
const isAdministered = ({ account, region }: Call): boolean => account === DEVELOPMENT && region !== VIRGINIA;

/** What GuardDuty says. */
export function guardDutyAnswer(world: World, call: Call, now: string, requestId: string): WireAnswer | undefined {
  const detector = world.kept.get(detectorName(call.account, call.region)) as Detector | undefined;
  if (call.service !== 'guardduty' || detector === undefined) return undefined;
  const answer = detected(detector, call, now);
  return answer === undefined ? undefined : jsonAnswer(answer, requestId);
}

function detected(detector: Detector, call: Call, now: string): object | undefined {
  const { id, created, exported } = detector;
  switch (call.operation) {
    case 'ListDetectors':
      return { detectorIds: [id] };
    case 'GetDetector':
      return describe(detector);
    case 'GetAdministratorAccount': {
      const administrator = { accountId: PRODUCTION, relationshipStatus: 'Enabled', invitedAt: created };
      return isAdministered(call) ? { administrator } : {};
    }
    case 'ListMembers':
      return { members: call.account === PRODUCTION ? [member(call, detector)] : [] };
    case 'ListPublishingDestinations': {
      const destination = { destinationId: hex(randomFor('2024-02-07', id), 32), destinationType: 'S3' };
      return { destinations: exported ? [{ ...destination, status: 'PUBLISHING' }] : [] };
    }
    case 'ListFindings':
      return { findingIds: threats(call, now).filter(isAsked(call.body)).map(threatId) };
    case 'GetFindings': {
      const { findingIds } = JSON.parse(call.body) as { findingIds: string[] };
      const found = THREATS.filter((it) => findingIds.includes(threatId(it)));
      return { findings: found.map((it) => finding(it, detector, now)) };
    }
    default:
      return undefined;
  }
}

function describe({ created, enabled, features }: Detector): object {
  const updatedAt = Date.parse(created) / 1000;
  return {
    createdAt: created,
    findingPublishingFrequency: 'FIFTEEN_MINUTES',
    status: enabled ? 'ENABLED' : 'DISABLED',
    updatedAt: created,
    tags: {},
    features: FEATURES.map((name) => ({ name, status: features.includes(name) ? 'ENABLED' : 'DISABLED', updatedAt })),
  };
}

const member = ({ region }: Call, { id, created }: Detector): object => ({
  accountId: DEVELOPMENT,
  masterId: PRODUCTION,
  administratorId: PRODUCTION,
  detectorId: hex(randomFor('2024-03-06', region + id), 32),
  email: 'development@example.com',
  relationshipStatus: 'Enabled',
  updatedAt: created,
});

const threatId = ({ type, found }: Threat): string => hex(randomFor(found.slice(0, 10), type), 32);
const isArchived = ({ archived }: Threat, now: string): boolean => archived <= now;

/** Findings of a place that are known at a time. An administrator sees those of its members. */
function threats({ account, region }: Call, now: string): Threat[] {
  const seen = account === PRODUCTION ? [PRODUCTION, DEVELOPMENT] : [account];
  return THREATS.filter(
    (it) => seen.includes(it.account) && it.region === region && it.found <= now && !isArchived(it, now),
  );
}

/** The criteria on account and severity; what is archived is left out before. */
function isAsked(body: string): (threat: Threat) => boolean {
  type Criterion = { accountId?: { equals: string[] }; severity?: { greaterThanOrEqual: number } };
  const { findingCriteria } = JSON.parse(body) as { findingCriteria?: { criterion?: Criterion } };
  const { accountId, severity } = findingCriteria?.criterion ?? {};
  return (it) => (accountId?.equals.includes(it.account) ?? true) && it.severity >= (severity?.greaterThanOrEqual ?? 0);
}

function finding(threat: Threat, detector: Detector, now: string): object {
  const { account, region, type, severity, title, found } = threat;
  const id = threatId(threat);
  return {
    accountId: account,
    arn: `arn:aws:guardduty:${region}:${account}:detector/${detector.id}/finding/${id}`,
    createdAt: found,
    id,
    partition: 'aws',
    region,
    resource: { resourceType: 'Instance' },
    schemaVersion: '2.0',
    service: { archived: isArchived(threat, now), count: 3, detectorId: detector.id, serviceName: 'guardduty' },
    severity,
    title,
    type,
    updatedAt: found,
  };
}
