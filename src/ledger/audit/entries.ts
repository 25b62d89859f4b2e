import type { Entry } from '../../model/entry.ts';
import { messageOf } from '../../model/error.ts';
import type { Objects } from '../../ports/objects.ts';
import { type Bundle, entriesOf, leavesOf, parseBundle } from '../bundle.ts';
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

async function readRange(store: AuditedStore, range: BatchRange, leaves: Leaves): Promise<[number, Uint8Array][]> {
  const batch = range.key.startsWith('batch/') ? await readBatch(store, range) : undefined;
  const found = batch === undefined ? [] : signed(batch, range.start, leaves);
  return found.length === range.count ? found : readBundles(store, range, leaves);
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

async function readBundles(store: AuditedStore, range: BatchRange, leaves: Leaves): Promise<[number, Uint8Array][]> {
  const found: [number, Uint8Array][] = [];
  const end = range.start + range.count;
  for (let at = range.start; at < end; at += TILE_WIDTH - (at % TILE_WIDTH)) {
    const bundle = await readBundle(store, bundleKey(at, leaves.known()));
    const entries = bundle === undefined ? [] : signed(bundle, at - (at % TILE_WIDTH), leaves);
    found.push(...entries.filter(([index]) => index >= range.start && index < end));
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

/** The entries of a bundle, which begins with entry `start`, that are those of the leaves, each with its index. */
function signed(bundle: Bundle, start: number, leaves: Leaves): [number, Uint8Array][] {
  const hashes = leavesOf(bundle);
  const entries = entriesOf(bundle).map((bytes, at): [number, Uint8Array] => [start + at, bytes]);
  // Nearly always it is all of them, which one look tells.
  if (sameBytes(hashes, leaves.slice(start, start + entries.length))) return entries;
  return entries.filter(([index], at) => {
    const leaf = leaves.get(index);
    return leaf !== undefined && sameBytes(hashIn(hashes, at), leaf);
  });
}
