import { CreateKeyCommand } from '@aws-sdk/client-kms';
import {
  DeleteObjectCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { type S3ObjectsOptions, s3Objects } from '../../src/adapters/aws/s3/objects.ts';
import { s3NotaryState } from '../../src/adapters/aws/store/notary-state.ts';
import { notaryStateSuite } from '../ports/notary-state.suite.ts';
import { objectsSuite } from '../ports/objects.suite.ts';
import { newBucket } from './support/buckets.ts';
import { forThisFile } from './support/for-this-file.ts';
import { ministackKms, ministackS3, startMinistack } from './support/ministack.ts';
import { REGION } from './support/moto.ts';
import { startVersitygw, VERSITY_KEY, versityClient } from './support/versitygw.ts';

const versitygw = await forThisFile(startVersitygw());
const ministack = await forThisFile(startMinistack());
const strict = versityClient(versitygw);
const aws = ministackS3(ministack);
const kms = ministackKms(ministack);
afterAll(() => {
  for (const it of [strict, aws, kms]) it.destroy();
});

const DAY = { mode: 'COMPLIANCE', days: 1 } as const;
const coded = (code: string) => expect.objectContaining({ name: 'WitnessmarkError', code });
const bytes = (text: string) => Buffer.from(text);

/** The suite on new buckets of a server. */
function suite(name: string, client: S3Client, lock: boolean, options: Partial<S3ObjectsOptions> = {}): void {
  let last = '';
  const opened = () => s3Objects({ client, bucket: last, ...options });
  objectsSuite(name, {
    open: async () => {
      last = await newBucket(client, { lock });
      return opened();
    },
    reopen: async () => opened(),
  });
}
suite('s3 on versitygw', strict, false);
suite('s3 on versitygw, locked and under a prefix', strict, true, { retention: DAY, prefix: 'evidence/store/' });
suite('s3 on ministack', aws, true, { retention: { mode: 'GOVERNANCE', days: 1 } });

for (const [name, client] of [
  ['s3 on versitygw', strict],
  ['s3 on ministack', aws],
] as const) {
  let bucket = '';
  notaryStateSuite(name, {
    open: async () => {
      bucket = await newBucket(client);
      return s3NotaryState({ client, bucket });
    },
    reopen: async () => s3NotaryState({ client, bucket }),
    raw: async () => ({ objects: s3Objects({ client, bucket }), key: 'notary.json' }),
  });

  describe(`${name}: a notary's memory that was deleted`, () => {
    it('is an error, and never an empty one', async () => {
      bucket = await newBucket(client);
      const state = s3NotaryState({ client, bucket });
      const record = { size: 1, root: Buffer.alloc(32).toString('base64'), signed: [1] };
      await state.swap(undefined, record);
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'notary.json' }));
      await expect(state.read()).rejects.toThrow(coded('objects-deleted'));
      await expect(state.swap(undefined, record)).rejects.toThrow(coded('objects-deleted'));
    });
  });
}

async function versionsOf(client: S3Client, bucket: string, key: string) {
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }),
  );
  return { versions: Versions, markers: DeleteMarkers };
}

describe.each([
  ['versitygw', strict],
  ['ministack', aws],
])('s3 on %s: what only a bucket can do', (_, client) => {
  it('lists more than one page in order', async () => {
    const objects = s3Objects({ client, bucket: await newBucket(client) });
    const keys = Array.from({ length: 1_100 }, (_, at) => `k/${String(at).padStart(4, '0')}`);
    for (let from = 0; from < keys.length; from += 50) {
      await Promise.all(keys.slice(from, from + 50).map((key) => objects.create(key, bytes(key))));
    }
    expect(await Array.fromAsync(objects.list('k/'))).toEqual(keys);
  });

  it('makes no version for what it refuses', async () => {
    const bucket = await newBucket(client);
    const objects = s3Objects({ client, bucket });
    await objects.create('a', bytes('1'));
    await objects.create('a', bytes('2'));
    await objects.replace('a', bytes('3'), '"0"');
    expect((await versionsOf(client, bucket, 'a')).versions).toHaveLength(1);
  });

  it('takes a bucket that is not there for an error, not for an empty store', async () => {
    const objects = s3Objects({ client, bucket: 'nobody-made-this' });
    const missing = coded('objects-no-bucket');
    await expect(objects.get('a')).rejects.toThrow(missing);
    await expect(objects.create('a', bytes('1'))).rejects.toThrow(missing);
    await expect(Array.fromAsync(objects.list(''))).rejects.toThrow(missing);
  });

  it('refuses an object above its limit', async () => {
    const bucket = await newBucket(client);
    await s3Objects({ client, bucket }).create('big', Buffer.alloc(1_001));
    await expect(s3Objects({ client, bucket, maxBytes: 1_000 }).get('big')).rejects.toThrow(coded('objects-too-large'));
  });

  it('locks what is created until the day that was asked for, and not what is replaced', async () => {
    const bucket = await newBucket(client, { lock: true });
    const objects = s3Objects({ client, bucket, retention: { mode: 'GOVERNANCE', days: 30 } });
    await objects.create('batch/0', bytes('1'));
    await objects.replace('checkpoint', bytes('1'), undefined);
    await objects.replace('checkpoint', bytes('2'), (await objects.get('checkpoint'))?.version);
    const { Retention } = await client.send(new GetObjectRetentionCommand({ Bucket: bucket, Key: 'batch/0' }));
    expect(Retention?.Mode).toBe('GOVERNANCE');
    const days = ((Retention?.RetainUntilDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(Math.abs(days - 30)).toBeLessThan(0.01);
    const unlocked = client.send(new GetObjectRetentionCommand({ Bucket: bucket, Key: 'checkpoint' }));
    await expect(unlocked).rejects.toThrow(expect.objectContaining({ name: 'NoSuchObjectLockConfiguration' }));
  });

  it('has no version deleted and no retention shortened that is in COMPLIANCE mode', async () => {
    const bucket = await newBucket(client, { lock: true });
    await s3Objects({ client, bucket, retention: DAY }).create('a', bytes('1'));
    const { versions } = await versionsOf(client, bucket, 'a');
    const named = { Bucket: bucket, Key: 'a', VersionId: versions[0]?.VersionId };
    const denied = expect.objectContaining({ name: 'AccessDenied' });
    await expect(client.send(new DeleteObjectCommand(named))).rejects.toThrow(denied);
    const BypassGovernanceRetention = true;
    await expect(client.send(new DeleteObjectCommand({ ...named, BypassGovernanceRetention }))).rejects.toThrow(denied);
    const Retention = { Mode: 'COMPLIANCE', RetainUntilDate: new Date(Date.now() + 60_000) } as const;
    await expect(client.send(new PutObjectRetentionCommand({ ...named, Retention }))).rejects.toThrow(denied);
    expect((await versionsOf(client, bucket, 'a')).versions).toHaveLength(1);
  });

  it('says that a bucket has no Object Lock', async () => {
    const bucket = await newBucket(client);
    const objects = s3Objects({ client, bucket, retention: DAY });
    await expect(objects.create('a', bytes('1'))).rejects.toThrow(coded('objects-no-lock'));
  });

  it('reads the current version, and takes one that was deleted for absent', async () => {
    const bucket = await newBucket(client, { lock: true });
    const objects = s3Objects({ client, bucket, retention: DAY });
    await objects.create('a', bytes('1'));
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'behind its back' }));
    expect(Buffer.from((await objects.get('a'))?.bytes ?? []).toString()).toBe('behind its back');
    // Object Lock keeps versions, and lets anyone who may delete hide them.
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a' }));
    expect(await objects.get('a')).toBeUndefined();
    expect((await versionsOf(client, bucket, 'a')).versions).toHaveLength(2);
  });

  it('refuses what was deleted where it is asked to, until the marker is gone', async () => {
    const bucket = await newBucket(client, { lock: true });
    const objects = s3Objects({ client, bucket, retention: DAY, refuseDeleted: true });
    await objects.create('batch/0', bytes('1'));
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'batch/0' }));
    await expect(objects.get('batch/0')).rejects.toThrow(coded('objects-deleted'));
    expect(await objects.get('batch/1')).toBeUndefined();
    const { markers } = await versionsOf(client, bucket, 'batch/0');
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'batch/0', VersionId: markers[0]?.VersionId }));
    expect(Buffer.from((await objects.get('batch/0'))?.bytes ?? []).toString()).toBe('1');
  });
});

describe('s3 on versitygw: strictly', () => {
  it('refuses bytes that changed on their way', async () => {
    const client = versityClient(versitygw);
    const bucket = await newBucket(client);
    client.middlewareStack.add(
      (next) => async (args) => {
        const { input } = args as { input: { Body?: Uint8Array } };
        if (input.Body !== undefined) input.Body = bytes('onE');
        return next(args);
      },
      { step: 'initialize' },
    );
    await expect(s3Objects({ client, bucket }).create('a', bytes('one'))).rejects.toThrow(coded('objects-checksum'));
    expect(await s3Objects({ client: strict, bucket }).get('a')).toBeUndefined();
    client.destroy();
  });

  it('keeps the SHA-256 of each object', async () => {
    const bucket = await newBucket(strict);
    await s3Objects({ client: strict, bucket }).create('a', bytes('one'));
    const { ChecksumSHA256 } = await strict.send(
      new HeadObjectCommand({ Bucket: bucket, Key: 'a', ChecksumMode: 'ENABLED' }),
    );
    expect(ChecksumSHA256).toBe('dpLDrTVAu4A8Ags67mbNiIcSMjTqDG5xQ8Ct1z/0Me0=');
  });

  it.each([
    ['a wrong secret', { ...VERSITY_KEY, secretAccessKey: 'other' }],
    ['an unknown key', { ...VERSITY_KEY, accessKeyId: 'nobody' }],
  ])('says that it is denied to %s', async (_, credentials) => {
    const bucket = await newBucket(strict);
    const client = new S3Client({ endpoint: versitygw.endpoint, region: REGION, credentials, forcePathStyle: true });
    const objects = s3Objects({ client, bucket });
    const denied = coded('objects-denied');
    await expect(objects.get('a')).rejects.toThrow(denied);
    await expect(objects.create('a', bytes('1'))).rejects.toThrow(denied);
    await expect(objects.replace('a', bytes('1'), '"e"')).rejects.toThrow(denied);
    await expect(Array.fromAsync(objects.list(''))).rejects.toThrow(denied);
    client.destroy();
  });

  it('says that the region is another one', async () => {
    const bucket = await newBucket(strict);
    const client = versityClient(versitygw, 'us-east-2');
    await expect(s3Objects({ client, bucket }).get('a')).rejects.toThrow(coded('objects-wrong-region'));
    client.destroy();
  });

  it('says that nobody answers', async () => {
    const client = new S3Client({
      endpoint: 'http://127.0.0.1:1',
      region: REGION,
      credentials: VERSITY_KEY,
      forcePathStyle: true,
      maxAttempts: 1,
    });
    await expect(s3Objects({ client, bucket: 'records' }).get('a')).rejects.toThrow(coded('objects-unavailable'));
    client.destroy();
  });
});

describe('s3 on ministack: encryption', () => {
  it('is under the key that was asked for', async () => {
    const bucket = await newBucket(aws);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const kmsKeyId = KeyMetadata?.Arn ?? '';
    const objects = s3Objects({ client: aws, bucket, kmsKeyId });
    await objects.create('a', bytes('one'));
    await objects.replace('checkpoint', bytes('two'), undefined);
    for (const [Key, text] of [
      ['a', 'one'],
      ['checkpoint', 'two'],
    ] as const) {
      const head = await aws.send(new HeadObjectCommand({ Bucket: bucket, Key }));
      expect(head).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyId });
      expect(Buffer.from((await objects.get(Key))?.bytes ?? []).toString()).toBe(text);
    }
  });
});
