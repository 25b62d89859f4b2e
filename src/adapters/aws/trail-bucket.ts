import { GetObjectCommand, ListObjectsV2Command, type ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';
import { TRAIL_FILE_LIMITS, type TrailFile } from '../../collect/cloudtrail/trail-file.ts';
import type { TrailObjects } from '../../collect/cloudtrail/trail-listing.ts';
import { failureOf, RetrievalFailure } from '../../collect/failure.ts';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import { classify, metadataOf } from './classify.ts';
import { PATIENT } from './retries.ts';

/** A trail's bucket, and where in it the trail delivers to. */
export interface TrailAddress {
  readonly bucket: string;
  /** The folder in which `AWSLogs/` lies: empty, or ends in `/`. */
  readonly prefix: string;
}

/**
 * `s3://bucket[/prefix][/AWSLogs/…]`; what comes after `AWSLogs` is left out, for what is there is found by its layout.
 * Throws `ingest-address`.
 */
export function trailAddress(address: string): TrailAddress {
  const { bucket, prefix } = parseAddress(address);
  const [before = ''] = prefix.split(/(?<=^|\/)AWSLogs(?:\/|$)/);
  return { bucket, prefix: before === '' || before.endsWith('/') ? before : `${before}/` };
}

/** Follows a bucket to its region; tries again what passes, for seconds. */
export const trailClient = (): S3Client =>
  new S3Client({
    ...PATIENT,
    followRegionRedirects: true,
    forcePathStyle: (process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) !== undefined,
  });

/** A bucket as a trail's files are found in it. Each method throws a `RetrievalFailure` with the real error. */
export function trailObjects(bucket: string, client: S3Client = trailClient()): TrailObjects {
  const list = (input: { Prefix: string; StartAfter?: string; Delimiter?: string }) => pages(client, bucket, input);
  return {
    address: `s3://${bucket}`,
    async folders(prefix) {
      const names: string[] = [];
      for await (const { CommonPrefixes = [] } of list({ Prefix: prefix, Delimiter: '/' }))
        for (const { Prefix = '' } of CommonPrefixes) names.push(Prefix.slice(prefix.length, -1));
      return names;
    },
    async *objects(prefix, after) {
      for await (const { Contents = [] } of list({ Prefix: prefix, ...(after === '' ? {} : { StartAfter: after }) }))
        for (const { Key: key, Size: bytes = 0 } of Contents) if (key !== undefined) yield { key, bytes };
    },
    read: (key) => called('s3:GetObject', () => read(client, bucket, key)),
  };
}

async function* pages(
  client: S3Client,
  bucket: string,
  input: { Prefix: string; StartAfter?: string; Delimiter?: string },
): AsyncIterable<ListObjectsV2CommandOutput> {
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({ Bucket: bucket, ...input, ContinuationToken: token });
    const page = await called('s3:ListObjectsV2', () => client.send(command));
    yield page;
    const next = page.IsTruncated ? page.NextContinuationToken : undefined;
    if (page.IsTruncated && (next === undefined || next === token))
      throw incomplete(
        's3:ListObjectsV2',
        `s3://${bucket}/${input.Prefix}: a cut list that does not say where it goes on`,
      );
    token = next;
  } while (token !== undefined);
}

async function called<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    if (thrown instanceof RetrievalFailure) throw thrown;
    const { requestId } = metadataOf(thrown);
    throw new RetrievalFailure(failureOf({ operation, requestId }, classify(thrown)), { cause: thrown });
  }
}

function incomplete(operation: string, message: string): RetrievalFailure {
  const [kind, name] = ['unparsable', 'UnexpectedAnswer'] as const;
  return new RetrievalFailure({ operation, kind, name, message, status: null, requestId: null });
}

async function read(client: S3Client, bucket: string, key: string): Promise<Uint8Array> {
  const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!Body) throw incomplete('s3:GetObject', 'S3 gave no body');
  if (ContentLength > TRAIL_FILE_LIMITS.bytes) throw incomplete('s3:GetObject', `${ContentLength} bytes are too many`);
  return Body.transformToByteArray();
}

/**
 * Every `.json` and `.json.gz` below `s3://bucket/prefix`, whatever its name, in order of the keys: for files that do
 * not lie as CloudTrail delivers them. What cannot be listed or read is an error, `ingest-unread`.
 */
export async function* bucketTrailFiles(address: string): AsyncIterable<TrailFile> {
  const { bucket, prefix } = parseAddress(address);
  const objects = trailObjects(bucket);
  try {
    for await (const { key, bytes } of objects.objects(prefix, '')) {
      if (!/\.json(\.gz)?$/.test(key)) continue;
      const name = `s3://${bucket}/${key}`;
      if (bytes > TRAIL_FILE_LIMITS.bytes) yield { name, bytes: new Uint8Array(0), tooLarge: bytes };
      else yield { name, bytes: await objects.read(key) };
    }
  } catch (cause) {
    if (!(cause instanceof RetrievalFailure)) throw cause;
    throw new WitnessmarkError('ingest-unread', `${address}: ${messageOf(cause)}`, { cause });
  }
}

function parseAddress(address: string): TrailAddress {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(address);
  if (!match?.[1]) throw new WitnessmarkError('ingest-address', `${address}: expected s3://bucket/prefix`);
  return { bucket: match[1], prefix: match[2] ?? '' };
}
