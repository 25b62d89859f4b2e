import type { Entry } from '../../model/entry.ts';
import { messageOf } from '../../model/error.ts';
import type { Objects } from '../../ports/objects.ts';
import { type Bundle, entryIn, leavesOf, parseBundle } from '../bundle.ts';
import { parseEntry } from '../entry.ts';
import { hashIn } from '../hashes.ts';
import { sameBytes } from '../merkle.ts';
import { decodeBatch } from '../sequence.ts';
import { TILE_WIDTH, tileKey } from '../tiles.ts';
import type { BatchRange, BatchScan } from './batches.ts';
import { createReport } from './findings.ts';
import type { Leaves } from './leaves.ts';
import { type AuditedStore, auditedStore } from './store.ts';

/** An entry with its index, as it was signed. */
export interface IndexedEntry {
  readonly index: number;
  readonly entry: Entry;
}

/**
 * The entries that are as they were signed, one batch at a time; those that are no canonical entries
 * are findings. Entries of damaged batches are taken from the entry bundles, as far as those hold.
 */
export async function* auditEntries(
  objects: Objects,
  store: AuditedStore,
  scan: BatchScan,
  leaves: Leaves,
): AsyncIterable<IndexedEntry[]> {
  const quiet = auditedStore(objects, createReport());
  for (const range of rangesUpTo(scan, leaves.known())) {
    const entries: IndexedEntry[] = [];
    for (const [index, bytes] of await readRange(quiet, range, leaves)) {
      try {
        entries.push({ index, entry: parseEntry(bytes) });
      } catch (thrown) {
        store.report.error('ledger-entry-invalid', range.key, `entry ${index}: ${messageOf(thrown)}`);
      }
    }
    yield entries;
  }
}

/** The batches, and a range for every hole between them. */
function rangesUpTo(scan: BatchScan, end: number): BatchRange[] {
  const ranges: BatchRange[] = [];
  let at = 0;
  for (const batch of [...scan.batches, { key: '', start: end, count: 0 }]) {
    for (; at < batch.start; at += TILE_WIDTH - (at % TILE_WIDTH)) {
      const count = Math.min(batch.start - at, TILE_WIDTH - (at % TILE_WIDTH));
      ranges.push({ key: bundleKey(at, end), start: at, count });
    }
    if (batch.count > 0) ranges.push(batch);
    at = batch.start + batch.count;
  }
  return ranges;
}

type Indexed = readonly [index: number, bytes: Uint8Array];

async function readRange(store: AuditedStore, range: BatchRange, leaves: Leaves): Promise<Iterable<Indexed>> {
  const batch = range.key.startsWith('batch/') ? await readBatch(store, range) : undefined;
  const signed = leaves.slice(range.start, range.start + range.count);
  if (batch !== undefined && sameBytes(leavesOf(batch), signed)) return indexed(batch, range.start);
  return readBundles(store, range, leaves);
}

async function readBatch(store: AuditedStore, range: BatchRange): Promise<Bundle | undefined> {
  const bytes = await store.read(range.key, '');
  try {
    return bytes === undefined ? undefined : decodeBatch(range.start, bytes);
  } catch {
    // Reported when the batches were scanned.
    return undefined;
  }
}

async function readBundles(store: AuditedStore, range: BatchRange, leaves: Leaves): Promise<Indexed[]> {
  const found: Indexed[] = [];
  const end = range.start + range.count;
  for (let at = range.start; at < end; at += TILE_WIDTH - (at % TILE_WIDTH)) {
    const bundle = await readBundle(store, bundleKey(at, leaves.known()));
    if (bundle === undefined) continue;
    const first = at - (at % TILE_WIDTH);
    const hashes = leavesOf(bundle);
    for (const [index, bytes] of indexed(bundle, first)) {
      const leaf = index >= range.start && index < end ? leaves.get(index) : undefined;
      if (leaf !== undefined && sameBytes(hashIn(hashes, index - first), leaf)) found.push([index, bytes]);
    }
  }
  return found;
}

async function readBundle(store: AuditedStore, key: string): Promise<Bundle | undefined> {
  const bytes = await store.read(key, '');
  try {
    return bytes === undefined ? undefined : parseBundle(bytes, { maxEntries: TILE_WIDTH, maxEntryBytes: 0xffff });
  } catch {
    // Reported when the tiles were checked.
    return undefined;
  }
}

function bundleKey(index: number, end: number): string {
  const number = Math.floor(index / TILE_WIDTH);
  return tileKey({ level: 'entries', number, width: Math.min(TILE_WIDTH, end - number * TILE_WIDTH) });
}

/** The entries of a bundle that begins with entry `start`, one at a time: a whole batch of them would be in the way. */
function* indexed(bundle: Bundle, start: number): Iterable<Indexed> {
  for (let at = 0; at < bundle.ends.length; at++) yield [start + at, entryIn(bundle, at)];
}
