import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createRecord, type RecordDependencies } from '../../functions/record.ts';
import { fixedClock } from '../../src/adapters/local/clock.ts';
import { readRecording, readRun } from '../../src/adapters/local/recording.ts';
import { memoryObjects } from '../../src/adapters/memory/objects.ts';
import { replayCloud } from '../../src/adapters/replay/cloud.ts';
import { failedTask } from '../../src/app/task-end.ts';
import { readTask } from '../../src/collect/read-task.ts';
import { loadService, loadServices } from '../../src/collect/services.ts';
import type { Retrieval } from '../../src/model/retrieval.ts';
import type { Cloud } from '../../src/ports/cloud.ts';
import { account, at, err, ok, type Table, tableCloud } from '../collect/table-cloud.ts';
import { contextOf, logged } from './support.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const it of folders.splice(0)) await rm(it, { recursive: true, force: true });
});

const MEMBER = '444455556666';
const SECRET = '0123456789abcdef0123456789abcdef';
const variables = {
  WITNESSMARK_BUCKET: 'records-of-ours',
  WITNESSMARK_ACCOUNTS: `${account}, ${MEMBER}`,
  WITNESSMARK_REGIONS: 'eu-west-1,us-east-1',
  WITNESSMARK_SERVICES: 'kms,ec2',
  WITNESSMARK_ROLE_NAME: 'WitnessmarkReadOnly',
  WITNESSMARK_EXTERNAL_ID: '',
  WITNESSMARK_REDACTION_SECRET: SECRET,
};
const kms: Table = { 'kms:ListKeys': ok({ Keys: [], Truncated: false }) };

interface Given {
  cloud?: Cloud;
  variables?: Record<string, string | undefined>;
  remaining?: () => number;
}

/** The function over a store in memory, and a look at everything that it did. */
function recorder(given: Given = {}) {
  const objects = memoryObjects();
  const asked: { bucket: string[]; cloud: object[]; closed: number } = { bucket: [], cloud: [], closed: 0 };
  const dependencies: RecordDependencies = {
    clock: fixedClock(at),
    async cloud(options) {
      asked.cloud.push(options);
      const close = () => {
        asked.closed += 1;
      };
      return { ...(given.cloud ?? tableCloud(kms)), close };
    },
    async objects(bucket) {
      asked.bucket.push(bucket);
      return objects;
    },
  };
  const { lines, write } = logged();
  const handler = createRecord(dependencies, { variables: { ...variables, ...given.variables }, write });
  return { objects, asked, lines, record: (event: unknown = {}) => handler(event, contextOf(given.remaining)) };
}

/** What a machine finds after `aws s3 sync`. */
async function synced(files: ReadonlyMap<string, Uint8Array>) {
  const folder = await mkdtemp(join(tmpdir(), 'witnessmark-record-'));
  folders.push(folder);
  for (const [key, bytes] of files) {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), bytes);
  }
  const { runs } = await readRecording(folder);
  return Promise.all(runs.map((run) => readRun(folder, run)));
}

/** What sealing makes of a recorded run: each task with the failures that it will have. */
async function replayed(retrievals: readonly Retrieval[], service: string, region = 'eu-west-1') {
  const task = { account, region, service };
  const cloud = replayCloud(retrievals);
  return failedTask(
    await readTask({ service: await loadService(service), cloud, task, at, redact: { secret: 'other' } }),
  );
}

describe('the function that records', () => {
  it('writes a run over every task of its scope, and says how much that was', async () => {
    const { record, objects, asked, lines } = recorder({ variables: { WITNESSMARK_SERVICES: 'kms' } });
    const result = await record();
    expect(result).toEqual({
      at,
      file: 'runs/2026-10-01T02-00-00.000Z.jsonl.gz',
      tasks: 4,
      failed: 0,
      calls: 4,
      throttles: 0,
    });
    const [run] = await synced(objects.files);
    expect(run?.tasks.map((it) => `${it.account}/${it.region}`)).toEqual([
      `${account}/eu-west-1`,
      `${account}/us-east-1`,
      `${MEMBER}/eu-west-1`,
      `${MEMBER}/us-east-1`,
    ]);
    expect(run?.retrievals).toHaveLength(4);
    expect(asked).toEqual({ bucket: ['records-of-ours'], cloud: [{ roleName: 'WitnessmarkReadOnly' }], closed: 1 });
    expect(lines.at(-1)).toMatchObject({ message: 'end', ...result });
  });

  it('records what a replay gives again, to the byte', async () => {
    const first = recorder();
    await first.record();
    const [run] = await synced(first.objects.files);
    const second = recorder({ cloud: replayCloud(run?.retrievals ?? []) });
    await second.record();
    expect(second.objects.files).toEqual(first.objects.files);
  });

  it('records failed calls, counts throttles, and names each task in the log', async () => {
    const cloud = tableCloud({ 'kms:ListKeys': err('throttled', 'ThrottlingException') });
    const { record, objects, lines } = recorder({ cloud, variables: { WITNESSMARK_SERVICES: 'kms' } });
    expect(await record()).toMatchObject({ tasks: 4, failed: 4, calls: 4, throttles: 4 });
    const warnings = lines.filter((it) => it.level === 'warn');
    expect(warnings).toHaveLength(4);
    expect(warnings[0]).toMatchObject({
      account,
      region: 'eu-west-1',
      service: 'kms',
      failed: 1,
      failures: [{ operation: 'kms:ListKeys', kind: 'throttled', name: 'ThrottlingException' }],
    });
    const [run] = await synced(objects.files);
    expect(await replayed(run?.retrievals ?? [], 'kms')).toMatchObject({ failures: [{ kind: 'throttled' }] });
  });

  it('takes secrets out before anything is stored', async () => {
    const token = 'AKIAIOSFODNN7EXAMPLE';
    const cloud = tableCloud({
      'kms:ListKeys': ok({
        Keys: [{ KeyId: token, KeyArn: `arn:aws:kms:eu-west-1:${account}:key/k` }],
        Truncated: false,
      }),
    });
    const { record, objects } = recorder({ cloud, variables: { WITNESSMARK_SERVICES: 'kms' } });
    await record();
    const [run] = await synced(objects.files);
    const text = JSON.stringify(run);
    expect(text).not.toContain(token);
    expect(text).toContain('hmac-sha256:');
  });

  it('passes the external id on', async () => {
    const { record, asked } = recorder({ variables: { WITNESSMARK_EXTERNAL_ID: 'a word between us' } });
    await record();
    expect(asked.cloud).toEqual([{ roleName: 'WitnessmarkReadOnly', externalId: 'a word between us' }]);
  });

  it('reads every service where none is named', async () => {
    const { record, objects } = recorder({ variables: { WITNESSMARK_SERVICES: '', WITNESSMARK_REGIONS: 'eu-west-1' } });
    await record();
    const [run] = await synced(objects.files);
    const own = run?.tasks.filter((it) => it.account === account).map((it) => `${it.service} ${it.region}`);
    const { services } = await loadServices();
    const places = { global: 'global', regional: 'eu-west-1' };
    const all = services.map(({ id, scope }) => `${id} ${places[scope]}`);
    expect(own?.toSorted()).toEqual(all.toSorted());
  });
});

describe('when the time of the function runs out', () => {
  it('keeps the run, with what was read, and the rest as timed out', async () => {
    let left = 900_000;
    const inner = tableCloud(kms);
    const cloud: Cloud = {
      pause: inner.pause,
      async call(request) {
        if (request.service === 'kms') left = 80_000;
        return inner.call(request);
      },
    };
    const { record, objects, lines } = recorder({
      cloud,
      remaining: () => left,
      variables: { WITNESSMARK_SERVICES: 'kms' },
    });
    const result = await record();
    // Tasks under way when time ran out were asked already; at least one gave its answer, and none is lost.
    expect(result.tasks).toBe(4);
    expect(result.failed).toBeGreaterThan(0);
    expect(result.failed).toBeLessThan(4);
    const [run] = await synced(objects.files);
    expect(run?.tasks).toHaveLength(4);
    const late = run?.retrievals.filter((it) => it.error?.name === 'DeadlineReached') ?? [];
    expect(late).toHaveLength(result.failed);
    expect(lines.find((it) => it.level === 'warn')).toMatchObject({
      failures: [{ kind: 'timeout', name: 'DeadlineReached' }],
    });
  });

  it('a task that was never begun is sealed as timed out, not as absent or empty', async () => {
    // Asked once by the wrapper and once for the reserve; from then on there is less than that.
    let asked = 0;
    const { record, objects } = recorder({ remaining: () => (asked++ < 2 ? 900_000 : 60_000) });
    expect(await record()).toMatchObject({ tasks: 8, failed: 8 });
    const [run] = await synced(objects.files);
    for (const service of ['kms', 'ec2']) {
      const failures = (await replayed(run?.retrievals ?? [], service))?.failures ?? [];
      expect(new Set(failures.map((it) => `${it.kind} ${it.name}`))).toEqual(new Set(['timeout DeadlineReached']));
    }
  });
});

describe('the scope', () => {
  it('is narrowed by an event', async () => {
    const { record, objects } = recorder();
    await record({ accounts: [MEMBER], regions: ['us-east-1'], services: ['kms'] });
    const [run] = await synced(objects.files);
    expect(run?.tasks).toEqual([{ account: MEMBER, region: 'us-east-1', service: 'kms' }]);
  });

  it.each([
    [{ accounts: ['999988887777'] }, /accounts: .*999988887777/],
    [{ regions: ['ap-south-1'] }, /regions: .*ap-south-1/],
    [{ services: ['s3'] }, /services: .*got s3/],
  ])('is never widened by one: %j', async (event, message) => {
    const { record, objects } = recorder();
    await expect(record(event)).rejects.toMatchObject({
      code: 'record-out-of-scope',
      message: expect.stringMatching(message),
    });
    expect(objects.files.size).toBe(0);
  });

  it.each([
    ['WITNESSMARK_BUCKET', 'Not A Bucket'],
    ['WITNESSMARK_ACCOUNTS', ''],
    ['WITNESSMARK_ACCOUNTS', '1234'],
    ['WITNESSMARK_REGIONS', 'eu-west-1,'],
    ['WITNESSMARK_SERVICES', 'kms,nope'],
    ['WITNESSMARK_ROLE_NAME', 'arn:aws:iam::1:role/x'],
    ['WITNESSMARK_REDACTION_SECRET', 'short'],
    ['WITNESSMARK_REDACTION_SECRET', '{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:x}}'],
    ['WITNESSMARK_REDACTION_SECRET', undefined],
  ])('is refused with %s = %j', async (name, value) => {
    const { record, asked } = recorder({ variables: { [name]: value } });
    const refused = { code: 'function-environment-invalid', message: expect.stringContaining(name) };
    await expect(record()).rejects.toMatchObject(refused);
    expect(asked.cloud).toEqual([]);
  });
});

it('a bucket that cannot be written is an error of the invocation, and connections are closed', async () => {
  const { lines, write } = logged();
  let closed = 0;
  const unavailable = memoryObjects({ fault: () => 'fail' });
  const handler = createRecord(
    {
      clock: fixedClock(at),
      cloud: async () => ({ ...tableCloud(kms), close: () => void closed++ }),
      objects: async () => unavailable,
    },
    { variables, write },
  );
  await expect(handler({}, contextOf())).rejects.toMatchObject({ code: 'objects-unavailable' });
  expect([closed, lines.at(-1)?.code]).toEqual([1, 'objects-unavailable']);
});
