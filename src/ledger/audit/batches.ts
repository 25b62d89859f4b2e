import { messageOf } from '../../model/error.ts';
import type { Objects } from '../../ports/objects.ts';
import { type Bundle, leavesOf, startOf } from '../bundle.ts';
import { batchKey, MAX_BATCH_ENTRIES } from '../entry.ts';
import { sameBytes } from '../merkle.ts';
import { decodeBatch } from '../sequence.ts';
import { TILE_WIDTH, tileKey } from '../tiles.ts';
import { createReport } from './findings.ts';
import { createLeaves, type Leaves } from './leaves.ts';
import { type AuditedStore, auditedStore, inParallel, largestOf } from './store.ts';

/** A batch that can be read. */
export interface BatchRange {
  readonly key: string;
  readonly start: number;
  readonly count: number;
}

/** What the batches say, with holes where one is missing or cannot be read. */
export interface BatchScan {
  readonly batches: readonly BatchRange[];
  readonly leaves: Leaves;
  /** Numbers of full entry bundles that were seen to hold the same bytes as the batches. */
  readonly sameBundles: ReadonlySet<number>;
  /** Index after the last entry. */
  readonly end: number;
}

/**
 * Reads all batches, checks that each begins where the one before it ends, and hashes their entries.
 * `boundaries` are sizes at which a batch is known to end: those that were signed.
 */
export async function scanBatches(
  objects: Objects,
  store: AuditedStore,
  boundaries: ReadonlySet<number>,
): Promise<BatchScan> {
  const leaves = createLeaves();
  const bundles = bundleComparer(objects);
  const batches: BatchRange[] = [];
  let [end, readable, before] = [0, true, ''];
  const listed = await listBatches(store);
  // No batch can begin past this, so that a made-up name does not make room for entries that nobody has.
  const limit = largestOf(boundaries) + (listed.length + 1) * MAX_BATCH_ENTRIES;
  for (const { key, start } of listed) {
    if (start > limit) {
      store.report.error('ledger-batch-unexpected', key, `${key} begins far past the last entry, ${end - 1}`);
      continue;
    }
    if (start < end) {
      store.report.error('ledger-batch-unexpected', key, `${key} begins inside ${before}, which ends at ${end}`);
      continue;
    }
    // Behind a batch that cannot be read nobody knows where the next one has to begin.
    if (start > end && readable) reportHole(store, { start: end, before, boundaries });
    const batch = await readBatch(store, key, start);
    const count = batch?.ends.length ?? 0;
    if (batch !== undefined) {
      leaves.set(start, leavesOf(batch));
      batches.push({ key, start, count });
      await bundles.compare(batch, start);
    }
    [end, readable, before] = [start + Math.max(1, count), batch !== undefined, key];
  }
  return { batches, leaves, sameBundles: bundles.same, end };
}

interface Hole {
  readonly start: number;
  /** Key of the batch before it; empty where there is none. */
  readonly before: string;
  readonly boundaries: ReadonlySet<number>;
}

/**
 * Says that the batch which would begin at `start` is not there. Where no signed size shows that a
 * batch began there, the one before it may as well have been cut between two entries: both are named.
 */
export function reportHole(store: AuditedStore, { start, before, boundaries }: Hole): void {
  const key = batchKey(start);
  if (before === '' || boundaries.has(start)) {
    store.report.error('ledger-batch-missing', key, `${key} is missing`);
    return;
  }
  store.report.error('ledger-batch-missing', key, `${key} is missing, or ${before} was cut short`);
  store.report.error(
    'ledger-batch-cut',
    before,
    `${before} was cut short after entry ${start - 1}, or ${key} is missing`,
  );
}

async function listBatches(store: AuditedStore): Promise<{ key: string; start: number }[]> {
  const expected: { key: string; start: number }[] = [];
  for (const key of await store.list('batch/')) {
    const start = Number(key.slice('batch/'.length));
    if (Number.isSafeInteger(start) && start >= 0 && batchKey(start) === key) expected.push({ key, start });
    else store.report.error('ledger-object-unexpected', key, `${key} is no name of a batch`);
  }
  return expected.sort((a, b) => a.start - b.start);
}

async function readBatch(store: AuditedStore, key: string, start: number): Promise<Bundle | undefined> {
  const bytes = await store.read(key, 'ledger-batch-missing');
  if (bytes === undefined) return undefined;
  try {
    return decodeBatch(start, bytes);
  } catch (thrown) {
    const cause = thrown instanceof Error ? messageOf(thrown.cause) : '';
    store.report.error('ledger-batch-malformed', key, `${key} cannot be read: ${cause}`);
    return undefined;
  }
}

/**
 * Compares batches with the full entry bundles that lie within them, while their bytes are at hand: what is the same
 * need not be hashed again. Reports nothing; what is not the same is looked at where tiles are checked.
 */
function bundleComparer(objects: Objects) {
  const quiet = auditedStore(objects, createReport());
  const same = new Set<number>();
  return {
    same,
    async compare({ bytes, ends }: Bundle, start: number): Promise<void> {
      const first = Math.ceil(start / TILE_WIDTH);
      const count = Math.max(0, Math.floor((start + ends.length) / TILE_WIDTH) - first);
      await inParallel(new Array(count).keys(), async (at) => {
        const from = (first + at) * TILE_WIDTH - start;
        const expected = bytes.subarray(startOf(ends, from), startOf(ends, from + TILE_WIDTH));
        const stored = await quiet.read(tileKey({ level: 'entries', number: first + at, width: TILE_WIDTH }), '');
        if (stored !== undefined && sameBytes(stored, expected)) same.add(first + at);
      });
    },
  };
}
