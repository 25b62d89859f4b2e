import { type Checkpoint, openCheckpoint } from '../../ledger/checkpoint.ts';
import { parseVkeys, type VerifierKey } from '../../ledger/note.ts';
import { PATHS } from '../paths.ts';
import { PackFault, unreadable, within } from './fault.ts';
import type { PackFiles } from './source.ts';

const MAX_NOTE = 64 * 1024;

/** All bytes of a file that is there and not larger than `limit`; throws a `PackFault`. */
export type Read = (path: string, limit: number) => Promise<Uint8Array>;

/** `Read` of one file. */
export async function allBytes(files: PackFiles, path: string, limit: number): Promise<Uint8Array> {
  const size = files.sizes.get(path);
  if (size === undefined) throw new PackFault({ file: path, message: 'is missing' });
  if (size > limit)
    throw new PackFault({ file: path, message: `has ${size} bytes, more than the ${limit} that it may have` });
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of files.read(path)) chunks.push(chunk);
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
  return Buffer.concat(chunks);
}

/** The ledger's keys, as the pack has them; throws a `PackFault`. */
export async function readKeys(read: Read): Promise<readonly VerifierKey[]> {
  const found = await read(PATHS.verifierKeys, MAX_NOTE);
  return within(PATHS.verifierKeys, () => parseVkeys(found));
}

/** The checkpoint of the pack, signed by one of its keys; throws a `PackFault`. */
export async function readCheckpoint(read: Read, keys: readonly VerifierKey[]): Promise<Checkpoint> {
  const note = await read(PATHS.checkpoint, MAX_NOTE);
  return within(PATHS.checkpoint, () => openCheckpoint(note, keys));
}
