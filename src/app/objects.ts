import { gunzipSync, gzipSync } from 'node:zlib';
import { sha256Hex } from '../ledger/canonical.ts';
import type { Entry } from '../model/entry.ts';
import { Entry as EntrySchema } from '../model/entry.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Objects } from '../ports/objects.ts';

/** No object of lines may inflate to more: whoever can write the store must not exhaust the reader. */
const MAX_INFLATED_BYTES = 512 * 1024 * 1024;

/**
 * Stores lines as `<prefix>/<sha256 of the compressed bytes>.jsonl.gz`, so that `sha256sum` alone
 * checks the object, and returns the hash. The same lines give the same object.
 */
export async function createLines(
  objects: Objects,
  prefix: 'evidence' | 'retrievals',
  lines: readonly string[],
): Promise<string> {
  // Node writes no time into the gzip header, so the bytes depend on the lines alone.
  const bytes = gzipSync(lines.map((line) => `${line}\n`).join(''), { level: 9 });
  const name = sha256Hex(bytes);
  await objects.create(`${prefix}/${name}.jsonl.gz`, bytes);
  return name;
}

/** The bytes of such an object as stored. Throws `store-object-missing` or `store-object-altered`. */
export async function readObject(
  objects: Objects,
  prefix: 'evidence' | 'retrievals',
  name: string,
): Promise<Uint8Array> {
  const key = `${prefix}/${name}.jsonl.gz`;
  const stored = await objects.get(key);
  if (!stored)
    throw new WitnessmarkError('store-object-missing', `${key} is missing from the store`, {
      hint: 'run `witnessmark audit` to see what else is',
    });
  if (sha256Hex(stored.bytes) !== name) {
    throw new WitnessmarkError('store-object-altered', `${key} does not hash to its name: it was altered`, {
      hint: 'run `witnessmark audit`',
    });
  }
  return stored.bytes;
}

/** The lines of such an object. Throws as `readObject` does. */
export async function readLines(objects: Objects, prefix: 'evidence' | 'retrievals', name: string): Promise<string[]> {
  return inflate(await readObject(objects, prefix, name))
    .toString('utf8')
    .split('\n')
    .slice(0, -1);
}

const inflate = (bytes: Uint8Array): Buffer => gunzipSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES });

/** Lines without their line feeds, none of them copied; what no line feed ends is no line. */
function linesOf(bytes: Buffer): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0, end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

/**
 * Gives the canonical body of a ledger entry, as the bytes that were hashed. Throws `store-body-missing` beside what
 * `readObject` throws.
 */
export function bodyReader(objects: Objects): (entry: Entry) => Promise<Uint8Array> {
  // Entries come grouped by object, so that one object in memory serves a whole group.
  let open: { name: string; lines: Map<string, Uint8Array> } | undefined;
  return async (entry) => {
    if (open?.name !== entry.in) {
      const inflated = inflate(await readObject(objects, 'evidence', entry.in));
      open = { name: entry.in, lines: new Map(linesOf(inflated).map((line) => [sha256Hex(line), line])) };
    }
    const line = open.lines.get(entry.body.slice('sha256:'.length));
    if (line !== undefined) return line;
    throw new WitnessmarkError(
      'store-body-missing',
      `evidence/${entry.in}.jsonl.gz has no line for the body of entry ${entry.id}`,
      { hint: 'run `witnessmark audit`' },
    );
  };
}

/** Reads a ledger entry's bytes. */
export const entryOf = (bytes: Uint8Array): Entry => EntrySchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
