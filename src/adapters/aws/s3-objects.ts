import { hash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { WitnessmarkError } from '../../model/error.ts';
import type { Objects, StoredObject } from '../../ports/objects.ts';
import { checkKey, checkPrefix } from '../object-key.ts';

export interface S3ObjectsOptions {
  readonly bucket: string;
  /** Stands before every key, ends in `/`; left out, the whole bucket is the store. */
  readonly prefix?: string;
  /** The SDK's own region and credentials where left out. */
  readonly client?: S3Client;
  /** Largest object that is read into memory, in bytes; 256 MiB where left out. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 256 * 2 ** 20;

/** How often a write that met another one is tried again, and how long the first pause is. */
const MAX_TRIES = 6;
const FIRST_PAUSE_MS = 20;

/**
 * A store in an S3 bucket. Writes are conditional
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html) and carry their
 * SHA-256, which S3 checks before it acknowledges; reads check the stored checksum. Versions are
 * ETags. The caller needs s3:ListBucket, without which S3 answers 403 for an object that is absent.
 * Throws what the SDK throws, `objects-too-large`, and `objects-answer-invalid` where S3 leaves out
 * what it promises.
 */
export function s3Objects(options: S3ObjectsOptions): Objects {
  const { bucket, prefix = '', client = defaultClient(), maxBytes = DEFAULT_MAX_BYTES } = options;
  checkPrefix(prefix);
  const at: Place = { client, bucket, maxBytes };
  const get = (key: string) => read(at, prefix + checkKey(key));
  const put = (key: string, bytes: Uint8Array, condition: Condition) =>
    write(at, prefix + checkKey(key), bytes, condition);
  return {
    get: async (key) => get(key),
    create: async (key, bytes) => ((await put(key, bytes, { IfNoneMatch: '*' })) ? 'created' : 'exists'),
    async replace(key, bytes, version) {
      const condition = version === undefined ? { IfNoneMatch: '*' } : { IfMatch: version };
      return (await put(key, bytes, condition)) ? 'replaced' : 'conflict';
    },
    list: (wanted) => list(at, prefix, wanted),
  };
}

interface Place {
  readonly client: S3Client;
  readonly bucket: string;
  readonly maxBytes: number;
}

type Condition = { readonly IfNoneMatch: string } | { readonly IfMatch: string };

/** Emulators and gateways seldom answer to `<bucket>.<host>`; AWS itself does. */
function defaultClient(): S3Client {
  const hasOwnEndpoint = (process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) !== undefined;
  return new S3Client({
    forcePathStyle: hasOwnEndpoint,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
  });
}

async function read({ client, bucket, maxBytes }: Place, key: string): Promise<StoredObject | undefined> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' });
  // By name and not by status: a bucket that is absent is a 404 too, and no empty store.
  const answer = await client.send(command).catch((thrown: unknown) => {
    if (nameOf(thrown) === 'NoSuchKey') return undefined;
    throw thrown;
  });
  if (answer === undefined) return undefined;
  const { Body: body, ETag: version, ContentLength: length = 0 } = answer;
  if (body === undefined || version === undefined) throw invalid(bucket, key, 'an object without a body or an ETag');
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (length > maxBytes) throw tooLarge(bucket, key, maxBytes);
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(bucket, key, maxBytes);
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks), version };
}

/** Whether the object was written; false where the condition did not hold. */
async function write(at: Place, key: string, bytes: Uint8Array, condition: Condition): Promise<boolean> {
  const sha256 = hash('sha256', bytes, 'base64');
  for (let tries = 1; ; tries += 1) {
    const command = { Bucket: at.bucket, Key: key, Body: bytes, ChecksumSHA256: sha256, ...condition };
    try {
      await at.client.send(new PutObjectCommand(command));
      return true;
    } catch (thrown) {
      if (isRefused(thrown, condition)) return attemptsOf(thrown) > 1 && (await isOurs(at, key, bytes));
      if (nameOf(thrown) !== 'ConditionalRequestConflict' || tries === MAX_TRIES) throw thrown;
    }
    // 409: another write to this key was under way, and this one was not made. Asked again, S3 knows who won.
    await setTimeout(FIRST_PAUSE_MS * 2 ** (tries - 1));
  }
}

/** 412, or 404 where a version was expected and there is no object at all. */
function isRefused(thrown: unknown, condition: Condition): boolean {
  const name = nameOf(thrown);
  return name === 'PreconditionFailed' || (name === 'NoSuchKey' && 'IfMatch' in condition);
}

/**
 * After an attempt whose answer was lost, the SDK's next one is refused by what the first has
 * written. The same bytes mean that they are there, whoever wrote them.
 */
async function isOurs(at: Place, key: string, bytes: Uint8Array): Promise<boolean> {
  const present = await read(at, key);
  return present !== undefined && Buffer.compare(present.bytes, bytes) === 0;
}

async function* list({ client, bucket }: Place, prefix: string, wanted: string): AsyncIterable<string> {
  checkPrefix(wanted);
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix + wanted, ContinuationToken: token }),
    );
    for (const { Key: key = '' } of page.Contents ?? []) {
      const relative = key.slice(prefix.length);
      if (isKey(relative)) yield relative;
    }
    const next = page.IsTruncated ? page.NextContinuationToken : undefined;
    if (page.IsTruncated && (next === undefined || next === token)) {
      throw invalid(bucket, prefix + wanted, 'a cut list that does not say where it goes on');
    }
    token = next;
  } while (token !== undefined);
}

/** The console's `folder/` markers and other people's files are no objects of the store. */
function isKey(key: string): boolean {
  try {
    return checkKey(key) === key;
  } catch {
    return false;
  }
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : '';
}

function attemptsOf(thrown: unknown): number {
  const { $metadata } = thrown as { $metadata?: { attempts?: number } };
  return $metadata?.attempts ?? 1;
}

function invalid(bucket: string, key: string, what: string): WitnessmarkError {
  return new WitnessmarkError('objects-answer-invalid', `s3://${bucket}/${key}: S3 answered with ${what}`);
}

function tooLarge(bucket: string, key: string, maxBytes: number): WitnessmarkError {
  return new WitnessmarkError('objects-too-large', `s3://${bucket}/${key}: expected at most ${maxBytes} bytes`);
}
