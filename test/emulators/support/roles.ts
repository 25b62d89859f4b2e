import { awsCloud } from '../../../src/adapters/aws/cloud.ts';
import { loadCatalogueFiles } from '../../../src/adapters/local/catalogue-files.ts';
import { checkSources } from '../../../src/app/catalogue.ts';
import { judgeTask } from '../../../src/app/judged.ts';
import type { Catalogue } from '../../../src/catalog/catalogue.ts';
import { readTask } from '../../../src/collect/read-task.ts';
import type { Service } from '../../../src/collect/service.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Retrieval } from '../../../src/model/retrieval.ts';
import type { Cloud } from '../../../src/ports/cloud.ts';
import type { WrongCall } from '../../faults/compare.ts';
import type { Told } from '../../faults/world.ts';
import { HOME, REGION } from './moto.ts';
import type { Credentials } from './seed/shared.ts';

/** Operations whose IAM action has another name, by the service authorization reference of AWS. */
const OPERATIONS: Readonly<Record<string, string>> = {
  's3:GetAccountPublicAccessBlock': 's3control:GetPublicAccessBlock',
  's3:GetBucketNotification': 's3:GetBucketNotificationConfiguration',
  's3:GetBucketObjectLockConfiguration': 's3:GetObjectLockConfiguration',
  's3:GetBucketPublicAccessBlock': 's3:GetPublicAccessBlock',
  's3:GetEncryptionConfiguration': 's3:GetBucketEncryption',
  's3:GetLifecycleConfiguration': 's3:GetBucketLifecycleConfiguration',
  's3:GetReplicationConfiguration': 's3:GetBucketReplication',
  's3:ListAllMyBuckets': 's3:ListBuckets',
};

/** What moto asks for in place of an action: it goes by the name that signs, and knows few settings of buckets. */
const MOTO_ACTIONS: Readonly<Record<string, string>> = {
  'cloudwatch:DescribeAlarms': 'monitoring:DescribeAlarms',
  's3:GetAccountPublicAccessBlock': 's3:GetPublicAccessBlock',
  's3:GetBucketObjectLockConfiguration': 's3:ListBucket',
  's3:GetBucketOwnershipControls': 's3:ListBucket',
  's3:GetBucketPublicAccessBlock': 's3:ListBucket',
  's3:GetEncryptionConfiguration': 's3:ListBucket',
  's3:GetReplicationConfiguration': 's3:ListBucket',
};

export const motoAction = (action: string): string => MOTO_ACTIONS[action] ?? action;

/** Operations that moto refuses together with this action, of which the action's own is one. */
export function operationsOf(action: string, declared: readonly string[]): string[] {
  return declared.filter((it) => motoAction(it) === motoAction(action)).map(operationOf);
}

function operationOf(action: string): string {
  return OPERATIONS[action] ?? action.replace(/^elasticloadbalancing:/, 'elbv2:');
}

/** A caller's way to read and judge one service of the emulated account, at one time for all readings. */
export interface Caller {
  told(service: Service): Promise<Told>;
  close(): void;
}

/** Reads as `collect` does, but without waiting: moto's credential report is there when it is asked for again. */
export async function callerOf(endpoint: string, credentials: Credentials, at: string): Promise<Caller> {
  const catalogue = await loadCatalogueFiles();
  const clock = { now: () => at };
  const aws = awsCloud({ clock, endpoint, credentials, maxAttempts: 1 });
  const cloud: Cloud = { call: (request) => aws.call(request), pause: () => Promise.resolve() };
  return { told: (service) => toldOf(service, cloud, { catalogue, at }), close: () => aws.close() };
}

async function toldOf(
  service: Service,
  cloud: Cloud,
  { catalogue, at }: { catalogue: Catalogue; at: string },
): Promise<Told> {
  const region = service.scope === 'global' ? 'global' : REGION;
  const task = { account: HOME, region, service: service.id };
  const reading = await readTask({ service, cloud, task, at, redact: { secret: 'nothing here is secret' } });
  const types = reading.populations.map((it) => it.type);
  return { reading, judged: judgeTask(reading, checkSources(catalogue, types)) };
}

export interface Omitted {
  /** Ids of subjects. */
  readonly subjects: ReadonlySet<string>;
  /** Name of a fact that moto makes up anew each time: that of a trail's last delivery is the time of the question. */
  readonly fact: string;
}

/** What a task came to without what differs from one reading to the next by itself. */
export function without({ reading, judged }: Told, { subjects, fact }: Omitted): Told {
  const strip = <T extends { readonly facts: JsonObject }>(it: T): T => {
    const { [fact]: _, ...facts } = it.facts;
    return { ...it, facts };
  };
  const populations = reading.populations.map((it) => {
    return { ...it, resources: it.resources.filter(({ id }) => !subjects.has(id)).map(strip) };
  });
  const sources = judged.map((it) => {
    return { ...it, subjects: it.subjects.filter(({ subject }) => !subjects.has(subject)).map(strip) };
  });
  return { reading: { ...reading, populations }, judged: sources };
}

/** Calls that were refused, each operation with its first error. */
export function refused({ reading }: Told): WrongCall[] {
  const calls = reading.retrievals.filter((it) => it.error?.kind === 'denied');
  const byOperation = new Map<string, Retrieval>(
    calls.toReversed().map((it) => [`${it.service}:${it.operation}`, it] as const),
  );
  return [...byOperation].flatMap(([operation, { error }]) => (error === undefined ? [] : [{ operation, error }]));
}
