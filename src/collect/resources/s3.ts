import type { Service } from '../service.ts';
import { buckets } from './s3/buckets.ts';

/** Amazon S3: general purpose buckets of all regions, listed once for the account. */
export const service: Service = { id: 's3', scope: 'global', populations: [buckets] };
