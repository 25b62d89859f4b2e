import { z } from 'zod';
import type { Json, JsonObject } from '../../../model/json.ts';
import type { Aws } from '../../service.ts';
import { PolicyText } from '../shared/policy-text.ts';
import { otherAccounts } from './other-accounts.ts';

// Each function reads one fact of one bucket.

const Policy = z.object({ Policy: PolicyText });

/** The bucket policy. */
export async function policy(aws: Aws, bucket: string): Promise<JsonObject | null> {
  const answer = await aws.getOrAbsent('s3:GetBucketPolicy', input(bucket), Policy);
  return answer?.Policy ?? null;
}

const PolicyStatus = z.object({ PolicyStatus: z.object({ IsPublic: z.boolean() }) });

/** Accounts other than the bucket's own that its policy may let in; see `otherAccounts`. */
export async function policyOtherAccounts(aws: Aws, bucket: string): Promise<Json> {
  const document = await policy(aws, bucket);
  return document === null ? [] : otherAccounts(document, aws.account);
}

/** Whether S3 calls the policy public, by the rules of https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html. */
export async function policyStatusPublic(aws: Aws, bucket: string): Promise<Json> {
  const status = await aws.getOrAbsent('s3:GetBucketPolicyStatus', input(bucket), PolicyStatus);
  return status?.PolicyStatus.IsPublic ?? null;
}

const Encryption = z.object({
  ServerSideEncryptionConfiguration: z.object({
    Rules: z.array(
      z.object({
        ApplyServerSideEncryptionByDefault: z
          .object({ SSEAlgorithm: z.string(), KMSMasterKeyID: z.string().optional() })
          .optional(),
        BucketKeyEnabled: z.boolean().optional(),
      }),
    ),
  }),
});

/** Default encryption. */
export async function encryption(aws: Aws, bucket: string): Promise<Json> {
  const answer = await aws.getOrAbsent('s3:GetBucketEncryption', input(bucket), Encryption);
  const rule = answer?.ServerSideEncryptionConfiguration.Rules.find((it) => it.ApplyServerSideEncryptionByDefault);
  const byDefault = rule?.ApplyServerSideEncryptionByDefault;
  if (rule === undefined || byDefault === undefined) return null;
  return {
    algorithm: byDefault.SSEAlgorithm,
    kmsKeyId: byDefault.KMSMasterKeyID ?? null,
    bucketKey: rule.BucketKeyEnabled ?? false,
  };
}

const Grantee = z
  .object({ URI: z.string().optional(), ID: z.string().optional(), EmailAddress: z.string().optional() })
  .transform((it) => it.URI ?? it.ID ?? it.EmailAddress)
  .pipe(z.string('expected a grantee with a URI, an ID or an e-mail address'));

const Acl = z.object({ Grants: z.array(z.object({ Grantee, Permission: z.string() })) });

/** Every grant of the access control list: a bucket always has one. */
export async function acl(aws: Aws, bucket: string): Promise<Json> {
  const { Grants } = await aws.get('s3:GetBucketAcl', input(bucket), Acl);
  return Grants.map((it) => ({ grantee: it.Grantee, permission: it.Permission }));
}

const Versioning = z.object({
  Status: z.enum(['Enabled', 'Suspended']).optional(),
  MFADelete: z.enum(['Enabled', 'Disabled']).optional(),
});

/** Versioning; a bucket that never had it answers with nothing (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html). */
export async function versioning(aws: Aws, bucket: string): Promise<Json> {
  const answer = await aws.get('s3:GetBucketVersioning', input(bucket), Versioning);
  return { status: answer.Status ?? 'Off', mfaDelete: answer.MFADelete === 'Enabled' };
}

const Logging = z.object({
  LoggingEnabled: z.object({ TargetBucket: z.string(), TargetPrefix: z.string().default('') }).optional(),
});

/** Server access logging; a bucket without it answers with nothing (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLogging.html). */
export async function logging(aws: Aws, bucket: string): Promise<Json> {
  const { LoggingEnabled: target } = await aws.get('s3:GetBucketLogging', input(bucket), Logging);
  return target === undefined ? null : { targetBucket: target.TargetBucket, targetPrefix: target.TargetPrefix };
}

const Retention = z.object({ Mode: z.string().optional(), Days: z.int().optional(), Years: z.int().optional() });

const ObjectLock = z.object({
  ObjectLockConfiguration: z.object({
    ObjectLockEnabled: z.string().optional(),
    Rule: z.object({ DefaultRetention: Retention.optional() }).optional(),
  }),
});

/** Object Lock with its default retention. */
export async function objectLock(aws: Aws, bucket: string): Promise<Json> {
  const answer = await aws.getOrAbsent('s3:GetObjectLockConfiguration', input(bucket), ObjectLock);
  if (answer === null) return null;
  const { ObjectLockEnabled, Rule } = answer.ObjectLockConfiguration;
  const retention = Rule?.DefaultRetention;
  return {
    enabled: ObjectLockEnabled === 'Enabled',
    mode: retention?.Mode ?? null,
    days: retention?.Days ?? null,
    years: retention?.Years ?? null,
  };
}

const Lifecycle = z.object({ Rules: z.array(z.object({ ID: z.string().default(''), Status: z.string() })) });

/** Lifecycle rules. */
export async function lifecycle(aws: Aws, bucket: string): Promise<Json> {
  const answer = await aws.getOrAbsent('s3:GetBucketLifecycleConfiguration', input(bucket), Lifecycle);
  return (answer?.Rules ?? []).map((it) => ({ id: it.ID, status: it.Status }));
}

const Ownership = z.object({
  OwnershipControls: z.object({ Rules: z.tuple([z.object({ ObjectOwnership: z.string() })]) }),
});

/** Object Ownership. */
export async function ownership(aws: Aws, bucket: string): Promise<Json> {
  const answer = await aws.getOrAbsent('s3:GetBucketOwnershipControls', input(bucket), Ownership);
  return answer?.OwnershipControls.Rules[0].ObjectOwnership ?? null;
}

const Replication = z.object({
  ReplicationConfiguration: z.object({
    Rules: z.array(
      z.object({
        ID: z.string().default(''),
        Status: z.enum(['Enabled', 'Disabled']),
        Destination: z.object({ Bucket: z.string() }),
      }),
    ),
  }),
});

/** Replication rules. */
export async function replication(aws: Aws, bucket: string): Promise<Json> {
  const answer = await aws.getOrAbsent('s3:GetBucketReplication', input(bucket), Replication);
  const rules = answer?.ReplicationConfiguration.Rules ?? [];
  return rules.map((it) => ({ id: it.ID, status: it.Status, destination: it.Destination.Bucket }));
}

// Each kind is left out where no notification of it is configured, and EventBridge where it is off:
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html
const events = z.array(z.object({ Events: z.array(z.string()) })).default([]);
const Notifications = z.object({
  TopicConfigurations: events,
  QueueConfigurations: events,
  LambdaFunctionConfigurations: events,
  EventBridgeConfiguration: z.object({}).optional(),
});

/** Event notifications by kind of target. */
export async function notifications(aws: Aws, bucket: string): Promise<Json> {
  const answer = await aws.get('s3:GetBucketNotificationConfiguration', input(bucket), Notifications);
  const of = (kind: string, configured: z.infer<typeof events>) =>
    configured.map((it) => ({ kind, events: it.Events }));
  return [
    ...of('topic', answer.TopicConfigurations),
    ...of('queue', answer.QueueConfigurations),
    ...of('function', answer.LambdaFunctionConfigurations),
    ...(answer.EventBridgeConfiguration === undefined ? [] : [{ kind: 'eventbridge', events: ['*'] }]),
  ];
}

function input(bucket: string): JsonObject {
  return { Bucket: bucket };
}
