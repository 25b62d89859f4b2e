import { z } from 'zod';
import { canonicalize, sha256Hex } from '../ledger/canonical.ts';
import { WitnessmarkError } from '../model/error.ts';
import { Timestamp } from '../model/primitives.ts';

/** Where a list goes on: after this item, over the ledger as it was when the list was begun. */
export const Place = z.strictObject({
  /** Of lists in order of time; left out of those in ledger order. */
  at: Timestamp.optional(),
  index: z.int().min(0),
  treeSize: z.int().min(0),
});
export type Place = z.infer<typeof Place>;

const Cursor = z.strictObject({ of: z.string().length(16), place: Place });

/** A page of a list: `cursor` asks for the next one, and is absent on the last. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), cursor: z.string().optional() });

/** Query parameters of every list. */
export const PAGING = {
  limit: z.coerce.number().int().min(1).max(500).default(100).describe('Most items of a page.'),
  cursor: z
    .string()
    .max(400)
    .regex(/^[A-Za-z0-9_-]+$/)
    .optional()
    .describe('Of the page before; good for the same filter only.'),
};

/** What tells two lists apart: a cursor of one is none of another. */
const listKey = (filter: Readonly<Record<string, unknown>>): string =>
  sha256Hex(canonicalize(JSON.parse(JSON.stringify(filter)))).slice(0, 16);

const encode = (filter: Readonly<Record<string, unknown>>, place: Place): string =>
  Buffer.from(JSON.stringify({ of: listKey(filter), place })).toString('base64url');

/** Throws `api-cursor-invalid`. A cursor grants nothing: the same limits hold as without it. */
export function decodeCursor(cursor: string, filter: Readonly<Record<string, unknown>>): Place {
  const parsed = Cursor.safeParse(json(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (parsed.success && parsed.data.of === listKey(filter)) return parsed.data.place;
  throw new WitnessmarkError('api-cursor-invalid', 'the cursor is not one of this list', {
    hint: 'ask without it, and keep the filter as it is from page to page',
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a list is asked, parsed. */
export interface Paged {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/**
 * The first `limit` rows after the cursor's place. `rows` gives them in their order, from the place on or
 * from any place before it.
 */
export async function page<Row, Item>(
  { limit, cursor, ...asked }: Paged & Readonly<Record<string, unknown>>,
  treeSize: number,
  list: {
    /** Tells its cursors from those of other lists. */
    readonly of: string;
    readonly rows: (from: Place | undefined, treeSize: number) => AsyncIterable<Row> | Iterable<Row>;
    readonly placeOf: (row: Row) => Omit<Place, 'treeSize'>;
    readonly itemOf: (row: Row) => Item | undefined;
  },
): Promise<{ items: Item[]; cursor?: string }> {
  const filter = { ...asked, of: list.of };
  const from = cursor === undefined ? undefined : decodeCursor(cursor, filter);
  const end = Math.min(treeSize, from?.treeSize ?? treeSize);
  const items: Item[] = [];
  let last: Omit<Place, 'treeSize'> | undefined;
  for await (const row of list.rows(from, end)) {
    const place = list.placeOf(row);
    if (from !== undefined && !isAfter(place, from)) continue;
    const item = list.itemOf(row);
    if (item === undefined) continue;
    if (items.length === limit && last !== undefined)
      return { items, cursor: encode(filter, { ...last, treeSize: end }) };
    items.push(item);
    last = place;
  }
  return { items };
}

/** Whether one place of a list comes after another. */
export function isAfter(a: Omit<Place, 'treeSize'>, b: Omit<Place, 'treeSize'>): boolean {
  const [at, of] = [a.at ?? '', b.at ?? ''];
  return at === of ? a.index > b.index : at > of;
}
