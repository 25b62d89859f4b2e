import { WitnessmarkError } from '../model/error.ts';
import { writeHash } from './hashes.ts';
import { HASH_BYTES } from './merkle.ts';

/** How large a bundle may be: bounds are checked before anything is cut out of bytes from outside. */
export interface BundleBounds {
  readonly maxEntries: number;
  readonly maxEntryBytes: number;
}

/** Entries as entry bundles and batches hold them, each behind its length as two bytes, big-endian. */
export interface Bundle {
  readonly bytes: Uint8Array;
  /** Where each entry ends in them. */
  readonly ends: readonly number[];
}

/** The bytes of a bundle of these entries. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > 0xffff)
      throw new WitnessmarkError('ledger-bundle-malformed', `an entry of ${entry.length} bytes is too long`);
    bytes.writeUInt16BE(entry.length, at);
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
}

/** Finds the entries of a bundle; throws `ledger-bundle-malformed` on a cut entry or anything out of bounds. */
export function parseBundle(bytes: Uint8Array, bounds: BundleBounds): Bundle {
  const ends: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const end = at + 2 + length;
    if (length === 0 || length > bounds.maxEntryBytes || end > bytes.length || ends.length === bounds.maxEntries) {
      throw malformed(`entry ${ends.length} at byte ${at} of ${bytes.length} has length ${length}`, bounds);
    }
    ends.push(end);
    at = end;
  }
  if (ends.length === 0) throw malformed('it is empty', bounds);
  return { bytes, ends };
}

/** The entries of a bundle, each by itself; throws as `parseBundle`. */
export function decodeBundle(bytes: Uint8Array, bounds: BundleBounds): Uint8Array[] {
  return entriesOf(parseBundle(bytes, bounds));
}

export function entriesOf(bundle: Bundle): Uint8Array[] {
  return bundle.ends.map((_, at) => entryIn(bundle, at));
}

/** Entry number `at` of a bundle. */
export function entryIn({ bytes, ends }: Bundle, at: number): Uint8Array {
  return bytes.subarray(startOf(ends, at) + 2, ends[at]);
}

/** Where the length of entry number `at` begins; the entries before it end there. */
export function startOf(ends: readonly number[], at: number): number {
  return at === 0 ? 0 : (ends[at - 1] ?? 0);
}

/** What a leaf's hash is made of, 0x00 and the entry; and a view of each length of it, since it takes time to make one. */
const LEAF_INPUT = Buffer.alloc(1 + 0xffff);
const LEAF_INPUTS: Uint8Array[] = [];

/** RFC 6962 leaf hashes of the entries of a bundle, one behind the other. */
export function leavesOf({ bytes, ends }: Bundle): Uint8Array {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const hashes = Buffer.allocUnsafe(ends.length * HASH_BYTES);
  for (let at = 0; at < ends.length; at++) {
    const start = startOf(ends, at) + 2;
    const end = startOf(ends, at + 1);
    const length = 1 + end - start;
    source.copy(LEAF_INPUT, 1, start, end);
    LEAF_INPUTS[length] ??= LEAF_INPUT.subarray(0, length);
    writeHash(hashes, at, LEAF_INPUTS[length]);
  }
  return hashes;
}

function malformed(what: string, bounds: BundleBounds): WitnessmarkError {
  const expected = `1 to ${bounds.maxEntries} entries of 1 to ${bounds.maxEntryBytes} bytes`;
  return new WitnessmarkError('ledger-bundle-malformed', `expected a bundle of ${expected}, but ${what}`);
}
