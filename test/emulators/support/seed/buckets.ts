import {
  CreateBucketCommand,
  PutBucketAclCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { PutPublicAccessBlockCommand as BlockAccountCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import { HOME, REGION } from '../moto.ts';
import { type Config, openTo, policy } from './shared.ts';

const BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
} as const;

const tlsOnly = (bucket: string): string =>
  policy({
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  });

/** `wm-good` has all, `wm-open` has nothing and is public, `wm-logs` takes logs. */
export async function seedBuckets(config: Config, key: string): Promise<void> {
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  await makeBucket(s3, 'wm-good', true);
  for (const Bucket of ['wm-open', 'wm-logs']) await makeBucket(s3, Bucket);
  await protect(s3, 'wm-good', key);
  await allowLogDelivery(s3, 'wm-logs');
  await keep(s3, 'wm-good');
  await s3.send(
    new PutBucketPolicyCommand({ Bucket: 'wm-open', Policy: openTo('s3:GetObject', 'arn:aws:s3:::wm-open/*') }),
  );
  await s3.send(new PutBucketAclCommand({ Bucket: 'wm-open', ACL: 'public-read' }));
}

/** An empty bucket of the region. */
export async function makeBucket(s3: S3Client, Bucket: string, locked = false): Promise<void> {
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration, ObjectLockEnabledForBucket: locked }));
}

async function protect(s3: S3Client, Bucket: string, key: string): Promise<void> {
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: tlsOnly(Bucket) }));
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } }],
      },
    }),
  );
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: BLOCKED }));
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }] };
  await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
}

async function keep(s3: S3Client, Bucket: string): Promise<void> {
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(
    new PutObjectLockConfigurationCommand({
      Bucket,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 400 } },
      },
    }),
  );
  await s3.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket,
      LifecycleConfiguration: {
        Rules: [{ ID: 'year', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 365 } }],
      },
    }),
  );
  const LoggingEnabled = { TargetBucket: 'wm-logs', TargetPrefix: 'good/' };
  await s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: 'wm-logs', VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(
    new PutBucketReplicationCommand({
      Bucket,
      ReplicationConfiguration: {
        Role: `arn:aws:iam::${HOME}:role/auditor`,
        Rules: [{ ID: 'all', Status: 'Enabled', Prefix: '', Destination: { Bucket: 'arn:aws:s3:::wm-logs' } }],
      },
    }),
  );
  const TopicArn = `arn:aws:sns:${REGION}:${HOME}:good`;
  const NotificationConfiguration = { TopicConfigurations: [{ TopicArn, Events: ['s3:ObjectRemoved:*' as const] }] };
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
}

/** moto, as AWS once did, wants the log delivery group in the target's ACL. */
async function allowLogDelivery(s3: S3Client, Bucket: string): Promise<void> {
  const group = 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"';
  await s3.send(new PutBucketAclCommand({ Bucket, GrantWrite: group, GrantReadACP: group }));
}

/** Blocks public access for all buckets of an account. An emulator answers to its own name, not to `<account>.s3-control.…`. */
export async function blockAccount(config: Config, AccountId: string): Promise<void> {
  const url = new URL(config.endpoint);
  const control = new S3ControlClient({ ...config, disableHostPrefix: true, endpointProvider: () => ({ url }) });
  await control.send(new BlockAccountCommand({ AccountId, PublicAccessBlockConfiguration: BLOCKED }));
}
