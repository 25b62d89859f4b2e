import type { z } from 'zod';
import type { JsonObject } from '../../../model/json.ts';
import type { Aws, ListPage, Operation } from '../../service.ts';

/**
 * All items of an IAM list: every list operation of IAM pages with Marker and IsTruncated
 * (https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html).
 */
export function listAll<T>(aws: Aws, operation: Operation, input: JsonObject, at: string, items: z.ZodType<T>) {
  const page: ListPage<T> = { items, at, token: { out: 'Marker', in: 'Marker', more: 'IsTruncated' } };
  return aws.list(operation, input, page);
}
