import type { Service } from '../service.ts';
import { absences } from './s3/absences.ts';
import { accountBlock } from './s3/account.ts';
import { buckets } from './s3/buckets.ts';

/** Amazon S3: general purpose buckets of all regions, listed once for the account, and the account's own setting. */
export const service: Service = {
  id: 's3',
  scope: 'global',
  absences,
  borrows: ['s3control:GetPublicAccessBlock'],
  populations: [buckets, accountBlock],
};
