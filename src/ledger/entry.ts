import { Entry } from '../model/entry.ts';
import { messageOf, WitnessmarkError } from '../model/error.ts';
import { canonicalize } from './canonical.ts';
import { utf8 } from './text.ts';
import type { BundleBounds } from './tiles.ts';

/** Bytes that one entry may have: it commits to a body and carries nothing else. */
export const MAX_ENTRY_BYTES = 1024;
/** Entries that one batch may have. */
export const MAX_BATCH_ENTRIES = 4096;

/** Bounds of `batch/<start>` objects. */
export const BATCH_BOUNDS: BundleBounds = { maxEntries: MAX_BATCH_ENTRIES, maxEntryBytes: MAX_ENTRY_BYTES };

/** Key of the batch whose first entry has index `start`. */
export function batchKey(start: number): string {
  return `batch/${String(start).padStart(16, '0')}`;
}

/** The canonical bytes of an entry, as they are sealed; throws `ledger-entry-invalid`. */
export function encodeEntry(entry: Entry): Uint8Array {
  const bytes = Buffer.from(canonicalize(entry));
  parseEntry(bytes);
  return bytes;
}

/** Parses a sealed entry; throws `ledger-entry-invalid` where it is not canonical JSON of the Entry schema. */
export function parseEntry(bytes: Uint8Array): Entry {
  if (bytes.length > MAX_ENTRY_BYTES) throw invalid(`it has ${bytes.length} bytes, more than ${MAX_ENTRY_BYTES}`);
  const text = utf8(bytes);
  if (text === undefined) throw invalid('it is not UTF-8');
  try {
    const entry = Entry.parse(JSON.parse(text));
    if (canonicalText(entry) !== text) throw invalid('it is not canonical JSON');
    return entry;
  } catch (thrown) {
    throw thrown instanceof WitnessmarkError
      ? thrown
      : invalid(messageOf(thrown).replaceAll(/\s+/g, ' ').slice(0, 300));
  }
}

/** What `canonicalize` gives, three times as fast: the schema leaves neither other keys nor text that needs escapes. */
function canonicalText({ at, body, id, in: object, kind, run, v }: Entry): string {
  return JSON.stringify({ at, body, id, in: object, kind, run, v });
}

function invalid(what: string): WitnessmarkError {
  return new WitnessmarkError('ledger-entry-invalid', `not a ledger entry: ${what}`);
}
