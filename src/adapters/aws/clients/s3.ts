import {
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import manifest from '@aws-sdk/client-s3/package.json' with { type: 'json' };
import { type ClientConfig, commands, type ServiceClient } from '../client.ts';

/** Emulators and gateways seldom answer to `<bucket>.<host>`; AWS itself does. */
function hasOwnEndpoint(config: ClientConfig): boolean {
  return (config.endpoint ?? process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) !== undefined;
}

/** The read operations of s3 that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-s3@${manifest.version}`,
  create: (config) => new S3Client({ ...config, followRegionRedirects: true, forcePathStyle: hasOwnEndpoint(config) }),
  operations: commands({
    GetBucketAcl: GetBucketAclCommand,
    GetBucketEncryption: GetBucketEncryptionCommand,
    GetBucketLifecycleConfiguration: GetBucketLifecycleConfigurationCommand,
    GetBucketLocation: GetBucketLocationCommand,
    GetBucketLogging: GetBucketLoggingCommand,
    GetBucketNotificationConfiguration: GetBucketNotificationConfigurationCommand,
    GetBucketOwnershipControls: GetBucketOwnershipControlsCommand,
    GetBucketPolicy: GetBucketPolicyCommand,
    GetBucketPolicyStatus: GetBucketPolicyStatusCommand,
    GetBucketReplication: GetBucketReplicationCommand,
    GetBucketVersioning: GetBucketVersioningCommand,
    GetObjectLockConfiguration: GetObjectLockConfigurationCommand,
    GetPublicAccessBlock: GetPublicAccessBlockCommand,
    ListBuckets: ListBucketsCommand,
  }),
};
