import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseStoreLocation } from '../../src/adapters/aws/store/store-location.ts';
import type { Task } from '../../src/model/run.ts';
import { ROOT, scratch, witnessmarkJson } from '../emulators/support/run.ts';
import { packThroughApi } from './packs.ts';
import { openSignIn, tokenOf } from './people.ts';
import { ACCOUNT, indexOf, invoke, makeStore, outputs, runMachine, s3, stepsOf } from './stack.ts';

const RUN = 'runs/2026-09-28T02-00-00.000Z.jsonl.gz';
const RECORDED = ['111122223333', '444455556666'];
const CONFIG = {
  accounts: RECORDED,
  regions: ['eu-west-1', 'us-east-1'],
  assessments: [{ framework: 'soc2-2017', period: { from: '2026-09-28', to: '2026-10-31' } }],
};
const COPY = { store: 'one-machine-store', notary: 'one-machine-notary' };

const CONFIG_FILE = 'config/deployment.yaml';

const folder = await scratch('parity');
let configured: string | undefined;
afterAll(async () => {
  // Other files of the suite want what the stack was deployed with: this version goes, for a delete marker ends runs.
  const Bucket = (await outputs()).StoreBucketName;
  if (configured !== undefined) {
    await s3.send(new DeleteObjectCommand({ Bucket, Key: CONFIG_FILE, VersionId: configured }));
  }
  await rm(folder, { recursive: true, force: true });
});

/** The store as it is now, for a machine that is to go on from there with the same keys. */
async function copyStore(): Promise<string> {
  const location = parseStoreLocation((await outputs()).StoreAddress ?? '');
  await copyBucket(location.bucket, COPY.store);
  await copyBucket(location.notaryBucket, COPY.notary);
  const kms = new KMSClient({});
  const anybody = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [anybody] });
  const { checkpointKey, documentKey, secretKey } = location;
  // The keys let nobody but functions use them; whoever administers them can let a machine.
  for (const KeyId of [checkpointKey, documentKey, secretKey]) {
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
  }
  const keys = `checkpoint-key=${checkpointKey}&document-key=${documentKey}&secret-key=${secretKey}`;
  return `s3://${COPY.store}?notary=${COPY.notary}&${keys}`;
}

async function copyBucket(from: string, to: string): Promise<void> {
  await s3.send(
    new CreateBucketCommand({ Bucket: to, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: from })) {
    for (const { Key = '' } of Contents) {
      await s3.send(new CopyObjectCommand({ Bucket: to, Key, CopySource: `${from}/${encodeURIComponent(Key)}` }));
    }
  }
}

const SERVICES = ['iam', 's3', 'kms', 'cloudtrail'];

/** A part of a recorded run of the demo, as `collect --from` takes it; with all its tasks, functions start for minutes. */
async function recordingOf(): Promise<string> {
  const whole = JSON.parse(await readFile(join(ROOT, 'demo/recording/recording.json'), 'utf8'));
  const text = gunzipSync(await readFile(join(ROOT, 'demo/recording', RUN))).toString('utf8');
  const [head = '', ...calls] = text.split('\n');
  const { tasks, ...header } = JSON.parse(head) as { tasks: Task[] };
  const some = tasks.filter((it) => it.account === RECORDED[0] && SERVICES.includes(it.service));
  const own = join(folder, 'recording');
  await mkdir(join(own, 'runs'), { recursive: true });
  await writeFile(join(own, RUN), gzipSync([JSON.stringify({ ...header, tasks: some }), ...calls].join('\n')));
  const runs = whole.runs.filter((it: { file: string }) => it.file === RUN);
  await writeFile(join(own, 'recording.json'), JSON.stringify({ ...whole, runs }));
  return own;
}

let machine: string;
let recording: string;
beforeAll(async () => {
  await makeStore();
  await openSignIn();
  expect(await invoke('update-index', {})).toMatchObject({ ok: true, more: false });
  machine = await copyStore();
  const Bucket = (await outputs()).StoreBucketName;
  recording = await recordingOf();
  const Body = await readFile(join(recording, RUN));
  await s3.send(new PutObjectCommand({ Bucket, Key: `recording/${RUN}`, Body }));
  const put = await s3.send(new PutObjectCommand({ Bucket, Key: CONFIG_FILE, Body: JSON.stringify(CONFIG) }));
  configured = put.VersionId;
});

describe('the deployed stack and one machine, from the same ledger and the same recording', () => {
  it('give the same pack, byte for byte, signatures and all', async () => {
    const steps = stepsOf(await runMachine({ recording: RUN }));
    expect(steps.sealed.step).toMatchObject({ known: false });
    const [made] = steps.assessed.step.assessed;
    if (made === undefined) throw new Error(`nothing was assessed: ${JSON.stringify(steps.assessed)}`);
    const deployed = await packThroughApi(made, await tokenOf('paul', ['compliance']));

    await witnessmarkJson(['collect', '--from', recording, '--store', machine], { expected: [0, 3] });
    const args = ['--framework', 'soc2-2017', '--from', '2026-09-28', '--to', '2026-09-28'];
    const scope = [...RECORDED.flatMap((it) => ['--account', it]), ...CONFIG.regions.flatMap((it) => ['--region', it])];
    const out = join(folder, 'pack');
    await witnessmarkJson(['report', ...args, ...scope, '--store', machine, '--out', out], {
      expected: [0, 1, 3],
      env: { WITNESSMARK_NOW: await pinnedAt(made.version) },
    });
    const alone = await readFile(`${out}.zip`);
    expect(alone.length).toBe(deployed.length);
    expect(alone.equals(deployed)).toBe(true);
  });
});

/** When the stack pinned that version of the assessment. */
async function pinnedAt(version: number): Promise<string> {
  for await (const { index, body } of (await indexOf()).bodies('assessment')) if (index === version) return body.at;
  throw new Error(`no assessment has entry ${version}`);
}
