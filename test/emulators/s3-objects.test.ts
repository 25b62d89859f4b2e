import {
  CreateBucketCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { s3Objects } from '../../src/adapters/aws/s3-objects.ts';
import { objectsSuite } from '../ports/objects.suite.ts';
import { ANY_KEY, REGION, startMoto } from './support/moto.ts';

const moto = await startMoto();
const client = new S3Client({ endpoint: moto.endpoint, region: REGION, credentials: ANY_KEY, forcePathStyle: true });
afterAll(async () => {
  client.destroy();
  await moto.stop();
});

let count = 0;
async function newBucket(): Promise<string> {
  count += 1;
  const Bucket = `records-${count}`;
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  // As it is deployed.
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  return Bucket;
}

let last = '';
objectsSuite('s3', {
  open: async () => {
    last = await newBucket();
    return s3Objects({ client, bucket: last });
  },
  reopen: async () => s3Objects({ client, bucket: last }),
});

objectsSuite('s3 under a prefix', {
  open: async () => {
    last = await newBucket();
    return s3Objects({ client, bucket: last, prefix: 'evidence/store/' });
  },
  reopen: async () => s3Objects({ client, bucket: last, prefix: 'evidence/store/' }),
});

describe('s3: what only a bucket can do', () => {
  it('lists more than one page in order', async () => {
    const objects = s3Objects({ client, bucket: await newBucket() });
    const keys = Array.from({ length: 1_100 }, (_, at) => `k/${String(at).padStart(4, '0')}`);
    for (let from = 0; from < keys.length; from += 50) {
      await Promise.all(keys.slice(from, from + 50).map((key) => objects.create(key, Buffer.from(key))));
    }
    expect(await Array.fromAsync(objects.list('k/'))).toEqual(keys);
  });

  it('makes no version for what it refuses', async () => {
    const bucket = await newBucket();
    const objects = s3Objects({ client, bucket });
    await objects.create('a', Buffer.from('1'));
    await objects.create('a', Buffer.from('2'));
    await objects.replace('a', Buffer.from('3'), '"0"');
    const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    expect(Versions).toHaveLength(1);
  });

  it('takes a bucket that is not there for an error, not for an empty store', async () => {
    const objects = s3Objects({ client, bucket: 'nobody-made-this' });
    const missing = expect.objectContaining({ name: 'NoSuchBucket' });
    await expect(objects.get('a')).rejects.toThrow(missing);
    await expect(objects.create('a', Buffer.from('1'))).rejects.toThrow(missing);
    await expect(Array.fromAsync(objects.list(''))).rejects.toThrow(missing);
  });

  it('refuses an object above its limit', async () => {
    const bucket = await newBucket();
    await s3Objects({ client, bucket }).create('big', Buffer.alloc(1_001));
    await expect(s3Objects({ client, bucket, maxBytes: 1_000 }).get('big')).rejects.toMatchObject({
      code: 'objects-too-large',
    });
  });
});
