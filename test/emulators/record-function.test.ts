import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunctions } from '../../scripts/build.ts';
import { s3Objects } from '../../src/adapters/aws/s3-objects.ts';
import { ANY_KEY, HOME, MEMBER, type Moto, REGION, startMoto } from './support/moto.ts';
import { witnessmarkJson } from './support/run.ts';

const Bucket = 'records-of-ours';
let folder: string;
let moto: Moto;
let client: S3Client;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'witnessmark-function-'));
  moto = await startMoto();
  await buildFunctions(join(folder, 'bundle'));
  client = new S3Client({ endpoint: moto.endpoint, region: REGION, credentials: ANY_KEY, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
});
afterAll(async () => {
  client.destroy();
  await moto.stop();
  await rm(folder, { recursive: true, force: true });
});

const INVOKE = `const context = { functionName: 'record', awsRequestId: 'r', getRemainingTimeInMillis: () => 900000 };
const { handler } = await import('./record.mjs');
await handler(JSON.parse(process.argv[1]), context);`;

/** Invokes the bundle as Lambda does, in a process that has nothing but it; gives the lines of its log. */
async function invoke(event: object): Promise<Record<string, unknown>[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', INVOKE, JSON.stringify(event)],
    {
      cwd: join(folder, 'bundle'),
      env: {
        AWS_ENDPOINT_URL: moto.endpoint,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: ANY_KEY.accessKeyId,
        AWS_SECRET_ACCESS_KEY: ANY_KEY.secretAccessKey,
        WITNESSMARK_BUCKET: Bucket,
        WITNESSMARK_ACCOUNTS: `${HOME},${MEMBER}`,
        WITNESSMARK_REGIONS: REGION,
        WITNESSMARK_SERVICES: 's3,ec2,kms,cloudtrail',
        WITNESSMARK_ROLE_NAME: 'WitnessmarkReadOnly',
        WITNESSMARK_EXTERNAL_ID: 'a word between us',
        WITNESSMARK_REDACTION_SECRET: '0123456789abcdef0123456789abcdef',
      },
    },
  );
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** As `aws s3 sync` does. */
async function sync(to: string): Promise<string[]> {
  const objects = s3Objects({ client, bucket: Bucket });
  const keys = await Array.fromAsync(objects.list(''));
  for (const key of keys) {
    await mkdir(dirname(join(to, key)), { recursive: true });
    await writeFile(join(to, key), (await objects.get(key))?.bytes ?? '');
  }
  return keys;
}

describe('the bundled function, over an AWS that answers', () => {
  it('records two runs, which a machine seals and finds whole', async () => {
    const first = (await invoke({})).at(-1);
    const second = (await invoke({ services: ['s3', 'kms'] })).at(-1);
    expect(first).toMatchObject({ message: 'end', tasks: 8, throttles: 0 });
    expect(second).toMatchObject({ message: 'end', tasks: 4 });

    const recording = join(folder, 'recording');
    expect(await sync(recording)).toEqual(['recording.json', first?.file, second?.file]);
    const store = join(folder, 'store');
    const [sealed] = await witnessmarkJson<{ calls: number; expected: number; failed: number; runs: { at: string }[] }>(
      ['collect', '--from', recording, '--store', store],
      { expected: [0, 3] },
    );
    expect(sealed).toMatchObject({
      calls: Number(first?.calls) + Number(second?.calls),
      expected: 12,
      failed: Number(first?.failed) + Number(second?.failed),
    });
    expect(sealed?.runs.map((it) => it.at)).toEqual([first?.at, second?.at]);

    // The function's own bucket is among what it saw, in its own account and not in the other one.
    const seen = await witnessmarkJson<{ subject: string; account: string }>(['evidence', 'list', '--store', store]);
    const buckets = seen.filter((it) => it.subject === `arn:aws:s3:::${Bucket}`);
    expect(new Set(buckets.map((it) => it.account))).toEqual(new Set([HOME]));
    await witnessmarkJson(['audit', '--store', store]);
  });
});
