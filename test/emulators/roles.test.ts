import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientIds, loadClient } from '../../src/adapters/aws/clients.ts';
import { failedTask } from '../../src/app/task-end.ts';
import type { Service } from '../../src/collect/service.ts';
import { loadService, loadServices, permissionsOf, services } from '../../src/collect/services.ts';
import { type Comparison, compare } from '../faults/compare.ts';
import type { Told } from '../faults/world.ts';
import { ANY_KEY, HOME, type Moto, startMoto } from './support/moto.ts';
import { type Caller, callerOf, motoAction, operationsOf, refused, without } from './support/roles.ts';
import { type LimitedUser, limitedUser } from './support/seed/identities.ts';
import { configOf } from './support/seed/shared.ts';
import { SEED_ENV, seedHome } from './support/seed.ts';

const NOT_SERVED = 'moto does not serve it: what rests on it is open with the action too, by another error';

/** Actions whose refusal turns no outcome, and why. Every other one must make something inconclusive. */
const TURNS_NOTHING: Readonly<Record<string, string>> = {
  'config:DescribeDeliveryChannelStatus': NOT_SERVED,
  'config:GetComplianceDetailsByConfigRule': NOT_SERVED,
  'ec2:GetEbsDefaultKmsKeyId': NOT_SERVED,
  'ec2:GetImageBlockPublicAccessState': NOT_SERVED,
  'ec2:GetInstanceMetadataDefaults': NOT_SERVED,
  'ec2:GetSnapshotBlockPublicAccessState': NOT_SERVED,
  'guardduty:GetAdministratorAccount': 'the check that needs it needs guardduty:ListMembers too, which has no route',
  'iam:ListVirtualMFADevices': 'the root user of moto has no MFA, which alone decides whether it is a hardware one',
  'rds:DescribeDBMajorEngineVersions': NOT_SERVED,
};

const NO_ROUTE = 'moto has no route for it: it answers 404 before it asks who is calling';
const AFTER = 'only asked for what this operation answers, which has no route: ';

/** Actions for want of which moto refuses no call, and why. */
const NEVER_REFUSED: Readonly<Record<string, string>> = {
  'config:DescribeConfigRuleEvaluationStatus': 'only asked of rules without results, and moto has none to give',
  'guardduty:GetFindings': `${AFTER}guardduty:ListFindings`,
  'guardduty:ListFindings': NO_ROUTE,
  'guardduty:ListMembers': NO_ROUTE,
  'guardduty:ListPublishingDestinations': NO_ROUTE,
  'lambda:ListFunctionUrlConfigs': NO_ROUTE,
  'securityhub:BatchGetSecurityControls': `${AFTER}securityhub:GetEnabledStandards`,
  'securityhub:GetEnabledStandards': NO_ROUTE,
  'securityhub:GetFindings': `${AFTER}securityhub:GetEnabledStandards`,
  'securityhub:ListSecurityControlDefinitions': `${AFTER}securityhub:GetEnabledStandards`,
};

interface Row {
  readonly service: string;
  readonly actions: number;
  /** One after the other, each while all others are allowed; of these a call was refused. */
  readonly 'refused in turn': number;
  readonly 'became inconclusive': number;
  readonly flips: number;
  readonly vanished: number;
  readonly 'altered, unexplained': number;
}

const rows: Row[] = [];
let moto: Moto;
let admin: LimitedUser;
let reader: LimitedUser;
let unbound: Caller;
let bound: Caller;
/** What each service comes to while every call is allowed. */
const baselines = new Map<string, Told>();

beforeAll(async () => {
  moto = await startMoto(SEED_ENV);
  await seedHome(moto.endpoint);
  admin = await limitedUser(configOf(moto.endpoint), 'admin');
  await admin.may(['*']);
  // Its policies are set with the administrator's key: authorization stays on from here.
  reader = await limitedUser(configOf(moto.endpoint, admin), 'witnessmark');
  const at = new Date().toISOString();
  unbound = await callerOf(moto.endpoint, ANY_KEY, at);
  bound = await callerOf(moto.endpoint, reader, at);
  for (const id of Object.keys(services)) baselines.set(id, comparable(await unbound.told(await loadService(id))));
  await moto.enforceIam();
});

afterAll(async () => {
  console.table(Object.fromEntries(rows.map(({ service, ...row }) => [service, row])));
  unbound?.close();
  bound?.close();
  await moto?.stop();
});

/** The readers of IAM see these two, and what they may do and last did differs by design. */
const CALLERS = new Set(['admin', 'witnessmark'].map((it) => `arn:aws:iam::${HOME}:user/${it}`));
const comparable = (told: Told): Told => without(told, { subjects: CALLERS, fact: 'latestDeliveryTime' });

/** What the service comes to for a caller with these actions and no others. */
async function toldWith(service: Service, actions: readonly string[], denied: readonly string[] = []): Promise<Told> {
  await reader.may(actions.map(motoAction), denied.map(motoAction));
  return comparable(await bound.told(service));
}

function baselineOf(service: Service): Told {
  const told = baselines.get(service.id);
  if (told === undefined) throw new Error(`no baseline of ${service.id}`);
  return told;
}

/** Everything that evidence says of a subject, but for the calls behind it. */
function outcomesOf({ judged }: Told): unknown {
  return judged.map(({ source, subjects }) => ({
    source,
    subjects: subjects.map(({ subject, outcome, reason, facts }) => ({ subject, outcome, reason, facts })),
  }));
}

/**
 * AccessDenied, as AWS says it, where the protocol is the one of the query services or of S3. moto says it in the XML of
 * IAM to clients that expect JSON, whose parser then fails, and in the XML of S3 to those of S3 Control.
 */
function refusalName(operation: string): string {
  const [service = ''] = operation.split(':');
  if (service === 's3control') return 'Unknown';
  return ['ec2', 'elbv2', 'iam', 'rds', 's3', 'sns'].includes(service) ? 'AccessDenied' : 'SyntaxError';
}

interface Tried extends Comparison {
  readonly action: string;
  /** How many operations. */
  readonly refused: number;
}

async function tryWithout(service: Service, action: string): Promise<Tried> {
  const declared = permissionsOf([service]);
  const told = await toldWith(service, declared, [action]);
  const refusals = refused(told);
  const named = new Set(refusals.map((it) => it.operation));
  if (named.size > 0) expect(named, action).toEqual(new Set(operationsOf(action, declared)));
  for (const { operation, error } of refusals)
    expect(error, action).toMatchObject({ kind: 'denied', name: refusalName(operation), status: 403 });
  // What was refused is told by the failed task, also where it could not be read before.
  const failed = new Set(
    failedTask(told.reading)
      ?.failures.filter((it) => it.kind === 'denied')
      .map((it) => it.operation),
  );
  expect(failed, action).toEqual(named);
  const compared = compare(baselineOf(service), told, refusals);
  expect(compared.violations, action).toEqual([]);
  return { action, refused: named.size, ...compared };
}

function rowOf(service: Service, tried: readonly Tried[]): Row {
  const violations = tried.flatMap((it) => it.violations);
  const count = (...rules: string[]) => violations.filter((it) => rules.includes(it.rule)).length;
  return {
    service: service.id,
    actions: permissionsOf([service]).length,
    'refused in turn': tried.filter((it) => it.refused > 0).length,
    'became inconclusive': tried.reduce((sum, it) => sum + it.inconclusive, 0),
    flips: count('flip'),
    vanished: count('vanished'),
    'altered, unexplained': count('altered', 'unexplained', 'thrown'),
  };
}

describe('the read-only role', () => {
  it('has an action for every operation that can be called, and no other', async () => {
    const { permissions } = await loadServices();
    const clients = clientIds.filter((it) => it !== 'sts').map(async (id) => [id, await loadClient(id)] as const);
    const callable = (await Promise.all(clients)).flatMap(([id, client]) =>
      Object.keys(client?.operations ?? {}).map((it) => `${id}:${it}`),
    );
    expect(permissions.flatMap((it) => operationsOf(it, [it])).sort()).toEqual(callable.sort());
  });
});

describe.each(Object.keys(services))('the role for %s', (id) => {
  it('is enough: exactly the declared actions give what all actions give', async () => {
    const service = await loadService(id);
    const told = await toldWith(service, permissionsOf([service]));
    expect(refused(told)).toEqual([]);
    expect(outcomesOf(told)).toEqual(outcomesOf(baselineOf(service)));
  });

  it('leaves open, and never flips, what rests on an action that is taken away', async () => {
    const service = await loadService(id);
    const tried: Tried[] = [];
    for (const action of permissionsOf([service])) tried.push(await tryWithout(service, action));
    rows.push(rowOf(service, tried));
    const inList = (list: object) => Object.keys(list).filter((it) => permissionsOf([service]).includes(it));
    const named = (of: readonly Tried[]) => of.map((it) => it.action);
    expect(named(tried.filter((it) => it.refused === 0))).toEqual(inList(NEVER_REFUSED));
    expect(named(tried.filter((it) => it.refused > 0 && it.inconclusive === 0))).toEqual(inList(TURNS_NOTHING));
  });

  it('may be nothing at all: then every outcome is open', async () => {
    const told = await toldWith(await loadService(id), []);
    const outcomes = told.judged.flatMap((it) => it.subjects);
    expect(outcomes.length).toBeGreaterThan(0);
    expect(outcomes.filter((it) => it.outcome !== 'inconclusive')).toEqual([]);
    const known = told.reading.populations.filter(({ failure, resources }) => {
      return failure === undefined && resources.every((it) => Object.keys(it.failures).length === 0);
    });
    expect(known.map((it) => it.type)).toEqual([]);
  });
});
