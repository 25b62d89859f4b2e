import type { Json, JsonObject } from '../../model/json.ts';

/**
 * An SDK output as plain JSON: dates as ISO text with milliseconds, bytes as base64, big integers as
 * numbers where these are exact and as text otherwise, without undefined members and `$metadata`.
 * A value that has no JSON form (a stream, a date that is none) throws a TypeError.
 */
export function plainAnswer(output: object): JsonObject {
  const { $metadata: _, ...answer } = output as Record<string, unknown>;
  return plainObject(answer, 1);
}

/** Deeper is no AWS answer; the stack would end first. */
const MAX_DEPTH = 500;

function plain(value: unknown, depth: number): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value !== 'object' || depth > MAX_DEPTH) throw new TypeError(`no JSON form for ${describe(value)}`);
  if (value instanceof Date) return isoOf(value);
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  // SDK JSON strings are String objects with a parse function.
  if (value instanceof String) return value.toString();
  if (Array.isArray(value)) return value.map((item: unknown) => plain(item ?? null, depth + 1));
  if (isStream(value)) throw new TypeError('no JSON form for a stream');
  return plainObject(value, depth + 1);
}

function plainObject(value: object, depth: number): JsonObject {
  const known = Object.entries(value).filter(([, item]) => item !== undefined && typeof item !== 'function');
  return Object.fromEntries(known.map(([key, item]) => [key, plain(item, depth)]));
}

function isoOf(date: Date): string {
  if (Number.isNaN(date.getTime())) throw new TypeError('a date in the answer is not a date');
  return date.toISOString();
}

const isStream = (value: object): boolean => 'pipe' in value || 'getReader' in value;

const describe = (value: unknown): string => (typeof value === 'object' ? 'so deep a nesting' : `a ${typeof value}`);
