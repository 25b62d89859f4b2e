import { WitnessmarkError } from '../../../model/error.ts';
import type { CallError } from '../../../model/retrieval.ts';
import { awsError, type Meaning } from '../aws-error.ts';

const WRONG_REGION: Meaning = [
  'wrong-region',
  'the bucket is in another region: set AWS_REGION, or name the region in the address of the store',
];
const KMS_KEY: Meaning = [
  'kms-key',
  'the key that the bucket is encrypted with is disabled, being deleted or absent: enable it, nothing can be read until then',
];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const BY_NAME: Readonly<Record<string, Meaning>> = {
  NoSuchBucket: ['no-bucket', 'make the bucket first, or mend its name; a store never makes buckets'],
  PermanentRedirect: WRONG_REGION,
  TemporaryRedirect: WRONG_REGION,
  AuthorizationHeaderMalformed: WRONG_REGION,
  IllegalLocationConstraintException: WRONG_REGION,
  'KMS.DisabledException': KMS_KEY,
  'KMS.NotFoundException': KMS_KEY,
  'KMS.KMSInvalidStateException': KMS_KEY,
  BadDigest: ['checksum', 'the bytes changed on their way; run it again'],
  XAmzContentChecksumMismatch: ['checksum', 'the bytes changed on their way; run it again'],
  InvalidObjectState: ['archived', 'the object lies in an archive class: restore it, and end the lifecycle rule'],
};

const LOCK: Meaning = [
  'no-lock',
  'the bucket has no Object Lock: enable it on the bucket, or open the store without a retention',
];

/** What S3 threw for an operation on an object, or on the bucket where `key` is a prefix, as an error of the product. */
export function s3Error(thrown: unknown, operation: string, bucket: string, key: string): WitnessmarkError {
  return awsError(thrown, { area: 'objects', what: `s3:${operation} of s3://${bucket}/${key}`, meaning });
}

function meaning({ name, message }: CallError): Meaning | undefined {
  const known = BY_NAME[name];
  if (known !== undefined) return known;
  // By their texts, since these have names that many errors share.
  if (name === 'InvalidRequest' && /object ?lock/i.test(message)) return LOCK;
  if (/^checksum mismatch/i.test(message)) return ['checksum', 'what S3 gave is not what it holds; run it again'];
  return undefined;
}

/** An answer of S3 without what it promises. */
export function invalidAnswer(bucket: string, key: string, what: string): WitnessmarkError {
  return new WitnessmarkError('objects-answer-invalid', `s3://${bucket}/${key}: S3 answered with ${what}`);
}
