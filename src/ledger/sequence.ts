import { WitnessmarkError } from '../model/error.ts';
import type { Objects } from '../ports/objects.ts';
import { type Bundle, encodeBundle, parseBundle } from './bundle.ts';
import { CHECKPOINT_KEY, checkpointKey, parseCheckpoint } from './checkpoint.ts';
import { isCosigned } from './cosignatures.ts';
import { BATCH_BOUNDS, batchKey, MAX_BATCH_ENTRIES, MAX_ENTRY_BYTES } from './entry.ts';
import { sameBytes } from './merkle.ts';
import { parseNote } from './note.ts';

/**
 * Appends entries as one batch and gives the index of the first. When it returns, the indices are
 * final and durable: creating the object `batch/<start>` is the sequencing. After an error the batch
 * may or may not be there; calling again with the same entries finds it as long as no checkpoint
 * covers it, and otherwise appends it once more (the lowest index counts).
 * Takes 1 to 4096 entries of 1 to 1024 bytes, else throws `ledger-batch-too-large`.
 *
 * `from` is where the walk over batches begins, a size that was signed: what stands behind it is found although a
 * checkpoint covers it by now. The newest one where left out.
 */
export async function sequence(
  objects: Objects,
  entries: readonly Uint8Array[],
  from?: number,
): Promise<{ start: number }> {
  checkBounds(entries);
  const batch = encodeBundle(entries);
  let start = from ?? (await publishedSize(objects));
  for (;;) {
    const present = await objects.get(batchKey(start));
    if (present !== undefined) {
      if (sameBytes(present.bytes, batch)) return { start };
      start += decodeBatch(start, present.bytes).ends.length;
    } else if ((await objects.create(batchKey(start), batch)) === 'created') {
      return { start };
    }
  }
}

/**
 * Checks that `batch/<start>` still holds these entries. Object stores exist where what was created can be hidden (a
 * delete marker in S3), and something else created in its place: asked after a checkpoint was signed over the batch, it
 * says whether that is the batch that was written. Throws `ledger-batch-lost`.
 */
export async function checkSequenced(objects: Objects, start: number, entries: readonly Uint8Array[]): Promise<void> {
  const key = batchKey(start);
  const present = await objects.get(key);
  if (present !== undefined && sameBytes(present.bytes, encodeBundle(entries))) return;
  throw new WitnessmarkError('ledger-batch-lost', `${key} is not what was written there: its entries are not sealed`, {
    hint: 'somebody has hidden or replaced it: keep every version of it, run the audit, and do again what was being done',
  });
}

/** Decodes `batch/<start>`; throws `ledger-batch-malformed`. */
export function decodeBatch(start: number, bytes: Uint8Array): Bundle {
  try {
    return parseBundle(bytes, BATCH_BOUNDS);
  } catch (thrown) {
    throw new WitnessmarkError('ledger-batch-malformed', `${batchKey(start)} cannot be read`, { cause: thrown });
  }
}

/**
 * The size of the newest checkpoint, 0 where there is none. No signature is checked here (a writer needs no keys), so that a damaged
 * `checkpoint` cannot lead to a batch at a place that is no boundary, it must be the one signed at
 * its size, byte by byte, with nothing but the lines of witnesses behind.
 */
export async function publishedSize(objects: Objects): Promise<number> {
  const published = await objects.get(CHECKPOINT_KEY);
  if (published === undefined) return 0;
  const { size } = parseCheckpoint(parseNote(published.bytes).text);
  const signed = await objects.get(checkpointKey(size));
  if (signed === undefined || !isCosigned(published.bytes, signed.bytes)) {
    const message = `${CHECKPOINT_KEY} says ${size} entries, but ${checkpointKey(size)} does not hold the same`;
    throw new WitnessmarkError('ledger-checkpoint-differs', message, { hint: 'run the audit before writing again' });
  }
  return size;
}

function checkBounds(entries: readonly Uint8Array[]): void {
  const longest = entries.reduce((most, entry) => Math.max(most, entry.length), 0);
  if (
    entries.length === 0 ||
    entries.length > MAX_BATCH_ENTRIES ||
    longest > MAX_ENTRY_BYTES ||
    entries.some((it) => it.length === 0)
  ) {
    const message = `expected 1 to ${MAX_BATCH_ENTRIES} entries of 1 to ${MAX_ENTRY_BYTES} bytes, got ${entries.length}, the longest with ${longest}`;
    throw new WitnessmarkError('ledger-batch-too-large', message);
  }
}
