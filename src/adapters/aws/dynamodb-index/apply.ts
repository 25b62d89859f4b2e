import { forEachBounded } from '../../../collect/bounded.ts';
import { WitnessmarkError } from '../../../model/error.ts';
import type { Evidence } from '../../../model/evidence.ts';
import type { IndexedEntry } from '../../../ports/evidence-index.ts';
import { freshEntries, hashOf } from '../../index-entries.ts';
import {
  currentItem,
  currentKey,
  entryItem,
  type Fresh,
  firstIn,
  isSameEntry,
  listItems,
  sourceItem,
} from './items.ts';
import { type Keys, keysOf } from './keys.ts';
import {
  type Condition,
  getMany,
  getOne,
  IF_ABSENT,
  type Item,
  keyText,
  MOST_KEYS,
  put,
  type Table,
  textAt,
} from './requests.ts';
import { advance, readState } from './state.ts';
import { ahead, inChunks } from './streams.ts';

/** Writes that are under way at once. The SDK opens at most 50 connections. */
const WRITES_AT_ONCE = 32;

/**
 * Takes entries in: first the entries themselves, each written once and never over another; then the lists,
 * which follow from them; and when all that is there, one write that makes them visible. Whatever ends it
 * early leaves nothing that a reader sees, and the next one writes the same items again.
 */
export async function applyEntries(table: Table, entries: readonly IndexedEntry[]): Promise<void> {
  const state = await readState(table);
  const keys = keysOf(state.generation);
  const fresh = await withFirst(table, keys, freshEntries(entries, state.size));
  if (fresh.length === 0) return;
  await forEachBounded(fresh, WRITES_AT_ONCE, (it) => putEntry(table, entryItem(keys, it)));
  await forEachBounded(writesOf(keys, fresh), WRITES_AT_ONCE, async ({ item, condition }) => {
    // Refused means that it is there already, or something later.
    await put(table, item, condition);
  });
  await advance(table, state, state.size + fresh.length);
}

/** Says of each entry whether an earlier one holds the same body, in the table or among these. */
async function withFirst(table: Table, keys: Keys, entries: readonly IndexedEntry[]): Promise<Fresh[]> {
  const firsts = await firstsOf(table, keys, new Set(entries.map(({ entry }) => hashOf(entry))));
  return entries.map((it) => {
    const hash = hashOf(it.entry);
    const first = firsts.get(hash) ?? it.index;
    firsts.set(hash, Math.min(first, it.index));
    return first < it.index ? { ...it, same: first } : it;
  });
}

/** The first entry of each of these hashes that the table knows. */
export async function firstsOf(table: Table, keys: Keys, hashes: Iterable<string>): Promise<Map<string, number>> {
  const firsts = new Map<string, number>();
  const answers = ahead(inChunks(hashes, MOST_KEYS), 4, async (chunk) => {
    const found = await getMany(table, chunk.map(keys.hash));
    return chunk.map((hash) => [hash, found.get(keyText(keys.hash(hash)))] as const);
  });
  for await (const answer of answers) {
    for (const [hash, item] of answer) if (item !== undefined) firsts.set(hash, firstIn(item));
  }
  return firsts;
}

async function putEntry(table: Table, item: Item): Promise<void> {
  if (await put(table, item, IF_ABSENT)) return;
  const key = { pk: textAt(item, 'pk'), sk: textAt(item, 'sk') };
  const present = await getOne(table, key);
  if (present !== undefined && isSameEntry(present, item)) return;
  throw new WitnessmarkError(
    'index-conflict',
    `table ${table.name} holds another entry ${Number(key.sk)} than the ledger: ${present?.hash?.S ?? 'one that has gone since'}`,
    {
      hint: 'two ledgers may share the table, or the ledger was set back: run `witnessmark audit`, then `witnessmark replay` with the right to clear the table',
    },
  );
}

interface Write {
  readonly item: Item;
  readonly condition: Condition;
}

/** Everything but the entries themselves, one at a time: a batch is thousands of entries. */
function* writesOf(keys: Keys, fresh: readonly Fresh[]): Generator<Write> {
  const sources = new Set<string>();
  const latest = new Map<string, { index: number; body: Evidence }>();
  for (const it of fresh) {
    for (const item of listItems(keys, it)) yield { item, condition: IF_ABSENT };
    const { index, body, same } = it;
    if (body.kind !== 'evidence' || same !== undefined) continue;
    sources.add(body.source);
    if (body.change !== 'event') keepLatest(latest, keys, { index, body });
  }
  for (const source of sources) yield { item: sourceItem(keys, source), condition: IF_ABSENT };
  for (const it of latest.values()) yield { item: currentItem(keys, it), condition: ifLater(it) };
}

function keepLatest(
  latest: Map<string, { index: number; body: Evidence }>,
  keys: Keys,
  it: { index: number; body: Evidence },
): void {
  const key = keyText(currentKey(keys, it.body));
  const before = latest.get(key);
  // Judging old retrievals again appends evidence about the past: only a later state is the current one.
  if (before === undefined || before.body.at <= it.body.at) latest.set(key, it);
}

/** Whatever order writers come in, the latest stays. */
function ifLater({ index, body }: { index: number; body: Evidence }): Condition {
  return {
    ConditionExpression: 'attribute_not_exists(pk) OR #at < :at OR (#at = :at AND #index < :index)',
    ExpressionAttributeNames: { '#at': 'at', '#index': 'index' },
    ExpressionAttributeValues: { ':at': { S: body.at }, ':index': { N: String(index) } },
  };
}
