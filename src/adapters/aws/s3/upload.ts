import { hash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { WitnessmarkError } from '../../../model/error.ts';
import type { Content } from '../../../pack/sink.ts';
import { errorName } from '../aws-error.ts';
import { invalidAnswer, s3Error } from './errors.ts';
import { addressed, type S3Place } from './place.ts';
import { isThere, type Keeping, writeObject } from './write.ts';

/**
 * Bytes of each part of an upload: 10,000 of them, which is all that S3 takes, are 78 GiB. The same for every upload,
 * since the checksum that S3 keeps of the whole depends on it.
 */
const PART = 8 * 1024 * 1024;

export interface Upload {
  readonly key: string;
  readonly content: Content;
  readonly keeping: Keeping;
}

/**
 * Creates an object of any length, of which two parts are in memory at a time. Each part carries its SHA-256, which S3
 * checks, and the object is there whole or not at all. One that is there already must hold the same bytes: whoever
 * was cut off after a write makes it again and finds it.
 * @throws WitnessmarkError `objects-differs` where other bytes are there, and as `s3Objects`
 */
export async function uploadObject(at: S3Place, upload: Upload): Promise<void> {
  const blocks = blocksOf(upload.content);
  try {
    const first = await nextOf(blocks);
    const bytes = first ?? new Uint8Array();
    const stored = bytes.length < LARGE ? undefined : await storedChecksum(at, upload.key);
    if (stored !== undefined) await compare(at, upload.key, stored, { first: bytes, rest: blocks });
    else if (bytes.length < PART) await createWhole(at, upload, bytes);
    else await createInParts(at, upload, { first: bytes, rest: blocks });
  } finally {
    await blocks.return(undefined);
  }
}

/** Content from its first block on. */
interface Blocks {
  readonly first: Uint8Array;
  readonly rest: AsyncIterator<Uint8Array>;
}

/** Of these it is looked first whether they are there: S3 closes the connection on whoever sends them in vain. */
const LARGE = 1024 * 1024;

async function compare(at: S3Place, key: string, stored: string, { first, rest }: Blocks): Promise<void> {
  const parts: CompletedPart[] = [];
  for (let bytes: Uint8Array | undefined = first; bytes !== undefined; bytes = await nextOf(rest))
    parts.push({ ChecksumSHA256: hash('sha256', bytes, 'base64') });
  const own = first.length < PART ? parts[0]?.ChecksumSHA256 : checksumOf(parts);
  if (stored !== own) throw differs(at, key);
}

async function createWhole(at: S3Place, { key, keeping }: Upload, bytes: Uint8Array): Promise<void> {
  const created = await writeObject(at, { key, bytes, condition: { IfNoneMatch: '*' }, keeping });
  if (!created && !(await isThere(at, key, bytes))) throw differs(at, key);
}

async function createInParts(at: S3Place, upload: Upload, blocks: Blocks): Promise<void> {
  const { key } = upload;
  const UploadId = await begin(at, upload);
  try {
    const parts = await putParts(at, { Key: key, UploadId }, blocks);
    if (await complete(at, { Key: key, UploadId }, parts)) return;
    if ((await storedChecksum(at, key)) !== checksumOf(parts)) throw differs(at, key);
    await abort(at, key, UploadId);
  } catch (thrown) {
    await abort(at, key, UploadId);
    throw thrown;
  }
}

interface Under {
  readonly Key: string;
  readonly UploadId: string;
}

async function putParts(at: S3Place, own: Under, { first, rest }: Blocks): Promise<CompletedPart[]> {
  const parts: CompletedPart[] = [];
  let under: Promise<void> = Promise.resolve();
  const put = async (bytes: Uint8Array): Promise<void> => {
    const part = { PartNumber: parts.length + 1, ChecksumSHA256: hash('sha256', bytes, 'base64') };
    parts.push(part);
    const command = new UploadPartCommand({ ...addressed(at), ...own, ...part, Body: bytes });
    Object.assign(part, { ETag: (await sent(at, own.Key, at.client.send(command))).ETag });
  };
  try {
    for (let bytes: Uint8Array | undefined = first; bytes !== undefined; bytes = await nextOf(rest)) {
      // One is on its way while the next is filled.
      await under;
      under = put(bytes);
      // Told when it is waited for.
      under.catch(() => {});
    }
  } finally {
    // None may arrive after the upload is aborted.
    await under.catch(() => {});
  }
  await under;
  return parts;
}

/** Whether the upload has become the object; false where there is one. */
async function complete(at: S3Place, own: Under, Parts: CompletedPart[]): Promise<boolean> {
  const command = { ...addressed(at), ...own, MultipartUpload: { Parts }, IfNoneMatch: '*' };
  try {
    await at.client.send(new CompleteMultipartUploadCommand(command));
    return true;
  } catch (thrown) {
    // Also after an attempt whose answer was lost: then the upload is gone, and its object there.
    if (['PreconditionFailed', 'NoSuchUpload'].includes(errorName(thrown))) return false;
    throw s3Error(thrown, 'PutObject', at.bucket, own.Key);
  }
}

const sent = <T>(at: S3Place, key: string | undefined, answer: Promise<T>): Promise<T> =>
  answer.catch((thrown: unknown) => {
    throw s3Error(thrown, 'PutObject', at.bucket, key ?? '');
  });

async function begin(at: S3Place, { key, keeping }: Upload): Promise<string> {
  const checksum = { ChecksumAlgorithm: 'SHA256', ChecksumType: 'COMPOSITE' } as const;
  const command = new CreateMultipartUploadCommand({ ...addressed(at), Key: key, ...checksum, ...keeping });
  const { UploadId: id } = await sent(at, key, at.client.send(command));
  if (id === undefined) throw invalidAnswer(at.bucket, key, 'an upload without an id');
  return id;
}

/** What is not aborted costs until the bucket's lifecycle takes it away; the first error is what is told. */
async function abort(at: S3Place, Key: string, UploadId: string): Promise<void> {
  await at.client.send(new AbortMultipartUploadCommand({ ...addressed(at), Key, UploadId })).catch(() => {});
}

/** Aborts the uploads below a prefix that somebody who died has left, of which a thousand are looked at. */
export async function abortUploads(at: S3Place, prefix: string): Promise<void> {
  const listed = at.client.send(new ListMultipartUploadsCommand({ ...addressed(at), Prefix: prefix }));
  const { Uploads = [] } = await listed.catch((thrown: unknown) => {
    throw s3Error(thrown, 'ListBucketMultipartUploads', at.bucket, prefix);
  });
  for (const { Key = '', UploadId = '' } of Uploads) await abort(at, Key, UploadId);
}

/** The checksum that S3 gives an object of several parts: the hash of the hashes of its parts, and how many they are. */
function checksumOf(parts: readonly CompletedPart[]): string {
  const hashes = parts.map((it) => Buffer.from(it.ChecksumSHA256 ?? '', 'base64'));
  return `${hash('sha256', Buffer.concat(hashes), 'base64')}-${parts.length}`;
}

/** Undefined where there is no object, or one without a SHA-256. */
async function storedChecksum(at: S3Place, key: string): Promise<string | undefined> {
  const command = new HeadObjectCommand({ ...addressed(at), Key: key, ChecksumMode: 'ENABLED' });
  const answer = await at.client.send(command).catch((thrown: unknown) => {
    // Of a HEAD, which has no body, S3 gives the status alone.
    if (['NotFound', 'NoSuchKey'].includes(errorName(thrown))) return undefined;
    throw s3Error(thrown, 'GetObject', at.bucket, key);
  });
  return answer?.ChecksumSHA256;
}

async function nextOf(blocks: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  const next = await blocks.next();
  return next.done ? undefined : next.value;
}

/** Chunks of any size as blocks of one size, but the last. */
async function* blocksOf(content: Content): AsyncGenerator<Uint8Array> {
  let block = Buffer.alloc(0);
  let filled = 0;
  for await (const chunk of content instanceof Uint8Array ? [content] : content) {
    for (let from = 0; from < chunk.length; ) {
      if (block.length === 0) block = Buffer.allocUnsafe(PART);
      const taken = chunk.subarray(from, from + PART - filled);
      block.set(taken, filled);
      filled += taken.length;
      from += taken.length;
      if (filled < PART) continue;
      yield block;
      [block, filled] = [Buffer.alloc(0), 0];
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

function differs({ bucket }: S3Place, key: string): WitnessmarkError {
  return new WitnessmarkError('objects-differs', `s3://${bucket}/${key} is there already, with other bytes`, {
    hint: 'somebody else wrote it; nothing was replaced',
  });
}
