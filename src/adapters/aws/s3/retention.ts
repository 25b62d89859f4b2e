import { GetObjectLockConfigurationCommand, HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { ObjectKept, Retention, RetentionRule } from '../../../ports/retention.ts';
import { errorName } from '../aws-error.ts';
import { s3Error } from './errors.ts';
import type { Retention as Asked } from './objects.ts';
import { addressed, type S3Place } from './place.ts';

const YEAR_DAYS = 365;

/**
 * Object Lock of the objects of a store, by HeadObject, which tells retention and legal hold to who has
 * s3:GetObjectRetention and s3:GetObjectLegalHold
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html); the rule by s3:GetBucketObjectLockConfiguration.
 * What the store itself asks for goes before the bucket's default, as it does when an object is written.
 */
export function s3Retention(
  at: Omit<S3Place, 'maxBytes' | 'refuseDeleted'>,
  { prefix = '', asked }: { readonly prefix?: string; readonly asked?: Asked } = {},
): Retention {
  return {
    rule: async () => (asked === undefined ? bucketRule(at) : { ...asked, from: 'store' }),
    of: (key) => keptBy(at, prefix + key),
  };
}

type Place = Omit<S3Place, 'maxBytes' | 'refuseDeleted'>;

async function bucketRule(at: Place): Promise<RetentionRule | undefined> {
  try {
    const answer = await at.client.send(new GetObjectLockConfigurationCommand(named(at)));
    const { Mode: mode, Days: days, Years: years } = answer.ObjectLockConfiguration?.Rule?.DefaultRetention ?? {};
    if (mode === undefined || (days === undefined && years === undefined)) return undefined;
    return { mode, days: days ?? (years ?? 0) * YEAR_DAYS, from: 'bucket' };
  } catch (thrown) {
    if (errorName(thrown) === 'ObjectLockConfigurationNotFoundError') return undefined;
    throw s3Error(thrown, 'GetObjectLockConfiguration', at.bucket, '');
  }
}

async function keptBy(at: Place, key: string): Promise<ObjectKept | undefined> {
  try {
    return keptOf(await at.client.send(new HeadObjectCommand({ ...named(at), Key: key })));
  } catch (thrown) {
    // A HEAD has no body: the SDK names what is absent by its status.
    if (['NotFound', 'NoSuchKey'].includes(errorName(thrown))) return undefined;
    throw s3Error(thrown, 'HeadObject', at.bucket, key);
  }
}

function keptOf({
  ObjectLockMode: mode,
  ObjectLockRetainUntilDate: until,
  ...rest
}: HeadObjectCommandOutput): ObjectKept {
  const isRetained = mode !== undefined && until !== undefined;
  return {
    retention: isRetained ? { mode, until: until.toISOString() } : undefined,
    legalHold: rest.ObjectLockLegalHoldStatus === 'ON',
  };
}

const named = (at: Place) => addressed({ ...at, maxBytes: 0, refuseDeleted: false });
