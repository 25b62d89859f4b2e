import type { Kind } from '../../../model/entry.ts';
import type { EvidenceFilter } from '../../../ports/evidence-index.ts';
import { endOfTime, indexIn, type Keys, SHARDS } from './keys.ts';
import { type Item, query, type Range, type Table, textAt } from './requests.ts';
import { merge } from './streams.ts';

/** An entry that a list names, with what of it can be asked without its body. */
export interface Pointer {
  readonly index: number;
  readonly sk: string;
  readonly item: Item;
}

interface View {
  readonly table: Table;
  readonly keys: Keys;
  readonly below: number;
}

/** Items that are in memory while all sources are read at once, and the fewest of one source. */
const MERGED_ITEMS = 20_000;
const FEWEST_ITEMS = 10;

const FIELDS = ['sk', 'run', 'source', 'account', 'region'];

/** Evidence in order of (time, ledger index), by the list that has the least of what is not wanted. */
export async function* evidencePointers(view: View, filter: EvidenceFilter): AsyncGenerator<Pointer> {
  const { keys } = view;
  const lists = listsOf(keys, filter) ?? (await sourcesOf(view)).map(keys.source);
  yield* pointersIn(view, lists, filter);
}

function listsOf(keys: Keys, { source, account, region, subject, actor, run }: EvidenceFilter): string[] | undefined {
  if (subject !== undefined) return [keys.subject(subject)];
  if (source !== undefined && account !== undefined && region !== undefined)
    return [keys.place({ source, account, region })];
  if (run !== undefined) return keys.runs(run, 'evidence');
  if (actor !== undefined) return [keys.actor(actor)];
  return source === undefined ? undefined : [keys.source(source)];
}

/** Bodies of one kind in order of (time, ledger index). */
export function bodyPointers(
  view: View,
  kind: Exclude<Kind, 'evidence'>,
  { run, account, region, from, to }: { [K in keyof EvidenceFilter]: EvidenceFilter[K] | undefined },
): AsyncGenerator<Pointer> {
  const lists = run === undefined ? view.keys.kinds(kind) : view.keys.runs(run, kind);
  return pointersIn(view, lists, { account, region, from, to });
}

type Wanted = { [K in keyof EvidenceFilter]: EvidenceFilter[K] | undefined };

async function* pointersIn({ table, below }: View, lists: readonly string[], wanted: Wanted): AsyncGenerator<Pointer> {
  const most = Math.max(FEWEST_ITEMS, Math.floor(MERGED_ITEMS / lists.length));
  // Few lists are read in full pages; of all sources together only the beginning may be wanted.
  const pageItems = lists.length <= SHARDS ? {} : { pageItems: { first: FEWEST_ITEMS, most } };
  const streams = lists.map((pk) => query(table, { pk, ...timeRange(wanted), fields: FIELDS, ...pageItems }));
  for await (const item of merge(streams, bySortKey)) {
    const sk = textAt(item, 'sk');
    const index = indexIn(sk);
    if (index < below && mayBeWanted(item, wanted)) yield { index, sk, item };
  }
}

/** Sort keys of one list are never the same. */
export const bySortKey = (a: Item, b: Item): number => (textAt(a, 'sk') < textAt(b, 'sk') ? -1 : 1);

function mayBeWanted(item: Item, wanted: Wanted): boolean {
  return (['run', 'source', 'account', 'region'] as const).every(
    (name) => wanted[name] === undefined || textAt(item, name) === wanted[name],
  );
}

/** The part of a list in order of time that a filter asks for. */
function timeRange({ from, to }: Wanted): Pick<Range, 'from' | 'to'> {
  return { ...(from ? { from } : {}), ...(to === undefined ? {} : { to: endOfTime(to) }) };
}

/** Every source that has evidence, in order. */
export async function sourcesOf({ table, keys }: View): Promise<string[]> {
  const sources: string[] = [];
  for await (const item of query(table, { pk: keys.sources })) sources.push(textAt(item, 'source'));
  return sources.sort();
}
