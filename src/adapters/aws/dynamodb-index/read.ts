import type { Body, Kind } from '../../../model/entry.ts';
import type { Evidence } from '../../../model/evidence.ts';
import type {
  EvidenceFilter,
  EvidenceRow,
  HeadRow,
  ObservationRow,
  SubjectState,
} from '../../../ports/evidence-index.ts';
import { damaged } from './errors.ts';
import { bodyIn, evidenceHead, headIn, type ReadBody, type StoredEntry, storedEntry } from './items.ts';
import { indexIn, type Keys, keysOf, type Place, padded } from './keys.ts';
import { bodyPointers, bySortKey, evidencePointers, type Pointer, sourcesOf } from './pointers.ts';
import { getMany, getOne, type Item, keyText, MOST_KEYS, numberAt, query, type Table, textAt } from './requests.ts';
import { cleared, readState } from './state.ts';
import { ahead, inChunks, merge } from './streams.ts';

/** Batches of whole bodies, and small questions, that are under way at once. */
const BATCHES_AT_ONCE = 4;
const QUESTIONS_AT_ONCE = 16;
/** Sources whose first page is asked for before its turn. */
const SOURCES_AHEAD = 8;

/** Pages of a list whose newest item is most often the one that is wanted. */
const NEWEST = { first: 10, most: 1_000 };

/** Where whole bodies come from. */
export interface Reader {
  readonly table: Table;
  readonly readBody: ReadBody;
}

/** A view of what is visible at one time: nothing that is taken in later changes what it gives. */
interface View extends Reader {
  readonly generation: number;
  readonly keys: Keys;
  /** One past the last entry that is seen. */
  readonly below: number;
}

async function viewOf(reader: Reader, treeSize = Number.MAX_SAFE_INTEGER): Promise<View> {
  const { generation, size } = await readState(reader.table);
  return { ...reader, generation, keys: keysOf(generation), below: Math.min(size, treeSize) };
}

/** The rows of one view. While a table is being cleared rows go missing, which must not pass for all there are. */
async function* rowsOf<T>(
  reader: Reader,
  treeSize: number | undefined,
  rows: (view: View) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const view = await viewOf(reader, treeSize);
  yield* rows(view);
  await stillThere(view);
}

async function stillThere({ table, generation }: View): Promise<void> {
  if ((await readState(table)).generation !== generation) throw cleared(table);
}

export const evidenceRows = (reader: Reader, filter: EvidenceFilter): AsyncIterable<EvidenceRow> =>
  rowsOf(reader, filter.treeSize, (view) => evidenceIn(view, filter));

async function* evidenceIn(view: View, filter: EvidenceFilter): AsyncGenerator<EvidenceRow> {
  for await (const { index, hash, body } of whole(view, indices(evidencePointers(view, filter)))) {
    if (body.kind !== 'evidence')
      throw damaged(`a list of evidence names entry ${index}, which is of kind ${body.kind}`);
    if (isWanted(body, filter)) yield { index, hash, evidence: body };
  }
}

/** The lists only make it quick: what is wanted is decided by the evidence itself. */
function isWanted(evidence: Evidence, filter: EvidenceFilter): boolean {
  const { source, account, region, subject, run, actor, from, to } = filter;
  return (
    isIn(evidence, { source, account, region, subject, run }) &&
    (actor === undefined || evidence.event?.actor === actor) &&
    (from === undefined || evidence.at >= from) &&
    (to === undefined || evidence.at <= to)
  );
}

function isIn<T extends object>(it: T, wanted: { readonly [K in keyof T]?: T[K] | undefined }): boolean {
  return (Object.keys(wanted) as (keyof T)[]).every((name) => wanted[name] === undefined || it[name] === wanted[name]);
}

export const observationRows = (reader: Reader, filter: EvidenceFilter): AsyncIterable<ObservationRow> =>
  rowsOf(reader, filter.treeSize, (view) => observationsIn(view, filter));

async function* observationsIn(view: View, filter: EvidenceFilter): AsyncGenerator<ObservationRow> {
  for await (const { index, body } of whole(view, indices(bodyPointers(view, 'observations', filter)))) {
    if (body.kind !== 'observations') throw damaged(`a list of observations names entry ${index} of kind ${body.kind}`);
    const { run, at, account, region } = body;
    for (const observation of body.observations) {
      if (filter.source !== undefined && filter.source !== observation.source) continue;
      yield { index, run, at, account, region, observation };
    }
  }
}

type BodyOf<K extends Kind> = Extract<Body, { kind: K }>;

interface BodyRow<K extends Kind> {
  readonly index: number;
  readonly hash: string;
  readonly body: BodyOf<K>;
}

export const bodyRows = <K extends Exclude<Kind, 'evidence'>>(
  reader: Reader,
  kind: K,
  filter: EvidenceFilter,
): AsyncIterable<BodyRow<K>> => rowsOf(reader, filter.treeSize, (view) => bodiesIn(view, kind, filter));

async function* bodiesIn<K extends Exclude<Kind, 'evidence'>>(
  view: View,
  kind: K,
  { run, from, to }: EvidenceFilter,
): AsyncGenerator<BodyRow<K>> {
  // The list is in order of time; the order of the ledger needs no more than its numbers.
  const wanted = await Array.fromAsync(indices(bodyPointers(view, kind, { run, from, to })));
  for await (const { index, hash, body } of whole(
    view,
    wanted.sort((a, b) => a - b),
  )) {
    if (body.kind !== kind) throw damaged(`a list of kind ${kind} names entry ${index}, which is of kind ${body.kind}`);
    yield { index, hash, body: body as BodyOf<K> };
  }
}

async function* indices(pointers: AsyncIterable<Pointer>): AsyncGenerator<number> {
  for await (const { index } of pointers) yield index;
}

/** Entries with their whole bodies, in the order that is asked for. */
async function* whole(
  view: View,
  wanted: AsyncIterable<number> | Iterable<number>,
): AsyncGenerator<StoredEntry & { readonly body: Body }> {
  const batches = ahead(inChunks(wanted, MOST_KEYS), BATCHES_AT_ONCE, (chunk) => entriesAt(view, chunk));
  for await (const batch of batches) {
    for (const entry of batch) yield { ...entry, body: await bodyIn(entry, view.readBody) };
  }
}

async function entriesAt({ table, keys }: View, wanted: readonly number[]): Promise<StoredEntry[]> {
  const found = await getMany(table, wanted.map(keys.entry));
  return wanted.map((index) => storedEntry(present(found.get(keyText(keys.entry(index))), index)));
}

function present(item: Item | undefined, index: number): Item {
  if (item === undefined) throw damaged(`ledger entry ${index} is missing from it`);
  return item;
}

/** The whole evidence of one entry, if it is one. */
export async function evidenceAt(reader: Reader, index: number): Promise<Evidence | undefined> {
  const { keys, below, table } = await viewOf(reader);
  if (!Number.isSafeInteger(index) || index < 0 || index >= below) return undefined;
  const entry = storedEntry(present(await getOne(table, keys.entry(index)), index));
  if (textAt(entry.item, 'kind') !== 'evidence') return undefined;
  return (await bodyIn(entry, reader.readBody)) as Evidence;
}

export const headRows = (reader: Reader, order: 'source' | 'entry', treeSize: number): AsyncIterable<HeadRow> =>
  rowsOf(reader, treeSize, (view) => headsIn(view, order));

async function* headsIn(view: View, order: 'source' | 'entry'): AsyncGenerator<HeadRow> {
  for await (const item of order === 'source' ? itemsBySource(view) : itemsByEntry(view)) yield headRow(view, item);
}

async function headRow({ table, keys, readBody }: View, item: Item): Promise<HeadRow> {
  const index = indexIn(textAt(item, 'sk'));
  const head = headIn(item);
  if (head !== undefined) return { index, hash: textAt(item, 'hash'), evidence: head };
  const entry = storedEntry(present(await getOne(table, keys.entry(index)), index));
  return { index, hash: entry.hash, evidence: evidenceHead((await bodyIn(entry, readBody)) as Evidence) };
}

const HEAD_FIELDS = ['pk', 'sk', 'hash', 'head'];

async function* itemsBySource(view: View): AsyncGenerator<Item> {
  const { table, keys, below } = view;
  const lists = ahead(await sourcesOf(view), SOURCES_AHEAD, async (source) => {
    const items = query(table, { pk: keys.source(source), fields: HEAD_FIELDS });
    return { first: await items.next(), items };
  });
  for await (const { first, items } of lists) {
    for (let it = first; it.done !== true; it = await items.next()) {
      if (indexIn(textAt(it.value, 'sk')) < below) yield it.value;
    }
  }
}

async function* itemsByEntry({ table, keys, below }: View): AsyncGenerator<Item> {
  if (below <= 0) return;
  const fields = [...HEAD_FIELDS, 'kind', 'same'];
  const shards = keys.entries().map((pk) => query(table, { pk, to: padded(below - 1), fields }));
  for await (const item of merge(shards, bySortKey)) {
    if (textAt(item, 'kind') === 'evidence' && item.same === undefined) yield item;
  }
}

/** Latest evidence per subject of one place, in order of the subjects' UTF-8 bytes. */
export async function currentStates(reader: Reader, place: Place): Promise<Map<string, SubjectState>> {
  const view = await viewOf(reader);
  const rows = query(view.table, { pk: view.keys.current(place) });
  const latest = ahead(rows, QUESTIONS_AT_ONCE, (row) => latestVisible(view, place, row));
  const states: SubjectState[] = [];
  for await (const { hash, body } of whole(view, defined(latest))) {
    const evidence = body as Evidence;
    if (evidence.change !== 'absent') states.push({ subject: evidence.subject, hash, at: evidence.at, evidence });
  }
  await stillThere(view);
  states.sort((a, b) => Buffer.compare(Buffer.from(a.subject), Buffer.from(b.subject)));
  return new Map(states.map((it) => [it.subject, it]));
}

async function* defined<T>(items: AsyncIterable<T | undefined>): AsyncGenerator<T> {
  for await (const item of items) if (item !== undefined) yield item;
}

/**
 * A writer that was broken off may have left a latest state that is not visible yet, in the place of the
 * one that is: then the subject's own list tells.
 */
async function latestVisible({ table, keys, below }: View, place: Place, row: Item): Promise<number | undefined> {
  const index = numberAt(row, 'index');
  if (index < below) return index;
  const pk = keys.subjectOfHash(textAt(row, 'sk'));
  for await (const item of query(table, { pk, descending: true, pageItems: NEWEST })) {
    const [source, account, region, change] = ['source', 'account', 'region', 'change'].map((it) => textAt(item, it));
    const at = indexIn(textAt(item, 'sk'));
    if (at < below && change !== 'event' && isIn({ source, account, region }, { ...place })) return at;
  }
  return undefined;
}
