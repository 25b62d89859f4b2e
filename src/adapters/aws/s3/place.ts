import { S3Client } from '@aws-sdk/client-s3';
import { PATIENT } from '../retries.ts';

/** A bucket as its objects are read and written. */
export interface S3Place {
  readonly client: S3Client;
  readonly bucket: string;
  /** Account that must own the bucket, 12 digits. */
  readonly owner?: string | undefined;
  /** Largest object that is read into memory, in bytes. */
  readonly maxBytes: number;
  /** An object under a delete marker is an error, and not absent. */
  readonly refuseDeleted: boolean;
}

/** What every request on the bucket says. */
export function addressed({ bucket, owner }: S3Place): { Bucket: string; ExpectedBucketOwner?: string } {
  return { Bucket: bucket, ...(owner === undefined ? {} : { ExpectedBucketOwner: owner }) };
}

/** A client with the SDK's own credentials, and its own region where none is given. */
export function s3Client(region?: string): S3Client {
  // Emulators and gateways seldom answer to `<bucket>.<host>`; AWS itself does.
  const hasOwnEndpoint = (process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) !== undefined;
  return new S3Client({ ...PATIENT, forcePathStyle: hasOwnEndpoint, ...(region === undefined ? {} : { region }) });
}
