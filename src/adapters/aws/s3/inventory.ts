import type { Inventory } from '../../../ports/inventory.ts';
import type { S3Place } from './place.ts';
import { listItems } from './read.ts';

/** The objects of a store in a bucket, current versions only: what was deleted or replaced is not in the list. */
export const s3Inventory = (at: S3Place, prefix = ''): Inventory => ({ list: () => listItems(at, prefix, '') });
