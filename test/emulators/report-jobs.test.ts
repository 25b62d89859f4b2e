import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateMultipartUploadCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3Downloads } from '../../src/adapters/aws/downloads.ts';
import { packJournal } from '../../src/adapters/aws/pack-journal.ts';
import { packObjects } from '../../src/adapters/aws/pack-objects.ts';
import { objectJobs } from '../../src/adapters/aws/report-jobs.ts';
import { type S3ObjectsOptions, s3Objects, s3Place } from '../../src/adapters/aws/s3-objects.ts';
import { listFolders, readObject } from '../../src/adapters/aws/s3-read.ts';
import { uploadObject } from '../../src/adapters/aws/s3-upload.ts';
import { packFolder } from '../../src/adapters/local/pack-folder.ts';
import { buildPack } from '../../src/pack/build.ts';
import { type Built, builtPack, failedSteps, verified } from '../pack/pack.ts';
import { jobsSuite } from '../ports/jobs.suite.ts';
import { newBucket } from './support/buckets.ts';
import { forThisFile } from './support/for-this-file.ts';
import { ministackS3, startMinistack } from './support/ministack.ts';
import { filesBelow } from './support/small-store.ts';
import { startVersitygw, versityClient } from './support/versitygw.ts';

const versitygw = await forThisFile(startVersitygw());
const ministack = await forThisFile(startMinistack());
const SERVERS = [
  ['versitygw', versityClient(versitygw)],
  ['ministack', ministackS3(ministack)],
] as const;
const folder = await mkdtemp(join(tmpdir(), 'witnessmark-report-jobs-'));
afterAll(async () => {
  for (const [, client] of SERVERS) client.destroy();
  await rm(folder, { recursive: true, force: true });
});
let built: Built;
beforeAll(async () => {
  built = await builtPack();
});

const coded = (code: string) => expect.objectContaining({ name: 'WitnessmarkError', code });
const DAY = { mode: 'GOVERNANCE', days: 1 } as const;
const MIB = 1024 * 1024;

/** A new bucket as a store has it: locked, and under a prefix. */
async function newPlace(client: S3Client): Promise<S3ObjectsOptions> {
  return { client, bucket: await newBucket(client, { lock: true }), prefix: 'prod/', retention: DAY };
}

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe.each(SERVERS)('%s', (name, client) => {
  let last: S3ObjectsOptions;
  const openJobs = () =>
    objectJobs({
      objects: s3Objects(last),
      folders: () => listFolders(s3Place(last), 'prod/reports/'),
      clock: { now: () => new Date().toISOString() },
      start: async () => {},
    });
  jobsSuite(name, {
    open: async () => {
      last = await newPlace(client);
      return openJobs();
    },
    reopen: async () => openJobs(),
  });

  describe('an upload', () => {
    it.each([
      ['nothing', 0],
      ['a few bytes', 100],
      ['one part', 8 * MIB],
      ['parts and a rest', 20 * MIB + 3],
    ])('of %s is what was given, locked, and is there once', async (_, size) => {
      const place = await newPlace(client);
      const [at, bytes] = [s3Place(place), randomBytes(size)];
      const until = new Date(Date.now() + 86_400_000);
      const keeping = { ObjectLockMode: DAY.mode, ObjectLockRetainUntilDate: until };
      const upload = (content: Uint8Array) =>
        uploadObject(at, { key: 'a', content: inChunks(content, 777_777), keeping });
      await upload(bytes);
      expect(Buffer.compare((await readObject(at, 'a'))?.bytes ?? randomBytes(1), bytes)).toBe(0);
      // ministack forgets the lock of what was uploaded in parts.
      if (name === 'versitygw') {
        const kept = await client.send(new GetObjectRetentionCommand({ Bucket: place.bucket, Key: 'a' }));
        expect(kept.Retention?.Mode).toBe(DAY.mode);
      }
      const { VersionId } = await client.send(new HeadObjectCommand({ Bucket: place.bucket, Key: 'a' }));
      // Whoever was cut off after it puts it again.
      await upload(bytes);
      const other = Buffer.concat([bytes.subarray(1), Buffer.from('x')]);
      await expect(upload(other)).rejects.toThrow(coded('objects-differs'));
      const now = await client.send(new HeadObjectCommand({ Bucket: place.bucket, Key: 'a' }));
      expect(now.VersionId).toBe(VersionId);
      expect((await client.send(new ListMultipartUploadsCommand({ Bucket: place.bucket }))).Uploads ?? []).toEqual([]);
    });

    it('that is broken off leaves nothing', async () => {
      const place = await newPlace(client);
      async function* broken() {
        yield randomBytes(17 * MIB);
        throw new RangeError('broken off');
      }
      const upload = uploadObject(s3Place(place), { key: 'a', content: broken(), keeping: {} });
      await expect(upload).rejects.toThrow(RangeError);
      expect(await readObject(s3Place(place), 'a')).toBeUndefined();
      expect((await client.send(new ListMultipartUploadsCommand({ Bucket: place.bucket }))).Uploads ?? []).toEqual([]);
    });
  });
});
