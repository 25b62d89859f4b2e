import { randomBytes } from 'node:crypto';
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
import { s3Downloads } from '../../src/adapters/aws/reports/downloads.ts';
import { packJournal } from '../../src/adapters/aws/reports/pack-journal.ts';
import { packObjects } from '../../src/adapters/aws/reports/pack-objects.ts';
import { objectJobs } from '../../src/adapters/aws/reports/report-jobs.ts';
import { type S3ObjectsOptions, s3Objects, s3Place } from '../../src/adapters/aws/s3/objects.ts';
import { listFolders, readObject } from '../../src/adapters/aws/s3/read.ts';
import { uploadObject } from '../../src/adapters/aws/s3/upload.ts';
import { packFolder } from '../../src/adapters/local/pack-folder.ts';
import { buildPack, type PackRequest } from '../../src/pack/build.ts';
import { digestOf, type FileDigest } from '../../src/pack/sink.ts';
import { builtPack } from '../pack/pack.ts';
import { Stopped } from '../pack/parts.ts';
import { jobsSuite } from '../ports/jobs.suite.ts';
import { newBucket } from './support/buckets.ts';
import { forThisFile } from './support/for-this-file.ts';
import { MINISTACK_KEY, ministackS3, startMinistack } from './support/ministack.ts';
import { filesBelow } from './support/small-store.ts';
import { startVersitygw, versityClient } from './support/versitygw.ts';

const versitygw = await forThisFile(startVersitygw());
// It checks presigned addresses with the secret of its own environment.
const AWS_SECRET_ACCESS_KEY = MINISTACK_KEY.secretAccessKey;
const ministack = await forThisFile(startMinistack({ AWS_SECRET_ACCESS_KEY }));
const SERVERS = [
  ['versitygw', versityClient(versitygw)],
  ['ministack', ministackS3(ministack)],
] as const;
const folder = await mkdtemp(join(tmpdir(), 'witnessmark-report-jobs-'));
afterAll(async () => {
  for (const [, client] of SERVERS) client.destroy();
  await rm(folder, { recursive: true, force: true });
});

const REPORT = 'inside';
const LOCAL = join(folder, 'local');
/** A pack with a file that is uploaded in parts, and the same on this machine. */
let request: PackRequest;
let local: Map<string, Uint8Array>;
let localZip: Uint8Array;
beforeAll(async () => {
  const { request: made } = await builtPack();
  const large = { path: 'large.csv', content: { [Symbol.asyncIterator]: lines } };
  request = { ...made, formats: [...made.formats, large] };
  const sink = await packFolder(LOCAL, REPORT);
  await buildPack(request, sink);
  const { zip } = await sink.done();
  local = await filesBelow(LOCAL);
  localZip = await readFile(`${LOCAL}.zip`);
  expect(zip).toEqual(digestOf(localZip));
});

async function* lines(): AsyncGenerator<Uint8Array> {
  // Some 9 MiB.
  for (let at = 0; at < 20; at += 1) {
    const rows = Array.from(
      { length: 12_000 },
      (_, row) => `${at},${row * at},${(row * 7919) % 104_729},compliant,"a reason"\n`,
    );
    yield Buffer.from(rows.join(''));
  }
}

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

  describe('a pack', () => {
    const KEY = `reports/${'0'.repeat(8)}/${REPORT}`;
    /** One part of a pack; the digest of its zip once it is done. */
    async function part(place: S3ObjectsOptions, steps: number, end: 'stopped' | 'killed', number = 1) {
      let left = steps;
      const check = (): void => {
        left -= 1;
        if (left < 0) throw new Stopped();
      };
      const journal = await packJournal(s3Objects(place), { name: 'reports/0', part: number });
      const sink = await packObjects({ bucket: place, folder: KEY, report: REPORT, journal, check });
      try {
        await buildPack(request, sink);
        return (await sink.done()).zip;
      } catch (thrown) {
        if (!(thrown instanceof Stopped)) throw thrown;
        if (end === 'stopped') await sink.abandon();
        return undefined;
      }
    }
    async function expectWhole(place: S3ObjectsOptions, zip: FileDigest | undefined): Promise<void> {
      expect(zip).toEqual(digestOf(localZip));
      const [at, found] = [s3Place(place), new Map<string, Uint8Array>()];
      for await (const key of s3Objects(place).list(`${KEY}/`))
        found.set(key.slice(KEY.length + 1), (await readObject(at, `prod/${key}`))?.bytes ?? randomBytes(1));
      expect([...found.keys()].sort()).toEqual([...local.keys()].sort());
      for (const [path, bytes] of local) expect(Buffer.compare(found.get(path) ?? randomBytes(1), bytes), path).toBe(0);
      const stored = (await readObject(at, `prod/${KEY}.zip`))?.bytes ?? randomBytes(1);
      expect(Buffer.compare(stored, localZip)).toBe(0);
      const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket: place.bucket }));
      expect(uploads.Uploads ?? []).toEqual([]);
    }

    it('has the bytes that it has on one machine, and so has its zip', async () => {
      const place = await newPlace(client);
      await expectWhole(place, await part(place, Number.POSITIVE_INFINITY, 'stopped'));
      // Whoever comes once more finds all of it.
      await expectWhole(place, await part(place, Number.POSITIVE_INFINITY, 'stopped', 2));
    });

    // Those who are killed make more again, which takes its time on the slower server.
    const ends = [['stopped', 20] as const, ...(name === 'versitygw' ? [['killed', 30] as const] : [])];
    it.each(ends)('has them too where its makers were %s every %i steps', async (end, steps) => {
      const place = await newPlace(client);
      let zip: FileDigest | undefined;
      let number = 0;
      for (let more = steps; zip === undefined; more += 20) {
        number += 1;
        zip = await part(place, more, end, number);
      }
      expect(number).toBeGreaterThan(2);
      await expectWhole(place, zip);
    });

    it('ends the upload of a maker that was killed', async () => {
      const place = await newPlace(client);
      const Key = `prod/${KEY}/data/large.csv`;
      await client.send(new CreateMultipartUploadCommand({ Bucket: place.bucket, Key }));
      await expectWhole(place, await part(place, Number.POSITIVE_INFINITY, 'stopped'));
    });

    it('is not zipped where a file of it was replaced behind its back', async () => {
      const place = await newPlace(client);
      const objects = s3Objects(place);
      const journal = await packJournal(objects, { name: 'reports/0', part: 1 });
      const sink = await packObjects({ bucket: place, folder: KEY, report: REPORT, journal, check: () => {} });
      await buildPack(request, sink);
      const key = `${KEY}/data/report.json`;
      const { version } = (await objects.get(key)) ?? {};
      await objects.replace(key, Buffer.from('{}'), version);
      await expect(sink.done()).rejects.toThrow(coded('objects-differs'));
      expect(await objects.get(`${KEY}.zip`)).toBeUndefined();
    });
  });

  describe('a download', () => {
    const options = { filename: 'soc2-2026.zip', mediaType: 'application/zip', seconds: 60 };

    it('is an address of its own, with name and type', async () => {
      const place = await newPlace(client);
      await s3Objects(place).create('reports/a/b.zip', Buffer.from('zip'));
      const offer = await s3Downloads(place).offer('reports/a/b.zip', options);
      const url = new URL(offer && 'url' in offer ? offer.url : '');
      const answer = await fetch(url);
      expect([answer.status, await answer.text()]).toEqual([200, 'zip']);
      expect(answer.headers.get('content-disposition')).toBe('attachment; filename="soc2-2026.zip"');
      expect(answer.headers.get('content-type')).toBe('application/zip');
      expect(url.searchParams.get('X-Amz-Expires')).toBe('60');
      const other = new URL(url);
      other.pathname = other.pathname.replace('b.zip', 'c.zip');
      await s3Objects(place).create('reports/a/c.zip', Buffer.from('other'));
      expect((await fetch(other)).status).toBe(403);
    });

    it('expires', async () => {
      const place = await newPlace(client);
      await s3Objects(place).create('reports/a/b.zip', Buffer.from('zip'));
      const offer = await s3Downloads(place).offer('reports/a/b.zip', { ...options, seconds: 1 });
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      const answer = await fetch(offer && 'url' in offer ? offer.url : '');
      expect([answer.status, await answer.text()]).toEqual([403, expect.not.stringContaining('PK')]);
    });

    it('is undefined where there is no such file', async () => {
      expect(await s3Downloads(await newPlace(client)).offer('reports/a/b.zip', options)).toBeUndefined();
    });
  });
});
