import { messageOf } from '../../model/error.ts';
import { batchKey, MAX_BATCH_ENTRIES } from '../entry.ts';
import { leafHash } from '../merkle.ts';
import { decodeBatch } from '../sequence.ts';
import { createLeaves, type Leaves } from './leaves.ts';
import { type AuditedStore, largestOf } from './store.ts';

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
  /** Index after the last entry. */
  readonly end: number;
}

/**
 * Reads all batches, checks that each begins where the one before it ends, and hashes their entries.
 * `boundaries` are sizes at which a batch is known to end: those that were signed.
 */
export async function scanBatches(store: AuditedStore, boundaries: ReadonlySet<number>): Promise<BatchScan> {
  const leaves = createLeaves();
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
    for (const [at, hash] of (batch ?? []).entries()) leaves.set(start + at, hash);
    if (batch !== undefined) batches.push({ key, start, count: batch.length });
    [end, readable, before] = [start + Math.max(1, batch?.length ?? 0), batch !== undefined, key];
  }
  return { batches, leaves, end };
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

async function readBatch(store: AuditedStore, key: string, start: number): Promise<Uint8Array[] | undefined> {
  const bytes = await store.read(key, 'ledger-batch-missing');
  if (bytes === undefined) return undefined;
  try {
    return decodeBatch(start, bytes).map(leafHash);
  } catch (thrown) {
    const cause = thrown instanceof Error ? messageOf(thrown.cause) : '';
    store.report.error('ledger-batch-malformed', key, `${key} cannot be read: ${cause}`);
    return undefined;
  }
}
