import { messageOf } from '../../model/error.ts';
import type { Objects } from '../../ports/objects.ts';
import type { Report } from './findings.ts';

/** Objects read at the same time. */
const PARALLEL_READS = 8;

/** A store as the audit reads it: what cannot be read is a finding, never an exception and never nothing. */
export interface AuditedStore {
  readonly report: Report;
  /** The bytes; undefined with a finding, whose code is `missing` where the object is not there. */
  read(key: string, missing: string): Promise<Uint8Array | undefined>;
  /** The keys of a folder; a failed listing is an error and gives the keys that were seen. */
  list(prefix: string): Promise<string[]>;
}

export function auditedStore(objects: Objects, report: Report): AuditedStore {
  return {
    report,
    async read(key, missing) {
      try {
        const stored = await objects.get(key);
        if (stored === undefined) report.error(missing, key, `${key} is missing`);
        return stored?.bytes;
      } catch (thrown) {
        report.error('ledger-object-unreadable', key, `${key} cannot be read: ${messageOf(thrown)}`);
        return undefined;
      }
    },
    async list(prefix) {
      const keys: string[] = [];
      try {
        for await (const key of objects.list(prefix)) keys.push(key);
      } catch (thrown) {
        report.error(
          'ledger-list-failed',
          prefix,
          `the objects under ${prefix} cannot be listed: ${messageOf(thrown)}`,
        );
      }
      return keys;
    },
  };
}

/** Runs `action` for every item, a few at a time. */
export async function inParallel<T>(items: Iterable<T>, action: (item: T) => Promise<void>): Promise<void> {
  // All workers draw from the one iterator, so each item is taken once.
  const shared = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = shared.next(); !next.done; next = shared.next()) await action(next.value);
  };
  await Promise.all(Array.from({ length: PARALLEL_READS }, worker));
}

/** The largest of sizes, or 0; unlike `Math.max(...)` for as many as a log of years may have signed. */
export function largestOf(sizes: Iterable<number>): number {
  let largest = 0;
  for (const size of sizes) largest = Math.max(largest, size);
  return largest;
}
