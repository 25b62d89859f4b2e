import { redact } from '../collect/redact.ts';
import { canonicalize } from '../ledger/canonical.ts';
import type { Json, JsonObject } from '../model/json.ts';

/** The most a stored record may take; a longer one is left out and its place in the file stands for it. */
const MAX_CHARS = 256 * 1024;
/** Canonical JSON goes 100 levels deep; the evidence around the record and redaction take some of them. */
const MAX_DEPTH = 90;

/** The record without its secrets, or why it stays where it is. */
export function keptRecord(record: JsonObject, secret: Uint8Array): { record?: Json; leftOut?: string } {
  const problem = unstorable(record);
  if (problem !== undefined) return { leftOut: problem };
  const { value } = redact(record, { secret });
  const leftOut = tooLongRedacted(value);
  return leftOut === undefined ? { record: value } : { leftOut };
}

interface Waiting {
  readonly value: Json;
  readonly depth: number;
}

/**
 * Why a delivered record cannot be kept with its evidence, if so. Its place in the file still stands for it.
 * Walks without recursion: records come nested as deep as their sender likes.
 */
function unstorable(record: Json): string | undefined {
  const waiting: Waiting[] = [{ value: record, depth: 1 }];
  let chars = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const problem = problemOf(next);
    if (problem !== undefined) return problem;
    chars += charsOf(next.value);
    if (chars > MAX_CHARS) return tooLong();
    for (const value of Object.values(objectOf(next.value))) waiting.push({ value, depth: next.depth + 1 });
  }
  return undefined;
}

function problemOf({ value, depth }: Waiting): string | undefined {
  if (depth > MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels`;
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'a text holds half of a surrogate pair';
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : 'a number is larger than any that can be stored';
  return Object.keys(objectOf(value)).every((key) => key.isWellFormed())
    ? undefined
    : 'a key holds half of a surrogate pair';
}

const objectOf = (value: Json): object => (typeof value === 'object' && value !== null ? value : {});

/** A lower bound of the characters that it takes, without what is inside of it. */
function charsOf(value: Json): number {
  if (typeof value === 'string') return value.length;
  return Object.keys(objectOf(value)).reduce((sum, key) => sum + (Array.isArray(value) ? 1 : key.length), 1);
}

/** Whether the record, redacted, is short enough to be stored. */
const tooLongRedacted = (redacted: Json): string | undefined =>
  canonicalize(redacted).length > MAX_CHARS ? tooLong() : undefined;

const tooLong = (): string => `it is longer than ${MAX_CHARS} characters`;
