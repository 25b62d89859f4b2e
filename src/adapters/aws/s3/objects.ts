import type { S3Client } from '@aws-sdk/client-s3';
import type { Objects } from '../../../ports/objects.ts';
import { checkKey, checkPrefix } from '../../object-key.ts';
import { type S3Place, s3Client } from './place.ts';
import { listKeys, readObject } from './read.ts';
import { type Condition, type Keeping, writeObject } from './write.ts';

/** Object Lock on what is created. */
export interface Retention {
  /** COMPLIANCE: nobody can end it, not even the root user; GOVERNANCE: who has s3:BypassGovernanceRetention can. */
  readonly mode: 'COMPLIANCE' | 'GOVERNANCE';
  /** From the moment of writing. */
  readonly days: number;
}

export interface S3ObjectsOptions {
  readonly bucket: string;
  /** Stands before every key, ends in `/`; left out, the whole bucket is the store. */
  readonly prefix?: string;
  /** The SDK's own region and credentials where left out. */
  readonly client?: S3Client;
  /** Account that must own the bucket; S3 denies requests to anybody else's (ExpectedBucketOwner). */
  readonly owner?: string;
  /** The bucket's default where left out. A retention here goes before that default, also where it is shorter. */
  readonly retention?: Retention;
  /** SSE-KMS under this key (id or ARN), with a bucket key; the bucket's default encryption where left out. */
  readonly kmsKeyId?: string;
  /**
   * Reading an object that lies under a delete marker throws `objects-deleted`; left out, it is absent. For stores in
   * which nothing is ever deleted: Object Lock keeps versions, and lets who may delete hide them.
   */
  readonly refuseDeleted?: boolean;
  /** Largest object that is read into memory, in bytes; 256 MiB where left out. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 256 * 2 ** 20;
const DAY_MS = 86_400_000;

/**
 * A store in an S3 bucket. Writes are conditional
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html) and carry their
 * SHA-256, which S3 checks before it acknowledges; reads check the stored checksum. Versions are
 * ETags, and what is read is the current version.
 * `retention` locks what is created and not what is replaced: each state of `checkpoint` stands in
 * `checkpoints/`, locked, already. The caller needs s3:ListBucket, without which S3 answers 403 for an object that is absent.
 * Throws `objects-deleted`, `objects-denied`, `objects-no-bucket`, `objects-wrong-region`, `objects-kms-key`, `objects-no-lock`,
 * `objects-checksum`, `objects-throttled`, `objects-busy`, `objects-unavailable`, `objects-too-large`,
 * `objects-answer-invalid` and, for what is none of these, `objects-failed`; each has what S3 said as its cause.
 */
export function s3Objects(options: S3ObjectsOptions): Objects {
  const { prefix = '' } = options;
  const at = s3Place(options);
  const put = (key: string, bytes: Uint8Array, condition: Condition, keeping: Keeping) =>
    writeObject(at, { key: prefix + checkKey(key), bytes, condition, keeping });
  const encryption = encryptionOf(options);
  return {
    get: async (key) => readObject(at, prefix + checkKey(key)),
    async create(key, bytes) {
      return (await put(key, bytes, { IfNoneMatch: '*' }, keepingOf(options))) ? 'created' : 'exists';
    },
    async replace(key, bytes, version) {
      const condition = version === undefined ? { IfNoneMatch: '*' } : { IfMatch: version };
      return (await put(key, bytes, condition, encryption)) ? 'replaced' : 'conflict';
    },
    list: (wanted) => listKeys(at, prefix, wanted),
  };
}

/** The bucket of some options; throws `objects-key-invalid` for a prefix that none can have. */
export function s3Place(options: S3ObjectsOptions): S3Place {
  const { bucket, owner, prefix = '', client = s3Client() } = options;
  const { maxBytes = DEFAULT_MAX_BYTES, refuseDeleted = false } = options;
  checkPrefix(prefix);
  return { client, bucket, owner, maxBytes, refuseDeleted };
}

/** How what is created now is kept: encrypted, and locked for as long as it is to be. */
export function keepingOf(options: S3ObjectsOptions): Keeping {
  return { ...encryptionOf(options), ...lockOf(options) };
}

function encryptionOf({ kmsKeyId }: S3ObjectsOptions): Keeping {
  if (kmsKeyId === undefined) return {};
  return { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyId, BucketKeyEnabled: true };
}

function lockOf({ retention }: S3ObjectsOptions): Keeping {
  if (retention === undefined) return {};
  const until = new Date(Date.now() + retention.days * DAY_MS);
  return { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: until };
}
