import { isAscii } from 'node:buffer';
import type { Json } from '../../model/json.ts';

/** How a long list is read. */
export interface ListReading<T> {
  /** What stays of an item. */
  readonly keep: (item: Json) => T;
  /** Bytes that a piece has about, and at most; the most must be harmless to parse, whatever stands in them. */
  readonly piece: number;
  readonly longest: number;
  /** No more items are read than this and one piece. */
  readonly items: number;
}

/** Where the items of a list begin and end. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** White space of JSON (RFC 8259, section 2), so much that nobody writes more. */
const SPACE = '[ \\t\\n\\r]{0,64}';
const EDGE_BYTES = 512;
/** `{"Records": [ … ]}` and `[ … ]`, maybe after a byte order mark. */
const FORMS = [
  [`^(?:\\xef\\xbb\\xbf)?${SPACE}\\{${SPACE}"Records"${SPACE}:${SPACE}\\[`, `\\]${SPACE}\\}${SPACE}$`],
  [`^(?:\\xef\\xbb\\xbf)?${SPACE}\\[`, `\\]${SPACE}$`],
].map(([head = '', tail = '']) => ({ head: new RegExp(head), tail: new RegExp(tail) }));

/** How the first item begins, and others do too where one program wrote them all. */
const BEGINNING = new RegExp(`^${SPACE}(\\{${SPACE}"[^"\\\\]{1,64}")`);
const COMMA = 0x2c;
const SPACES: readonly (number | undefined)[] = [0x20, 0x09, 0x0a, 0x0d];

/**
 * Reads a text that is `{"Records": [ … ]}` or `[ … ]` and nothing else, piece by piece, so that neither its
 * characters nor its items are in memory as a whole. Undefined where it is not such a text, or cannot be
 * read so; nothing is known of it then. The bytes must be UTF-8.
 *
 * Sound wherever it is cut: a piece counts only where it is a list of at least one item by itself, and such pieces
 * with commas between them are one list of the same items.
 */
export function keptOfList<T>(bytes: Buffer, reading: ListReading<T>): T[] | undefined {
  const span = spanOf(bytes);
  const ends = span && endsOf(bytes, span, reading);
  if (span === undefined || ends === undefined) return undefined;
  const encoding = isAscii(bytes) ? 'latin1' : 'utf8';
  const kept: T[] = [];
  let from = span.start;
  for (const to of ends) {
    const items = itemsOf(`[${bytes.toString(encoding, from, to)}]`);
    if (items === undefined) return undefined;
    for (const item of items) kept.push(reading.keep(item));
    if (kept.length > reading.items) break;
    from = to + 1;
  }
  return kept;
}

function spanOf(bytes: Buffer): Span | undefined {
  const [first, last] = [bytes.toString('latin1', 0, EDGE_BYTES), bytes.toString('latin1', bytes.length - EDGE_BYTES)];
  for (const { head, tail } of FORMS) {
    const [before, after] = [head.exec(first)?.[0].length, tail.exec(last)?.[0].length];
    if (before !== undefined && after !== undefined) return { start: before, end: bytes.length - after };
  }
  return undefined;
}

/** Where the pieces end: at commas before what begins as the first item does. Undefined where one would be too long. */
function endsOf(bytes: Buffer, { start, end }: Span, { piece, longest }: ListReading<unknown>): number[] | undefined {
  const beginning = BEGINNING.exec(bytes.toString('latin1', start, start + EDGE_BYTES))?.[1];
  if (beginning === undefined) return undefined;
  const ends: number[] = [];
  for (let from = start; from < end; ) {
    const next: number = bytes.indexOf(beginning, from + piece, 'latin1');
    const to = next < 0 || next >= end ? end : beforeSpace(bytes, next);
    if (to <= from || to - from > longest || (to < end && bytes[to] !== COMMA)) return undefined;
    ends.push(to);
    from = to + 1;
  }
  return ends;
}

function beforeSpace(bytes: Buffer, from: number): number {
  let at = from - 1;
  while (SPACES.includes(bytes[at])) at -= 1;
  return at;
}

function itemsOf(text: string): readonly Json[] | undefined {
  try {
    const items = JSON.parse(text) as readonly Json[];
    return items.length > 0 ? items : undefined;
  } catch {
    return undefined;
  }
}
