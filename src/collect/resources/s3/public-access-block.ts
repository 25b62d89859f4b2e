import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import type { Aws, Operation } from '../../service.ts';

// A setting that the configuration does not name is off.
const setting = z.boolean().default(false);

const PublicAccessBlock = z.object({
  PublicAccessBlockConfiguration: z.object({
    BlockPublicAcls: setting,
    IgnorePublicAcls: setting,
    BlockPublicPolicy: setting,
    RestrictPublicBuckets: setting,
  }),
});

/** Block Public Access of the bucket itself. */
export function publicAccessBlock(aws: Aws, bucket: string): Promise<Json> {
  return read(aws, 's3:GetPublicAccessBlock', { Bucket: bucket });
}

/**
 * Block Public Access of the account, which is in force for all of its buckets in all regions. The call
 * is made once in a task, however many buckets ask for it.
 */
export function accountPublicAccessBlock(aws: Aws): Promise<Json> {
  return read(aws, 's3control:GetPublicAccessBlock', { AccountId: aws.account });
}

async function read(aws: Aws, operation: Operation, input: Record<string, string>): Promise<Json> {
  const answer = await aws.getOrAbsent(operation, input, PublicAccessBlock);
  if (answer === null) return null;
  const block = answer.PublicAccessBlockConfiguration;
  return {
    blockPublicAcls: block.BlockPublicAcls,
    ignorePublicAcls: block.IgnorePublicAcls,
    blockPublicPolicy: block.BlockPublicPolicy,
    restrictPublicBuckets: block.RestrictPublicBuckets,
  };
}
