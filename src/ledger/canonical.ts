import { hash } from 'node:crypto';
import { messageOf, WitnessmarkError } from '../model/error.ts';

/** Deeper than any AWS answer; also what stops a value that contains itself. */
const MAX_DEPTH = 100;

/** Text whose JSON form is itself between quotes: printable ASCII without `"` and `\`. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** Keys repeat in every record, so their escaped form is kept; bounded, since keys come from outside. */
const keyCache = new Map<string, string>();
const MAX_CACHED_KEYS = 10_000;

/** What is not JSON, and the path to it, filled in while the call stack unwinds. */
class NotJson extends Error {
  readonly path: (string | number)[] = [];
}

/**
 * The one canonical JSON text of a value (RFC 8785). Takes plain JSON only: null, booleans, finite
 * numbers, well-formed strings, dense arrays and plain objects, at most 100 levels deep.
 * Anything else (undefined, NaN, lone surrogates, Date, Map, class instances, cycles) throws
 * `canonical-not-json` and names the place, because dropping or guessing would change what was sealed.
 */
export function canonicalize(value: unknown): string {
  try {
    return write(value, 0);
  } catch (thrown) {
    const path = thrown instanceof NotJson ? thrown.path.toReversed() : [];
    const where = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
    const message = `value${where} cannot be written as canonical JSON: ${messageOf(thrown)}`;
    throw new WitnessmarkError('canonical-not-json', message, { cause: thrown });
  }
}

/**
 * Whether `text` is the canonical form of `value`, which was parsed from it. Throws as `canonicalize` does. Most texts
 * are told without writing them again: what JSON.stringify gives back unchanged has canonical strings and numbers, so
 * that only the order of the keys is left, and halves of surrogate pairs, which it would escape.
 */
export function isCanonical(value: unknown, text: string): boolean {
  const isPlain = !text.includes('\\ud') && JSON.stringify(value) === text && isSorted(value, 0);
  return isPlain || canonicalize(value) === text;
}

/** Whether all keys stand in order, at no more than the depth that is allowed. */
function isSorted(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth === MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((it) => isSorted(it, depth + 1));
  let last: string | undefined;
  for (const key of Object.keys(value)) {
    if (last !== undefined && key <= last) return false;
    if (!isSorted((value as Record<string, unknown>)[key], depth + 1)) return false;
    last = key;
  }
  return true;
}

/** Lower-case hexadecimal SHA-256 of bytes, or of the UTF-8 form of a text. */
export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex');
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'number':
      return writeNumber(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : writeNested(value, depth + 1);
    default:
      throw new NotJson(`expected JSON, got ${typeof value}`);
  }
}

function writeString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new NotJson('a string holds half of a surrogate pair');
  return JSON.stringify(text);
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new NotJson(`expected a finite number, got ${value}`);
  // ECMAScript's own number form is the one that RFC 8785 prescribes; it also turns -0 into 0.
  return String(value);
}

function writeNested(value: object, depth: number): string {
  if (depth > MAX_DEPTH) throw new NotJson(`nested deeper than ${MAX_DEPTH} levels, or contains itself`);
  if (Array.isArray(value)) return writeArray(value, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotJson(`expected a plain object, got ${value.constructor?.name ?? 'an object with a prototype'}`);
  }
  if (Object.getOwnPropertySymbols(value).length > 0) throw new NotJson('an object has a symbol as key');
  return writeObject(value as Readonly<Record<string, unknown>>, depth);
}

function writeArray(items: readonly unknown[], depth: number): string {
  let text = '[';
  let at = 0;
  try {
    for (; at < items.length; at++) text += (at === 0 ? '' : ',') + write(items[at], depth);
  } catch (thrown) {
    throw placed(thrown, at);
  }
  return `${text}]`;
}

function writeObject(value: Readonly<Record<string, unknown>>, depth: number): string {
  let text = '{';
  let at = '';
  try {
    // Default sort order is by UTF-16 code units, as RFC 8785 section 3.2.3 asks.
    for (at of Object.keys(value).sort()) text += (text === '{' ? '' : ',') + writeKey(at) + write(value[at], depth);
  } catch (thrown) {
    throw placed(thrown, at);
  }
  return `${text}}`;
}

function writeKey(key: string): string {
  const known = keyCache.get(key);
  if (known !== undefined) return known;
  const written = `${writeString(key)}:`;
  if (keyCache.size < MAX_CACHED_KEYS) keyCache.set(key, written);
  return written;
}

function placed(thrown: unknown, step: string | number): unknown {
  if (thrown instanceof NotJson) thrown.path.push(step);
  return thrown;
}
