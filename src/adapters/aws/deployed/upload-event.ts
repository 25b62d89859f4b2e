import { z } from 'zod';
import { decodedKey } from '../s3/key.ts';

const key = z.string().min(1).max(4096);
const bucket = z.object({ name: z.string().max(255) });

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const Notification = z.object({
  Records: z
    .array(
      z.object({
        eventSource: z.literal('aws:s3'),
        eventName: z.string().regex(/^Object(Created|Removed):/, 'expected ObjectCreated or ObjectRemoved'),
        s3: z.object({ bucket, object: z.object({ key, versionId: z.string().max(1024).optional() }) }),
      }),
    )
    .min(1)
    .max(100),
});

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html: keys as they are. */
const BusEvent = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.enum(['Object Created', 'Object Deleted']),
  detail: z.object({ bucket, object: z.object({ key, 'version-id': z.string().max(1024).optional() }) }),
});

/** An upload or a removal, as somebody was told of it. */
export interface Told {
  readonly bucket: string;
  readonly key: string;
  readonly version?: string | undefined;
}

/** By hand, after an upgrade: nothing has changed, and the folder is to be looked at. */
const Nothing = z.strictObject({});

/**
 * That objects were written or removed: an S3 notification, whose keys are encoded as form data, the same from
 * EventBridge, or `{}`. Other members are passed over, for AWS adds some; what is named here is bounded.
 */
export const UploadEvent = z.union([Notification, BusEvent, Nothing]).transform((event): Told[] => {
  if ('Records' in event)
    return event.Records.map(({ s3 }) => ({
      bucket: s3.bucket.name,
      key: decodedKey(s3.object.key),
      version: s3.object.versionId,
    }));
  if (!('detail' in event)) return [];
  const { bucket, object } = event.detail;
  return [{ bucket: bucket.name, key: object.key, version: object['version-id'] }];
});
