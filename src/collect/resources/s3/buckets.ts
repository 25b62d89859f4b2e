import { z } from 'zod';
import { type Aws, population } from '../../service.ts';
import * as read from './facts.ts';
import { accountPublicAccessBlock, publicAccessBlock } from './public-access-block.ts';

const Bucket = z.object({ Name: z.string().min(1), BucketRegion: z.string().optional() });

const Location = z.object({ LocationConstraint: z.string().nullish() });

/** General purpose buckets; directory buckets (S3 Express One Zone) are another type and are not listed here. */
export const buckets = population({
  type: 'AWS::S3::Bucket',
  facts: {
    policy: 'bucket policy; null without one',
    policyStatusPublic: 'whether S3 itself calls the bucket policy public; null without a policy',
    encryption: 'default encryption {algorithm, kmsKeyId, bucketKey}; null without one',
    publicAccessBlock:
      'Block Public Access of the bucket {blockPublicAcls, ignorePublicAcls, blockPublicPolicy, restrictPublicBuckets}; null where the bucket has none of its own',
    accountPublicAccessBlock: 'Block Public Access of the account, of the same form; null where the account has none',
    acl: 'grants of the access control list, [{grantee, permission}]; grantee is a group URI, a canonical id or an e-mail',
    versioning: '{status: Enabled, Suspended or Off; mfaDelete}',
    logging: 'server access logging {targetBucket, targetPrefix}; null when off',
    objectLock: '{enabled, mode, days, years} with the default retention; null where Object Lock is not configured',
    lifecycle: 'lifecycle rules [{id, status}]; empty without any',
    ownership: 'Object Ownership setting; null where none is set',
    policyOtherAccounts:
      'accounts other than its own that the bucket policy may let in: ids, canonical ids, or * for more than it names; AWS services do not count',
    replication: 'replication rules [{id, status: Enabled or Disabled, destination}]; empty without any',
    notifications: 'event notifications [{kind: topic, queue, function or eventbridge; events}]; empty without any',
  },
  permissions: [
    's3:ListAllMyBuckets',
    's3:GetBucketLocation',
    's3:GetBucketPolicy',
    's3:GetBucketPolicyStatus',
    's3:GetEncryptionConfiguration',
    's3:GetBucketPublicAccessBlock',
    's3:GetBucketAcl',
    's3:GetBucketVersioning',
    's3:GetBucketLogging',
    's3:GetBucketObjectLockConfiguration',
    's3:GetLifecycleConfiguration',
    's3:GetBucketOwnershipControls',
    's3:GetReplicationConfiguration',
    's3:GetBucketNotification',
    's3:GetAccountPublicAccessBlock',
  ],
  async read(aws) {
    // Without a parameter ListBuckets neither pages nor names regions:
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
    const listed = await aws.list(
      's3:ListBuckets',
      { MaxBuckets: 1000 },
      { items: Bucket, at: 'Buckets', token: { out: 'ContinuationToken', in: 'ContinuationToken' } },
    );
    return Promise.all(listed.map((it) => found(aws, it)));
  },
});

async function found(aws: Aws, bucket: z.infer<typeof Bucket>) {
  const name = bucket.Name;
  return {
    id: `arn:${aws.partition}:s3:::${name}`,
    name,
    region: bucket.BucketRegion ?? (await locate(aws, name)),
    facts: {
      policy: (from: Aws) => read.policy(from, name),
      policyStatusPublic: (from: Aws) => read.policyStatusPublic(from, name),
      encryption: (from: Aws) => read.encryption(from, name),
      publicAccessBlock: (from: Aws) => publicAccessBlock(from, name),
      accountPublicAccessBlock,
      acl: (from: Aws) => read.acl(from, name),
      versioning: (from: Aws) => read.versioning(from, name),
      logging: (from: Aws) => read.logging(from, name),
      objectLock: (from: Aws) => read.objectLock(from, name),
      lifecycle: (from: Aws) => read.lifecycle(from, name),
      ownership: (from: Aws) => read.ownership(from, name),
      policyOtherAccounts: (from: Aws) => read.policyOtherAccounts(from, name),
      replication: (from: Aws) => read.replication(from, name),
      notifications: (from: Aws) => read.notifications(from, name),
    },
  };
}

/**
 * The region by GetBucketLocation: nothing means us-east-1, and "EU" is the old name of eu-west-1
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html). Not swallowed when it
 * fails: a bucket in an unknown region would be counted where it is not.
 */
async function locate(aws: Aws, bucket: string): Promise<string> {
  const { LocationConstraint: place } = await aws.get('s3:GetBucketLocation', { Bucket: bucket }, Location);
  if (place === undefined || place === null || place === '') return 'us-east-1';
  return place === 'EU' ? 'eu-west-1' : place;
}
