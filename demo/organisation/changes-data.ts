import { StartLoggingCommand, StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { EnableKeyRotationCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { DeleteBucketCommand, DeletePublicAccessBlockCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { blockPublicAccess } from './buckets.ts';
import type { Change } from './change.ts';
import { bucketArn, bucketName } from './names.ts';
import { DEV_TRAIL } from './recorders.ts';

type Make = Change['make'];

const host = (name: string): string => `${bucketName(name)}.s3.eu-west-1.amazonaws.com`;

/** Takes the public access block of a bucket away. */
export const publicAccessAllowed =
  (name: string): Make =>
  async (_, { s3 }) => {
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket: bucketName(name) }));
    const request = { bucketName: bucketName(name), Host: host(name), publicAccessBlock: '' };
    return [{ call: 's3:DeleteBucketPublicAccessBlock', request }];
  };

/** Puts it back. */
export const publicAccessBlocked =
  (name: string): Make =>
  async (_, { s3 }) => {
    await blockPublicAccess(s3, bucketName(name));
    const PublicAccessBlockConfiguration = {
      xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/',
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    };
    const request = {
      bucketName: bucketName(name),
      Host: host(name),
      publicAccessBlock: '',
      PublicAccessBlockConfiguration,
    };
    return [{ call: 's3:PutBucketPublicAccessBlock', request }];
  };

/** Gives a bucket a policy that refuses requests without TLS. */
export const tlsRequired =
  (name: string): Make =>
  async (_, { s3 }) => {
    const bucketPolicy = {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [bucketArn(name), `${bucketArn(name)}/*`],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    };
    await s3.send(new PutBucketPolicyCommand({ Bucket: bucketName(name), Policy: JSON.stringify(bucketPolicy) }));
    return [
      {
        call: 's3:PutBucketPolicy',
        request: { bucketName: bucketName(name), Host: host(name), policy: '', bucketPolicy },
      },
    ];
  };

export const bucketDeleted =
  (name: string): Make =>
  async (_, { s3 }) => {
    await s3.send(new DeleteBucketCommand({ Bucket: bucketName(name) }));
    return [{ call: 's3:DeleteBucket', request: { bucketName: bucketName(name), Host: host(name) } }];
  };

export const rotationEnabled =
  (name: string): Make =>
  async (world, { kms }) => {
    const keyId = world.id(`key/${name}`);
    await kms.send(new EnableKeyRotationCommand({ KeyId: keyId }));
    return [{ call: 'kms:EnableKeyRotation', request: { keyId }, response: { keyId: world.id(`key-arn/${name}`) } }];
  };

export const keyDeletionScheduled =
  (name: string, days: number): Make =>
  async (world, { kms }) => {
    const keyId = world.id(`key/${name}`);
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: days }));
    const response = { keyId: world.id(`key-arn/${name}`), keyState: 'PendingDeletion', pendingWindowInDays: days };
    return [{ call: 'kms:ScheduleKeyDeletion', request: { keyId, pendingWindowInDays: days }, response }];
  };

/** Stops the trail of the development account. */
export const trailStopped =
  (): Make =>
  async (_, { cloudtrail }) => {
    await cloudtrail.send(new StopLoggingCommand({ Name: DEV_TRAIL }));
    return [{ call: 'cloudtrail:StopLogging', request: { name: DEV_TRAIL } }];
  };

export const trailStarted =
  (): Make =>
  async (_, { cloudtrail }) => {
    await cloudtrail.send(new StartLoggingCommand({ Name: DEV_TRAIL }));
    return [{ call: 'cloudtrail:StartLogging', request: { name: DEV_TRAIL } }];
  };
