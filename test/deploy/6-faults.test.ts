import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { BatchWriteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditedAwsStore } from '../../src/adapters/aws/store/audited-store.ts';
import { storeObjects } from '../../src/adapters/aws/store/store.ts';
import { parseStoreLocation, type StoreLocation } from '../../src/adapters/aws/store/store-location.ts';
import { sqliteIndex } from '../../src/adapters/local/sqlite-index.ts';
import { objectStage } from '../../src/app/collect/stage.ts';
import { entryOf } from '../../src/app/objects.ts';
import { syncIndex } from '../../src/app/replay.ts';
import { openLog } from '../../src/ledger/read.ts';
import { answersOf, brokenDigests } from '../app/store-of.ts';
import { envelope, record } from '../app/watch-events.ts';
import { type Asked, throttled } from '../emulators/support/fault-proxy.ts';
import { witnessmark } from '../emulators/support/run.ts';
import { killAt, withFault } from './faults.ts';
import { waitingReport } from './packs.ts';
import {
  ACCOUNT,
  ended,
  indexOf,
  invoke,
  lambda,
  makeStore,
  outputs,
  runMachine,
  STAGE,
  s3,
  scheduled,
  stepsOf,
} from './stack.ts';
import { type Inbox, received, subscribed } from './told.ts';

let address: string;
let location: StoreLocation;
let inbox: Inbox;
beforeAll(async () => {
  await makeStore();
  address = (await outputs()).StoreAddress ?? '';
  location = parseStoreLocation(address);
  // One run at a time: that of the schedule must not come between those of these tests.
  await ended(await scheduled());
  await runMachine({});
  inbox = await subscribed('runs', 'run');
});

/** Objects of the store beside the ledger, as the functions of a run write them. */
const work = () => {
  const { retention: _, ...unlocked } = location;
  return storeObjects(unlocked);
};

/** Entries of the ledger itself, whatever the index says. */
async function ledger() {
  const { objects, verifierKeys } = await auditedAwsStore(location);
  const log = await openLog(objects, verifierKeys);
  const entries = [];
  for await (const { bytes } of log.entries(0, log.checkpoint.size)) entries.push(entryOf(bytes));
  return entries;
}

/** What an index says that is built from the ledger alone. */
async function replayed() {
  const index = sqliteIndex(':memory:');
  await syncIndex({ ...(await auditedAwsStore(location)), index });
  return answersOf({ index });
}

/** What the message about a run ends with. */
const executionOf = ({ name }: { name?: string | undefined }): string => `Execution ${name}`;

/** The record of a run; each run has one. */
async function recordOf(run: string) {
  const found = await Array.fromAsync((await indexOf()).bodies('run', { run }));
  expect(found).toHaveLength(1);
  return found[0]?.body;
}

/** Services that a run lost, each with what is said of it. The emulator does not answer all reads of the others. */
async function lostBy(run: string): Promise<Record<string, string>> {
  const failed = (await recordOf(run))?.failed ?? [];
  const lost = failed.filter((it) => it.failures[0]?.name === 'TaskLost');
  return Object.fromEntries(lost.map(({ service, failures: [first] }) => [service, first?.message ?? '']));
}

/** Services of whose populations a run has said something. */
async function observedBy(run: string): Promise<string[]> {
  const found = await Array.fromAsync((await indexOf()).bodies('observations', { run }));
  return found.map((it) => it.body.service).sort();
}

/** Something new of two services, that the next run has to tell. */
async function seed(name: string): Promise<{ bucket: string; key: string }> {
  const Bucket = `${name}-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
  const { KeyMetadata } = await new KMSClient({}).send(new CreateKeyCommand({ Description: name }));
  return { bucket: `arn:aws:s3:::${Bucket}`, key: KeyMetadata?.Arn ?? '' };
}

async function knows({ bucket, key }: { bucket: string; key: string }): Promise<boolean[]> {
  const index = await indexOf();
  const buckets = await index.current('check:s3-bucket-tls-only', ACCOUNT, 'global');
  const keys = await index.current('check:kms-key-rotation-enabled', ACCOUNT, 'eu-west-1');
  return [buckets.has(bucket), keys.has(key)];
}

describe('the Collect function, killed mid-run', () => {
  it('once at one write and once at another: each is tried again, and nothing is lost or told twice', async () => {
    const made = await seed('seeded-before-two-kills');
    const killed: string[] = [];
    const fault = async ({ method, path, port }: Asked) => {
      // What it was about to write is written, and nobody hears of it.
      const what = method === 'PUT' && /\/(evidence|staging)\//.exec(path)?.[1];
      if (!what || killed.includes(what)) return undefined;
      killed.push(what);
      await killAt('collect', port);
      return undefined;
    };
    const ended = await withFault({ name: 'collect', service: 'S3' }, fault, () => runMachine({}));
    expect(killed).toEqual(['evidence', 'staging']);
    const { run } = stepsOf(ended).plan.step;
    expect(await lostBy(run)).toEqual({});
    expect(await observedBy(run)).toEqual(['iam', 'kms', 's3']);
    expect(await knows(made)).toEqual([true, true]);
    expect((await inbox.about(executionOf(ended)))?.Message).not.toContain('TaskLost');
    await noneTwice();
  });

  it('each time, and another task poisoned: the run ends, its record and people are told, the next run is whole', async () => {
    const made = await seed('seeded-before-many-kills');
    let kills = 0;
    const killing = async ({ operation, port }: Asked) => {
      if (operation !== 'ListKeys') return undefined;
      kills += 1;
      await killAt('collect', port);
      return undefined;
    };
    const poisoning = async ({ method, path }: Asked) => {
      const run = method === 'PUT' && /\/staging\/([^/]+)\/items\.json/.exec(path)?.[1];
      if (!run) return undefined;
      const { tasks } = await objectStage(work(), run).plan();
      const index = tasks.findIndex((it) => it.service === 's3');
      await work().create(`staging/${run}/task-00000${index}.json.gz`, gzipSync('{"v":1,"poison":true}'));
      return undefined;
    };
    const ended = await withFault({ name: 'collect', service: 'KMS' }, killing, () =>
      withFault({ name: 'plan', service: 'S3' }, poisoning, () => runMachine({})),
    );
    expect(kills).toBe(3);
    const { run } = stepsOf(ended).plan.step;
    expect(await lostBy(run)).toEqual({
      kms: expect.stringContaining('killed'),
      s3: expect.stringContaining('is not what a step of a run has written'),
    });
    expect(await observedBy(run)).toEqual(['iam']);
    expect(await knows(made)).toEqual([false, false]);
    const told = await inbox.about(executionOf(ended));
    expect(told?.Subject).toContain('run incomplete');
    expect(told?.Message).toMatch(/Not read whole: kms in .*TaskLost: the function .* killed/);
    expect(told?.Message).toMatch(/Not read whole: s3 in .*TaskLost: staging\//);

    const after = await runMachine({});
    const next = stepsOf(after).plan.step.run;
    expect(await lostBy(next)).toEqual({});
    expect(await observedBy(next)).toEqual(['iam', 'kms', 's3']);
    expect(await knows(made)).toEqual([true, true]);
    expect((await inbox.about(executionOf(after)))?.Message).not.toContain('TaskLost');
  });
});

describe('the table, throttled', () => {
  it('for a while: the run waits, and loses nothing', async () => {
    const made = await seed('seeded-before-throttles');
    const refused: string[] = [];
    // The first of each operation.
    const fault = (asked: Asked) => {
      if (refused.includes(asked.operation)) return undefined;
      refused.push(asked.operation);
      return throttled(asked);
    };
    const ended = await withFault({ name: 'seal', service: 'DYNAMODB' }, fault, () =>
      runMachine({ services: ['kms'] }),
    );
    expect(refused).toEqual(expect.arrayContaining(['GetItem', 'BatchGetItem', 'PutItem']));
    expect(await lostBy(stepsOf(ended).plan.step.run)).toEqual({});
    expect((await knows(made))[1]).toBe(true);
    expect((await inbox.about(executionOf(ended)))?.Subject).toContain('run complete');
  });

  it('for ever: the run fails and says so, what was sequenced is in the ledger, and the index is mended after', async () => {
    const made = await Promise.all([1, 2, 3, 4].map((it) => seed(`seeded-before-a-throttle-${it}`)));
    const fault = (asked: Asked) => (asked.operation === 'PutItem' ? throttled(asked) : undefined);
    const ended = await withFault({ name: 'seal', service: 'DYNAMODB' }, fault, () =>
      runMachine({ services: ['s3', 'kms'] }),
    );
    expect(ended).toMatchObject({ status: 'FAILED', error: 'RunFailed' });
    const told = await inbox.about(executionOf(ended));
    expect(told?.Subject).toContain('run failed');
    expect(told?.Message).toContain('ThrottlingException');

    const before = await ledger();
    const run = before.filter((it) => it.kind === 'run').at(-1)?.run ?? '';
    const index = await indexOf();
    expect(await index.size()).toBeLessThan(before.length);
    expect(await Array.fromAsync(index.bodies('run', { run }))).toEqual([]);
    expect(await invoke('update-index', {})).toMatchObject({ ok: true, size: before.length, more: false });
    expect(await lostBy(run)).toEqual({});
    for (const it of made) expect(await knows(it)).toEqual([true, true]);
    expect(await answersOf({ index })).toEqual(await replayed());

    // Its lease was given back: the next run is not refused.
    expect((await runMachine({ services: ['kms'] })).status).toBe('SUCCEEDED');
  });
});

describe('an event delivered twice', () => {
  it('that starts a run: one is made, the other is refused and told', async () => {
    const kinds = async () => (await ledger()).filter((it) => it.kind === 'plan' || it.kind === 'run').length;
    const before = await kinds();
    const both = await Promise.all([runMachine({ services: ['kms'] }), runMachine({ services: ['kms'] })]);
    expect(both.map((it) => it.status).sort()).toEqual(['FAILED', 'SUCCEEDED']);
    expect(await kinds()).toBe(before + 2);
    const told = await Promise.all(both.map((it) => inbox.about(executionOf(it))));
    expect(told.map((it) => it?.Subject).sort()).toEqual([
      expect.stringContaining('run complete'),
      expect.stringContaining('run failed: run-busy'),
    ]);
  });

  it('to each step of a run, at once and again: the ledger holds each entry once', async () => {
    await seed('seeded-before-two-of-each');
    const both = async (name: string, event: object) => {
      const answers = await Promise.all([invoke(name, event), invoke(name, event)]);
      for (const answer of [...answers, await invoke(name, event)]) expect(answer).toMatchObject({ ok: true });
      return answers[0] ?? {};
    };
    const execution = randomUUID();
    const at = new Date().toISOString();
    const { run, tasks } = await both('plan', { execution, at, scope: {} });
    expect(tasks).toBe(3);
    for (const index of [0, 1, 2]) await both('collect', { run, index });
    await both('seal', { run });
    await both('notify', { execution, reached: {} });
    expect((await ledger()).filter((it) => it.kind === 'run' && it.run === run)).toHaveLength(1);
    expect(await lostBy(String(run))).toEqual({});
    await noneTwice();
  });

  it('of a watched event in two messages at once: it has one entry', async () => {
    const event = record({ eventID: randomUUID(), eventName: 'SwitchRole', recipientAccountId: ACCOUNT });
    const body = JSON.stringify(envelope(event));
    const records = () => ({
      Records: [{ messageId: randomUUID(), body, attributes: { SentTimestamp: String(Date.now()) } }],
    });
    const answers = await Promise.all([invoke('watch', records()), invoke('watch', records())]);
    expect(answers).toEqual([{ batchItemFailures: [] }, { batchItemFailures: [] }]);
    await invoke('update-index', {});
    const alerts = await Array.fromAsync((await indexOf()).bodies('alert'));
    expect(alerts.filter((it) => it.body.event.eventID === event.eventID)).toHaveLength(1);
  });
});

describe('a turn at a report, told twice', () => {
  it('is taken once: the others are refused by name, and there is one pack', async () => {
    const [made] = stepsOf(await runMachine({ services: ['kms'] })).assessed.step.assessed;
    if (made === undefined) throw new Error('nothing was assessed');
    const { id: job } = await waitingReport(work(), made);
    const turn = () => invoke('report', { job, part: 1 });
    const [first, second] = await Promise.all([turn(), turn()]);
    const refused = (code: string) => expect.objectContaining({ ok: false, job, code });
    const done = expect.objectContaining({ ok: true, job, status: 'succeeded' });
    expect([first, second].sort((a) => (a?.ok ? -1 : 1))).toEqual([done, refused('report-held')]);
    expect(await turn()).toEqual(refused('report-ended'));
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: location.bucket, Prefix: `reports/${job}/` }),
    );
    expect(Contents.filter(({ Key = '' }) => Key.endsWith('.zip'))).toHaveLength(1);
    expect(Contents.filter(({ Key = '' }) => Key.endsWith('/data/report.pdf'))).toHaveLength(1);
    await noneTwice();
  });
});

/** No body in two entries, and no observation that counts what its evidence does not say. */
async function noneTwice(): Promise<void> {
  const bodies = (await ledger()).map((it) => it.body);
  expect(bodies.filter((it, at) => bodies.indexOf(it) !== at)).toEqual([]);
  expect(await brokenDigests({ index: await indexOf() })).toEqual([]);
}

describe('what nothing could take', () => {
  it('is kept in the queue of what failed, with what was said of it', async () => {
    const FunctionName = `witnessmark-${STAGE}-custom`;
    const poison = { Records: [{ s3: 'no bucket', nonce: randomUUID() }] };
    await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(poison) }));
    const { FailedQueueUrl: QueueUrl = '' } = await outputs();
    let kept: Failed[] = [];
    for (let tries = 0; tries < 30 && kept.length === 0; tries += 1) {
      kept = (await received<Failed>(QueueUrl)).filter((it) => isDeepStrictEqual(it.requestPayload, poison));
    }
    expect(kept).toMatchObject([
      {
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        responsePayload: { errorMessage: expect.stringContaining('Records') },
      },
    ]);
  });

  // The emulator's Scheduler and EventBridge drop what they could not deliver: that it is kept, the template says.
  it('goes there from every schedule and every rule, for as long as a queue keeps', async () => {
    const { TemplateBody } = await new CloudFormationClient({}).send(
      new GetTemplateCommand({ StackName: `witnessmark-${STAGE}` }),
    );
    const { Resources } = JSON.parse(TemplateBody ?? '{}') as { Resources: Record<string, Resource> };
    const targets = Object.entries(Resources).flatMap(([name, { Type, Properties: it }]) => {
      if (Type === 'AWS::Scheduler::Schedule') return [[name, it.Target?.DeadLetterConfig?.Arn] as const];
      if (Type === 'AWS::Events::Rule') return it.Targets?.map((at) => [name, at.DeadLetterConfig?.Arn] as const) ?? [];
      return [];
    });
    expect(targets.map(([name]) => name)).toEqual(
      expect.arrayContaining(['RunSchedule', 'IndexSchedule', 'CustomRule']),
    );
    for (const [name, arn] of targets) {
      const queue = arn?.['Fn::GetAtt']?.[0];
      expect(queue, name).toBe(name.startsWith('Watch') ? 'WatchDeadLetters' : 'FailedQueue');
      expect(Resources[queue ?? '']?.Properties.MessageRetentionPeriod).toBe(1_209_600);
    }
  });
});

/** What Lambda keeps of an event that it gave up. */
interface Failed {
  readonly requestPayload?: object;
}

interface Target {
  readonly DeadLetterConfig?: { readonly Arn?: { readonly 'Fn::GetAtt'?: readonly string[] } };
}

interface Resource {
  readonly Type: string;
  readonly Properties: {
    readonly Target?: Target;
    readonly Targets?: readonly Target[];
    readonly MessageRetentionPeriod?: number;
  };
}

describe('the index, lost', () => {
  const client = new DynamoDBClient({});
  /** Takes every item from the table, or every second one, as if somebody had deleted them. */
  const lose = async (every = 1): Promise<number> => {
    const TableName = location.table ?? '';
    const { Items = [], LastEvaluatedKey } = await client.send(new ScanCommand({ TableName }));
    const lost = Items.filter((_, at) => at % every === 0);
    const requests = lost.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } as never } }));
    const batches = Array.from({ length: Math.ceil(requests.length / 25) }, (_, at) =>
      requests.slice(at * 25, at * 25 + 25),
    );
    await Promise.all(
      batches.map((it) => client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: it } }))),
    );
    // Those that were passed over are met again, so that in the end few are left, and some.
    return LastEvaluatedKey === undefined ? lost.length : lost.length + (await lose(every));
  };

  it('is built again by the schedule that keeps it up to date, and by `witnessmark replay`', async () => {
    const index = await indexOf();
    const before = await answersOf({ index });
    expect(before.evidence.length).toBeGreaterThan(50);
    expect(await lose()).toBeGreaterThan(before.size);
    expect(await index.size()).toBe(0);
    expect(await invoke('update-index', {})).toMatchObject({ ok: true, indexed: before.size, more: false });
    expect(await answersOf({ index })).toEqual(before);

    expect(await lose(2)).toBeGreaterThan(0);
    const ran = await witnessmark(['replay', '--store', address]);
    expect(ran.stdout).toContain(`index rebuilt from ${before.size} ledger entries`);
    expect(await answersOf({ index })).toEqual(before);
  });
});

describe('after all of this', () => {
  it('the audit finds the ledger whole, the index says what the ledger says, and nothing is there twice', async () => {
    const audited = await witnessmark(['audit', '--store', address]);
    expect(audited.code, audited.stdout + audited.stderr).toBe(0);
    await noneTwice();
    const answers = await answersOf({ index: await indexOf() });
    expect(answers.size).toBe((await ledger()).length);
    expect(answers).toEqual(await replayed());
  });
});
