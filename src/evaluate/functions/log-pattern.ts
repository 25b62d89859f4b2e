import { tokensOf } from './log-pattern-tokens.ts';

/**
 * A JSON filter pattern of CloudWatch Logs, as read from its text
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
 */
export type LogPattern =
  | { readonly kind: 'all' | 'any'; readonly of: readonly LogPattern[] }
  | { readonly kind: 'test'; readonly field: string; readonly test: FieldTest };

/** What is asked of one field; `other` is a comparison that nothing here can judge: numbers, regular expressions. */
export type FieldTest =
  | { readonly operator: 'equals' | 'differs'; readonly value: string }
  | { readonly operator: 'exists' | 'absent' | 'true' | 'false' | 'null' | 'other' };

/** A pattern has at most 1024 characters (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html). */
const MAX_PATTERN = 1024;

/** Parentheses nest two or three deep in practice. */
const MAX_DEPTH = 32;

/**
 * Reads `{ ($.eventName = A) || ($.eventName = "B") && … }`; `&&` binds closer than `||`. Undefined
 * for anything that is not such a pattern: plain terms, space-delimited patterns, malformed text.
 * The empty pattern matches every event.
 */
export function parseLogPattern(text: string): LogPattern | undefined {
  if (text.length > MAX_PATTERN) return undefined;
  if (text.trim() === '') return { kind: 'all', of: [] };
  const tokens = tokensOf(text);
  if (tokens?.at(0) !== '{' || tokens.at(-1) !== '}') return undefined;
  const cursor: Cursor = { tokens: tokens.slice(1, -1), at: 0 };
  const pattern = readAny(cursor, 0);
  return cursor.at === cursor.tokens.length ? pattern : undefined;
}

interface Cursor {
  readonly tokens: readonly string[];
  at: number;
}

function take(cursor: Cursor, ...wanted: readonly string[]): boolean {
  const found = wanted.every((it, index) => cursor.tokens[cursor.at + index]?.toUpperCase() === it);
  if (found) cursor.at += wanted.length;
  return found;
}

function readAny(cursor: Cursor, depth: number): LogPattern | undefined {
  return readJoined(cursor, { kind: 'any', sign: '||', part: () => readAll(cursor, depth) });
}

function readAll(cursor: Cursor, depth: number): LogPattern | undefined {
  return readJoined(cursor, { kind: 'all', sign: '&&', part: () => readOne(cursor, depth) });
}

interface Joined {
  readonly kind: 'all' | 'any';
  readonly sign: string;
  readonly part: () => LogPattern | undefined;
}

function readJoined(cursor: Cursor, { kind, sign, part }: Joined): LogPattern | undefined {
  const of: LogPattern[] = [];
  do {
    const pattern = part();
    if (pattern === undefined) return undefined;
    of.push(pattern);
  } while (take(cursor, sign));
  return { kind, of };
}

function readOne(cursor: Cursor, depth: number): LogPattern | undefined {
  if (!take(cursor, '(')) return readTest(cursor);
  const pattern = depth < MAX_DEPTH ? readAny(cursor, depth + 1) : undefined;
  return take(cursor, ')') ? pattern : undefined;
}

function readTest(cursor: Cursor): LogPattern | undefined {
  const selector = cursor.tokens[cursor.at] ?? '';
  if (!/^\$[.[]./.test(selector)) return undefined;
  cursor.at++;
  const test = readWords(cursor) ?? readComparison(cursor);
  return test && { kind: 'test', field: selector.replace(/^\$\./, ''), test };
}

function readWords(cursor: Cursor): FieldTest | undefined {
  if (take(cursor, 'NOT', 'EXISTS')) return { operator: 'absent' };
  if (take(cursor, 'EXISTS')) return { operator: 'exists' };
  if (take(cursor, 'IS', 'TRUE')) return { operator: 'true' };
  if (take(cursor, 'IS', 'FALSE')) return { operator: 'false' };
  return take(cursor, 'IS', 'NULL') ? { operator: 'null' } : undefined;
}

const COMPARISONS = new Set(['=', '!=', '<', '>', '<=', '>=']);

function readComparison(cursor: Cursor): FieldTest | undefined {
  const [operator = '', value = ''] = cursor.tokens.slice(cursor.at, cursor.at + 2);
  if (!COMPARISONS.has(operator) || !/^[^(){}&|=!<>$]/.test(value)) return undefined;
  cursor.at += 2;
  const isText = (operator === '=' || operator === '!=') && !/^(?:%|[-+]?\d)/.test(value);
  if (!isText) return { operator: 'other' };
  return { operator: operator === '=' ? 'equals' : 'differs', value: unquoted(value) };
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : value;
}
