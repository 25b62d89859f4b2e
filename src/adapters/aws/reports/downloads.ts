import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Downloads } from '../../../ports/downloads.ts';
import { checkKey } from '../../object-key.ts';
import { errorName } from '../aws-error.ts';
import { s3Error } from '../s3/errors.ts';
import { type S3ObjectsOptions, s3Place } from '../s3/objects.ts';
import { addressed, type S3Place } from '../s3/place.ts';

/**
 * Files of a store in S3, handed out by a presigned address
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ShareObjectPreSignedURL.html). Whoever has it can read this
 * one object until it expires, as whoever signed it could; with credentials of a role it ends with those.
 */
export function s3Downloads(bucket: S3ObjectsOptions): Downloads {
  const [at, prefix] = [s3Place(bucket), bucket.prefix ?? ''];
  return {
    async offer(key, { filename, mediaType, seconds: expiresIn }) {
      const own = { ...addressed(at), Key: prefix + checkKey(key) };
      if (!(await isThere(at, own.Key))) return undefined;
      const command = new GetObjectCommand({
        ...own,
        ResponseContentDisposition: `attachment; filename="${filename.replaceAll(/[^\w.-]/g, '_')}"`,
        ResponseContentType: mediaType,
        // What is shown to one must not be kept for others on the way.
        ResponseCacheControl: 'private, no-store',
      });
      return { url: await getSignedUrl(at.client, command, { expiresIn }) };
    },
  };
}

async function isThere(at: S3Place, key: string): Promise<boolean> {
  try {
    await at.client.send(new HeadObjectCommand({ ...addressed(at), Key: key }));
    return true;
  } catch (thrown) {
    // Of a HEAD, which has no body, S3 gives the status alone.
    if (['NotFound', 'NoSuchKey'].includes(errorName(thrown))) return false;
    throw s3Error(thrown, 'GetObject', at.bucket, key);
  }
}
