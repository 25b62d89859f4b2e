import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { TrailFile } from '../../collect/cloudtrail/trail-file.ts';
import { TRAIL_FILE_LIMITS } from '../../collect/cloudtrail/trail-file.ts';
import { WitnessmarkError } from '../../model/error.ts';

/**
 * Delivered CloudTrail log files in a bucket, `s3://bucket/prefix`, in order of their keys. A key that
 * cannot be listed or read is an error: an ingest that skips files would claim too much.
 */
export async function* bucketTrailFiles(address: string): AsyncIterable<TrailFile> {
  const { bucket, prefix } = parseAddress(address);
  const client = new S3Client({
    followRegionRedirects: true,
    forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined,
  });
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
    );
    for (const { Key, Size = 0 } of page.Contents ?? []) {
      if (Key === undefined || !/\.json(\.gz)?$/.test(Key)) continue;
      const name = `s3://${bucket}/${Key}`;
      if (Size > TRAIL_FILE_LIMITS.bytes) yield { name, bytes: new Uint8Array(0), tooLarge: Size };
      else yield { name, bytes: await read(client, bucket, Key) };
    }
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

function parseAddress(address: string): { bucket: string; prefix: string } {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(address);
  if (!match?.[1]) throw new WitnessmarkError('ingest-address', `${address}: expected s3://bucket/prefix`);
  return { bucket: match[1], prefix: match[2] ?? '' };
}

async function read(client: S3Client, bucket: string, key: string): Promise<Uint8Array> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!Body) throw new WitnessmarkError('ingest-empty-answer', `s3://${bucket}/${key}: S3 gave no body`);
  return Body.transformToByteArray();
}
