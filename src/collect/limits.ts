import type { CallError } from '../model/retrieval.ts';

/** How much of an answer, and of a list, is taken in. */
export interface RecordLimits {
  /** Canonical bytes of one answer. */
  readonly bytes: number;
  /** Nesting of arrays and objects. */
  readonly depth: number;
  /** Pages of one list. */
  readonly pages: number;
}

/** Far above any answer that AWS gives: its own limit for one page is a few MiB. */
export const defaultLimits: RecordLimits = { bytes: 64 * 2 ** 20, depth: 64, pages: 10_000 };

/**
 * The error for an answer that is too large or too deep, else undefined. Walks without recursion and
 * stops at the limit, so that no answer can exhaust stack or memory before it is refused. The bytes
 * are a lower bound here; the caller compares the canonical text itself.
 */
export function tooLarge(answer: unknown, limits: RecordLimits): CallError | undefined {
  const rest: { value: unknown; depth: number }[] = [{ value: answer, depth: 1 }];
  let bytes = 0;
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { value, depth } = next;
    bytes += typeof value === 'string' ? value.length + 2 : 1;
    if (bytes > limits.bytes) return tooManyBytes(limits);
    if (value === null || typeof value !== 'object') continue;
    if (depth > limits.depth) return error(`nested deeper than ${limits.depth} levels`);
    for (const [key, item] of Object.entries(value)) {
      bytes += Array.isArray(value) ? 1 : key.length + 3;
      rest.push({ value: item, depth: depth + 1 });
    }
  }
  return undefined;
}

/** The error for an answer with more canonical bytes than the limit. */
export function tooManyBytes(limits: RecordLimits): CallError {
  return error(`larger than ${limits.bytes} bytes`);
}

function error(problem: string): CallError {
  return { kind: 'too_large', name: 'AnswerTooLarge', message: `the answer is ${problem}`, status: null };
}
