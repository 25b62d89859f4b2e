import { z } from 'zod';
import type { JsonObject } from '../../../model/json.ts';
import type { Aws, Operation } from '../../service.ts';

interface Listing<T> {
  readonly at: string;
  readonly items: z.ZodType<T>;
  readonly input?: JsonObject;
}

/** All items of an RDS list: every Describe operation that is read here pages with Marker. */
export function listAll<T>(aws: Aws, operation: Operation, { at, items, input = {} }: Listing<T>): Promise<T[]> {
  return aws.list(operation, input, { items, at, token: { out: 'Marker', in: 'Marker' } });
}

/** An item of a list: what RDS says of one resource. */
type Item = Readonly<Record<string, unknown>>;

/**
 * One field of a listed item, checked when its fact is read: a database whose list item lacks a field
 * is known in every other respect. Throws a ZodError that names the field where it is missing or malformed.
 */
export function field<T>(item: Item, name: string, shape: z.ZodType<T>): T {
  return z.object({ [name]: shape }).parse(item)[name] as T;
}
