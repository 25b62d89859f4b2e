import { GetObjectCommand, ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { WitnessmarkError } from '../../../model/error.ts';
import type { StoredItem } from '../../../ports/inventory.ts';
import type { StoredObject } from '../../../ports/objects.ts';
import { checkKey, checkPrefix } from '../../object-key.ts';
import { errorName } from '../aws-error.ts';
import { invalidAnswer, s3Error } from './errors.ts';
import { addressed, type S3Place } from './place.ts';

/** Where S3 does not say when an object was written. */
const EPOCH = new Date(0);

/** The current version of an object, its bytes compared with the checksum that S3 keeps; undefined where there is none. */
export async function readObject(at: S3Place, key: string): Promise<StoredObject | undefined> {
  try {
    return await readCurrent(at, key);
  } catch (thrown) {
    throw s3Error(thrown, 'GetObject', at.bucket, key);
  }
}

/**
 * The bytes of an object as they come, not held; S3's checksum of them is checked as they pass where it is one of the
 * whole.
 */
export async function* streamObject(at: S3Place, key: string): AsyncGenerator<Uint8Array> {
  try {
    const answer = await at.client.send(new GetObjectCommand({ ...addressed(at), Key: key, ChecksumMode: 'ENABLED' }));
    if (answer.Body === undefined) throw invalidAnswer(at.bucket, key, 'an object without a body');
    yield* answer.Body as AsyncIterable<Uint8Array>;
  } catch (thrown) {
    throw s3Error(thrown, 'GetObject', at.bucket, key);
  }
}

async function readCurrent(at: S3Place, key: string): Promise<StoredObject | undefined> {
  const { client, bucket, maxBytes } = at;
  const command = new GetObjectCommand({ ...addressed(at), Key: key, ChecksumMode: 'ENABLED' });
  // By name and not by status: a bucket that is absent is a 404 too, and no empty store.
  const answer = await client.send(command).catch((thrown: unknown) => {
    if (errorName(thrown) !== 'NoSuchKey') throw thrown;
    if (at.refuseDeleted && isDeleteMarker(thrown)) throw deleted(at, key);
    return undefined;
  });
  if (answer === undefined) return undefined;
  const { Body: body, ETag: version, ContentLength: length = 0 } = answer;
  if (body === undefined || version === undefined) {
    throw invalidAnswer(bucket, key, 'an object without a body or an ETag');
  }
  if (length > maxBytes) throw tooLarge(at, key);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(at, key);
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks), version };
}

/** The keys of the store at `prefix` that begin with `wanted`, without that prefix, in byte order. */
export async function* listKeys(at: S3Place, prefix: string, wanted: string): AsyncIterable<string> {
  for await (const { key } of listItems(at, prefix, wanted)) yield key;
}

/** As `listKeys`, with what the list says of each object beside its key. */
export async function* listItems(at: S3Place, prefix: string, wanted: string): AsyncIterable<StoredItem> {
  checkPrefix(wanted);
  for await (const page of pagesOf(at, { prefix: prefix + wanted })) {
    for (const { Key: key = '', Size: bytes = 0, LastModified: written = EPOCH } of page.Contents ?? []) {
      const relative = key.slice(prefix.length);
      if (isKey(relative)) yield { key: relative, bytes, storedAt: written.toISOString() };
    }
  }
}

/** Names of the folders right below a prefix that ends in `/`, in byte order; what is in them is not listed. */
export async function* listFolders(at: S3Place, prefix: string): AsyncIterable<string> {
  for await (const page of pagesOf(at, { prefix, delimiter: '/' }))
    for (const { Prefix: folder = '' } of page.CommonPrefixes ?? []) yield folder.slice(prefix.length, -1);
}

async function* pagesOf(at: S3Place, listing: Listing): AsyncIterable<ListObjectsV2CommandOutput> {
  let token: string | undefined;
  do {
    const page = await listPage(at, listing, token);
    yield page;
    const next = page.IsTruncated ? page.NextContinuationToken : undefined;
    if (page.IsTruncated && (next === undefined || next === token)) {
      throw invalidAnswer(at.bucket, listing.prefix, 'a cut list that does not say where it goes on');
    }
    token = next;
  } while (token !== undefined);
}

interface Listing {
  readonly prefix: string;
  readonly delimiter?: string;
}

async function listPage(at: S3Place, listing: Listing, token?: string): Promise<ListObjectsV2CommandOutput> {
  const { prefix, delimiter } = listing;
  const asked = { ...addressed(at), Prefix: prefix, Delimiter: delimiter, ContinuationToken: token };
  try {
    return await at.client.send(new ListObjectsV2Command(asked));
  } catch (thrown) {
    throw s3Error(thrown, 'ListBucket', at.bucket, prefix);
  }
}

/** The console's `folder/` markers and other people's files are no objects of the store. */
function isKey(key: string): boolean {
  try {
    return checkKey(key) === key;
  } catch {
    return false;
  }
}

/** Where the current version is a delete marker, S3 says so beside its 404. */
function isDeleteMarker(thrown: unknown): boolean {
  const { $response: response } = thrown as { $response?: { headers?: Record<string, string> } };
  return response?.headers?.['x-amz-delete-marker'] === 'true';
}

function deleted({ bucket }: S3Place, key: string): WitnessmarkError {
  const message = `s3://${bucket}/${key} was deleted behind the back of the store: a delete marker hides its versions`;
  const hint =
    'find out who did that (CloudTrail), and delete the marker: aws s3api delete-object with its --version-id';
  return new WitnessmarkError('objects-deleted', message, { hint });
}

function tooLarge({ bucket, maxBytes }: S3Place, key: string): WitnessmarkError {
  return new WitnessmarkError('objects-too-large', `s3://${bucket}/${key}: expected at most ${maxBytes} bytes`);
}
