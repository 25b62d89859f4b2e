import type { Log } from '../ledger/read.ts';
import { openLog } from '../ledger/read.ts';
import { Body } from '../model/entry.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { IndexedEntry } from '../ports/evidence-index.ts';
import { bodyReader, entryOf } from './objects.ts';
import type { Store } from './store.ts';

type ReplayStore = Pick<Store, 'objects' | 'index' | 'verifierKeys'>;

/** How many entries are read and applied at a time. */
const CHUNK_ENTRIES = 2048;

export interface SyncOptions {
  readonly onProgress?: (done: number, of: number) => void;
  /** Asked after each chunk: where it says no, the rest is left to the next time. */
  readonly hasTime?: () => boolean;
}

/**
 * Brings the index up to the published checkpoint, or as near to it as there is time. Returns the number of entries
 * that were applied.
 */
export async function syncIndex(
  store: ReplayStore,
  { onProgress = () => {}, hasTime = () => true }: SyncOptions = {},
): Promise<number> {
  const from = await store.index.size();
  const log = await openPublished(store, from);
  const to = log?.checkpoint.size ?? 0;
  if (from > to) throw indexAhead(from, to);
  if (!log || from === to) return 0;
  const bodyOf = bodyReader(store.objects);
  let chunk: IndexedEntry[] = [];
  for await (const { index, bytes } of log.entries(from, to)) {
    const entry = entryOf(bytes);
    chunk.push({ index, entry, body: Body.parse(JSON.parse(text(await bodyOf(entry)))) });
    if (chunk.length < CHUNK_ENTRIES && index + 1 < to) continue;
    await store.index.apply(chunk);
    chunk = [];
    onProgress(index + 1 - from, to - from);
    if (!hasTime()) return index + 1 - from;
  }
  return to - from;
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');

function indexAhead(indexed: number, published: number): WitnessmarkError {
  return new WitnessmarkError(
    'store-index-ahead',
    `the index knows ${indexed} ledger entries, the published checkpoint covers ${published} only: the ledger was set back`,
    { hint: 'keep the store as it is and run `witnessmark audit`; `replay` makes the index forget what is gone' },
  );
}

/** The log, or undefined while nothing was ever sealed. An index that knows more than the log is an alarm. */
async function openPublished(store: ReplayStore, indexed: number): Promise<Log | undefined> {
  try {
    return await openLog(store.objects, store.verifierKeys);
  } catch (error) {
    const isNew = error instanceof WitnessmarkError && error.code === 'ledger-checkpoint-missing' && indexed === 0;
    if (isNew) return undefined;
    throw error;
  }
}

/** Empties the index and builds it again from the ledger. */
export async function replay(
  store: ReplayStore,
  onProgress: (done: number, of: number) => void = () => {},
): Promise<number> {
  await store.index.clear();
  return syncIndex(store, { onProgress });
}
