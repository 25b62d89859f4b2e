import { CreateBucketCommand, PutBucketVersioningCommand, type S3Client } from '@aws-sdk/client-s3';
import { REGION } from './moto.ts';

let count = 0;

/** A new bucket as it is deployed: with versions, and with Object Lock where asked. */
export async function newBucket(client: S3Client, { lock = false, name }: { lock?: boolean; name?: string } = {}) {
  count += 1;
  const Bucket = name ?? `records-${count}`;
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration, ObjectLockEnabledForBucket: lock }));
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  return Bucket;
}
