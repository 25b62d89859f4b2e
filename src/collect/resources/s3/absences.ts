import type { Absence } from '../../service.ts';

const ERRORS = 'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList';
const api = (operation: string): string => `https://docs.aws.amazon.com/AmazonS3/latest/API/API_${operation}.html`;

/** What S3 says of what a bucket or an account does not have. Every other error, NoSuchBucket included, is a failure. */
export const absences: Readonly<Record<`${string}:${string}`, Absence>> = {
  's3:GetBucketPolicy': { names: ['NoSuchBucketPolicy'], source: ERRORS },
  's3:GetBucketPolicyStatus': { names: ['NoSuchBucketPolicy'], source: ERRORS },
  's3:GetBucketEncryption': {
    names: ['ServerSideEncryptionConfigurationNotFoundError'],
    source: api('GetBucketEncryption'),
  },
  's3:GetPublicAccessBlock': {
    names: ['NoSuchPublicAccessBlockConfiguration'],
    source: api('GetPublicAccessBlock'),
  },
  's3control:GetPublicAccessBlock': {
    names: ['NoSuchPublicAccessBlockConfiguration'],
    source: api('control_GetPublicAccessBlock'),
  },
  's3:GetObjectLockConfiguration': { names: ['ObjectLockConfigurationNotFoundError'], source: ERRORS },
  's3:GetBucketLifecycleConfiguration': {
    names: ['NoSuchLifecycleConfiguration'],
    source: api('GetBucketLifecycleConfiguration'),
  },
  's3:GetBucketOwnershipControls': { names: ['OwnershipControlsNotFoundError'], source: ERRORS },
  's3:GetBucketReplication': {
    names: ['ReplicationConfigurationNotFoundError'],
    source: api('GetBucketReplication'),
  },
};
