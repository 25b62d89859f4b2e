import { generationOf, keysOf, SWEEPING_KEY } from './keys.ts';
import { deleteMany, deleteOne, getOne, type Key, keyItem, put, query, scanKeys, type Table } from './requests.ts';
import { readState, replaceState, type State } from './state.ts';
import { inChunks } from './streams.ts';

/** Keys that are in memory at once. */
const CHUNK_KEYS = 1_000;

/**
 * Forgets everything: a new generation makes all items invisible at once, then those of earlier ones are
 * deleted. An empty table needs nothing of that, and no right to delete.
 */
export async function clearTable(table: Table): Promise<void> {
  const state = await readState(table);
  if (await isEmpty(table, state)) return;
  // Deletes nothing the first time: whoever may not delete learns it before anything has changed.
  await deleteOne(table, SWEEPING_KEY);
  await put(table, keyItem(SWEEPING_KEY), {});
  const generation = await nextGeneration(table, state);
  await sweep(table, generation);
  await deleteOne(table, SWEEPING_KEY);
}

/** Whether no writer has ever written here since it was cleared, and that was done to the end. */
async function isEmpty(table: Table, { generation, size }: State): Promise<boolean> {
  if (size > 0 || (await getOne(table, SWEEPING_KEY)) !== undefined) return false;
  // A writer that was broken off has begun with entries.
  for (const pk of keysOf(generation).entries()) {
    for await (const _item of query(table, { pk, pageItems: { first: 1, most: 1 }, fields: ['pk'] })) return false;
  }
  return true;
}

async function nextGeneration(table: Table, state: State): Promise<number> {
  for (let before = state; ; before = await readState(table)) {
    // Another one has cleared it, or this one, when its answer was lost.
    if (before.generation !== state.generation) return before.generation;
    const after = { generation: state.generation + 1, size: 0 };
    if (await replaceState(table, before, after)) return after.generation;
  }
}

async function sweep(table: Table, generation: number): Promise<void> {
  for await (const keys of inChunks(keysBefore(table, generation), CHUNK_KEYS)) await deleteMany(table, keys);
}

async function* keysBefore(table: Table, generation: number): AsyncGenerator<Key> {
  for await (const key of scanKeys(table)) {
    if ((generationOf(key.pk) ?? generation) < generation) yield key;
  }
}
