import { z } from 'zod';

/** Plain JSON: what is stored, hashed and handed to an expression. Never `undefined`, never a Date. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/**
 * JSON is checked and never copied: zod's own `json()` and `record()` lose a key named `__proto__`, and what
 * anybody put into a tag would then hash to something else than it was sealed as.
 */
export const Json: z.ZodType<Json> = z.any().refine(isJson, 'expected plain JSON');
export const JsonObject: z.ZodType<JsonObject> = z
  .any()
  .refine((value) => isPlainObject(value) && isJson(value), 'expected an object of plain JSON')
  .meta({ type: 'object' });

/** Walks without recursion: how deep the value is may be somebody else's choice. */
function isJson(value: unknown): value is Json {
  const open: unknown[] = [value];
  for (let it = open.pop(); ; it = open.pop()) {
    if (Array.isArray(it) || isPlainObject(it)) for (const part of Object.values(it)) open.push(part);
    else if (!isScalar(it)) return false;
    if (open.length === 0) return true;
  }
}

const isScalar = (value: unknown): boolean =>
  value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
