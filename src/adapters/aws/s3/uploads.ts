import { type _Object, GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { WitnessmarkError } from '../../../model/error.ts';
import type { Upload, Uploads } from '../../../ports/uploads.ts';
import { errorName } from '../aws-error.ts';
import { invalidAnswer, s3Error } from './errors.ts';
import { decodedKey } from './key.ts';
import { s3Client } from './place.ts';

export interface S3UploadsOptions {
  readonly bucket: string;
  /** Of the folder, ends in `/`. */
  readonly prefix: string;
  readonly client?: S3Client;
  /** Account that must own the bucket. */
  readonly owner?: string;
}

/** Most keys that S3 lists at once. */
const PAGE = 1000;
/** What has changed or gone since it was listed. */
const GONE = new Set(['NoSuchKey', 'PreconditionFailed']);

/**
 * A folder of a bucket that people upload into. Keys are read as they are, whatever stands in them. Needs s3:ListBucket and s3:GetObject. Throws as `s3Objects` does.
 */
export function s3Uploads(options: S3UploadsOptions): Uploads {
  const { bucket, prefix, owner, client = s3Client() } = options;
  const at = {
    client,
    prefix,
    place: { Bucket: bucket, ...(owner === undefined ? {} : { ExpectedBucketOwner: owner }) },
  };
  return {
    list: (most) => list(at, most),
    read: (upload, maxBytes) => read(at, upload, maxBytes),
  };
}

interface Folder {
  readonly client: S3Client;
  readonly prefix: string;
  readonly place: { readonly Bucket: string };
}

async function list(at: Folder, most: number): Promise<readonly Upload[]> {
  const found: Upload[] = [];
  for await (const upload of uploadsIn(at, most + 1)) {
    if (found.push(upload) > most) break;
  }
  return found;
}

async function* uploadsIn(at: Folder, wanted: number): AsyncIterable<Upload> {
  let token: string | undefined;
  do {
    const page = await listPage(at, Math.min(PAGE, wanted), token);
    const keyOf = page.EncodingType === 'url' ? decodedKey : (key: string) => key;
    const uploads = (page.Contents ?? []).map((it) => uploadOf(it, keyOf, at.prefix));
    yield* uploads.filter(({ path }) => path !== '');
    const next = page.IsTruncated ? page.NextContinuationToken : undefined;
    if (page.IsTruncated && (next === undefined || next === token))
      throw invalidAnswer(at.place.Bucket, at.prefix, 'a cut list that does not say where it goes on');
    token = next;
  } while (token !== undefined);
}

function uploadOf(
  { Key = '', Size = 0, ETag = '', LastModified }: _Object,
  keyOf: (key: string) => string,
  prefix: string,
) {
  const path = keyOf(Key).slice(prefix.length);
  return { path, bytes: Size, version: ETag, modified: (LastModified ?? new Date(0)).toISOString() };
}

async function listPage({ client, prefix, place }: Folder, keys: number, token: string | undefined) {
  // Keys may hold what XML cannot: encoded, they come whole.
  const wanted = { ...place, Prefix: prefix, MaxKeys: keys, EncodingType: 'url' } as const;
  try {
    return await client.send(new ListObjectsV2Command({ ...wanted, ContinuationToken: token }));
  } catch (thrown) {
    throw s3Error(thrown, 'ListBucket', place.Bucket, prefix);
  }
}

async function read({ client, prefix, place }: Folder, { path, version }: Upload, maxBytes: number) {
  const key = prefix + path;
  try {
    const { Body: body, VersionId: id = version } = await client.send(
      new GetObjectCommand({ ...place, Key: key, IfMatch: version }),
    );
    return { bytes: await bounded(body as AsyncIterable<Uint8Array> | undefined, maxBytes, key), id };
  } catch (thrown) {
    if (GONE.has(errorName(thrown) ?? '')) return undefined;
    throw thrown instanceof WitnessmarkError ? thrown : s3Error(thrown, 'GetObject', place.Bucket, key);
  }
}

async function bounded(body: AsyncIterable<Uint8Array> | undefined, maxBytes: number, key: string) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new WitnessmarkError('objects-too-large', `${key}: expected at most ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
