import { sha256Hex } from '../../src/ledger/canonical.ts';
import { MAX_BATCH_ENTRIES } from '../../src/ledger/entry.ts';
import { AT, append, type OpenLedger, RUN, uuid } from './helpers.ts';

/** Entries `from` to `from + count` in the canonical bytes that are sealed; nobody has stored their bodies. */
export function bulkEntries(from: number, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, at) => Buffer.from(bulkEntry(from + at)));
}

function bulkEntry(number: number): string {
  const body = sha256Hex(String(number));
  return `{"at":"${AT}","body":"sha256:${body}","id":"${uuid(number)}","in":"${body}","kind":"plan","run":"${RUN}","v":1}`;
}

/** Gives the entries `from` to `from + count`. */
export type EntrySource = (from: number, count: number) => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;

/** Appends `count` entries, as many to a batch as `seal` puts there, with a checkpoint after each batch. */
export async function appendBulk(
  ledger: OpenLedger,
  count: number,
  entriesOf: EntrySource = bulkEntries,
): Promise<void> {
  for (let from = 0; from < count; from += MAX_BATCH_ENTRIES) {
    await append(ledger, await entriesOf(from, Math.min(MAX_BATCH_ENTRIES, count - from)));
  }
}
