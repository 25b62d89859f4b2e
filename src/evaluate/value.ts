import { WitnessmarkError } from '../model/error.ts';
import type { Json } from '../model/json.ts';

/** What an expression works on: JSON with integers as 64-bit integers and objects as maps. */
export type CelValue = null | boolean | string | number | bigint | readonly CelValue[] | ReadonlyMap<string, CelValue>;

/** Deepest nesting of facts and events that an expression is given. */
const MAX_DEPTH = 100;

/**
 * JSON as CEL sees it. Safe integers become `int` (so that `resource.n + 1` works), other numbers
 * `double`; objects become maps, because a plain object with a key such as `constructor` would be
 * taken for something else.
 */
export function toCel(json: Json, depth = 0): CelValue {
  if (depth > MAX_DEPTH) throw tooDeep();
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json;
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) return json.map((item) => toCel(item, depth + 1));
  const map = new Map<string, CelValue>();
  for (const [key, value] of Object.entries(json)) map.set(key, toCel(value, depth + 1));
  return map;
}

/** The way back, for arguments of our functions. Objects have no prototype, so any key is safe. */
export function fromCel(value: unknown, depth = 0): Json {
  if (depth > MAX_DEPTH) throw tooDeep();
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number')
    return value;
  if (typeof value === 'bigint') return smallInteger(value);
  if (Array.isArray(value)) return value.map((item) => fromCel(item, depth + 1));
  if (value instanceof Map) return fromEntries(value.entries(), depth);
  if (isPlainObject(value)) return fromEntries(Object.entries(value), depth);
  throw new WitnessmarkError('evaluate-value', `expected a JSON value as argument, found ${describe(value)}`);
}

/**
 * A map that is read through `read` only. It stands for `resource`, `event` and `params`, which
 * expressions may use as `resource.<name>` alone, so nothing but `get` is ever asked of it. `read`
 * may throw: a fact that could not be read is an error, and CEL's logic handles it.
 */
export function view(read: (key: string) => CelValue | undefined): ReadonlyMap<string, CelValue> {
  const map = new Map<string, CelValue>();
  map.get = read;
  return map;
}

/** A word for a value in an error message. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return `the number ${value}`;
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} ${value}`;
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 60))}`;
  if (Array.isArray(value)) return 'a list';
  return value instanceof Map || isPlainObject(value) ? 'a map' : 'a value of another type';
}

function fromEntries(entries: Iterable<[unknown, unknown]>, depth: number): Json {
  const object: Record<string, Json> = Object.create(null);
  for (const [key, value] of entries) object[String(key)] = fromCel(value, depth + 1);
  return object;
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function smallInteger(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new WitnessmarkError('evaluate-value', `expected an integer below 2^53, found ${value}`);
}

function tooDeep(): WitnessmarkError {
  return new WitnessmarkError('evaluate-too-deep', `expected at most ${MAX_DEPTH} levels of nesting, found more`);
}
