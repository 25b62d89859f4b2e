import { WitnessmarkError } from '../model/error.ts';
import type { Objects } from '../ports/objects.ts';
import { CHECKPOINT_KEY, type Checkpoint, checkpointKey, openCheckpointObject } from './checkpoint.ts';
import { consistencyProof, inclusionProof, inclusionProver, rootOf } from './merkle.ts';
import { parseVkey } from './note.ts';
import { proofWriter } from './proof.ts';
import { encodeBase64 } from './text.ts';
import { TILE_WIDTH } from './tiles.ts';
import { openTree, type Tree } from './tree.ts';

/** A log at one verified checkpoint. Everything it gives leads to the signed root, or the call throws. */
export interface Log {
  readonly checkpoint: Checkpoint;
  /** Bytes of entry `index`. */
  entry(index: number): Promise<Uint8Array>;
  /** Entries from `from` (included, default 0) to `to` (not included, default all), in order. */
  entries(from?: number, to?: number): AsyncIterable<{ readonly index: number; readonly bytes: Uint8Array }>;
  /** Proof for entry `index` in the tree of `size` entries (default: the checkpoint's). */
  inclusionProof(index: number, size?: number): Promise<Uint8Array[]>;
  /** Proof that the tree of `older` entries is a prefix of the tree of `newer` (default: the checkpoint's). */
  consistencyProof(older: number, newer?: number): Promise<Uint8Array[]>;
  /** Root of the tree of the first `size` entries. */
  root(size: number): Promise<Uint8Array>;
  /** Bytes of the `.tlog-proof` file of entry `index`, with the entry's bytes as extra data. */
  tlogProof(index: number): Promise<Uint8Array>;
}

/**
 * Opens the log at its newest checkpoint, or at the one signed at `size`. `verifierKeys` are C2SP
 * verifier keys that may have signed it. Throws `ledger-checkpoint-missing`,
 * `ledger-checkpoint-invalid`, or `ledger-tile-…` where the stored tree does not lead to its root.
 */
export async function openLog(objects: Objects, verifierKeys: readonly string[], size?: number): Promise<Log> {
  const key = size === undefined ? CHECKPOINT_KEY : checkpointKey(size);
  const stored = await objects.get(key);
  if (stored === undefined) throw new WitnessmarkError('ledger-checkpoint-missing', `${key} is missing`);
  const checkpoint = openCheckpointObject(key, stored.bytes, verifierKeys.map(parseVkey));
  if (size !== undefined && checkpoint.size !== size) {
    throw new WitnessmarkError('ledger-checkpoint-invalid', `${key}: it is of ${checkpoint.size} entries`);
  }
  return logOf(checkpoint, await openTree(objects, checkpoint));
}

function logOf(checkpoint: Checkpoint, tree: Tree): Log {
  const within = (size: number) => {
    if (Number.isSafeInteger(size) && size >= 0 && size <= checkpoint.size) return size;
    throw new WitnessmarkError('ledger-out-of-range', `expected a size of at most ${checkpoint.size}, got ${size}`);
  };
  const entry = async (index: number) => {
    within(index + 1);
    const bundle = await tree.bundle(Math.floor(index / TILE_WIDTH));
    const bytes = bundle[index % TILE_WIDTH];
    if (bytes === undefined) throw new WitnessmarkError('ledger-out-of-range', `there is no entry ${index}`);
    return bytes;
  };
  const prove = inclusionProver(checkpoint.size, tree.hashAt, encodeBase64);
  const write = proofWriter(checkpoint.note);
  return {
    checkpoint,
    entry,
    entries: (from = 0, to = checkpoint.size) => entriesOf(tree, within(from), within(to)),
    inclusionProof: async (index, size = checkpoint.size) => inclusionProof(index, within(size), tree.hashAt),
    consistencyProof: async (older, newer = checkpoint.size) => consistencyProof(older, within(newer), tree.hashAt),
    root: async (size) => rootOf(within(size), tree.hashAt),
    async tlogProof(index) {
      const extra = await entry(index);
      const hashes = await prove(index);
      return write({ index, hashes, extra });
    },
  };
}

async function* entriesOf(tree: Tree, from: number, to: number): AsyncIterable<{ index: number; bytes: Uint8Array }> {
  for (let start = from - (from % TILE_WIDTH); start < to; start += TILE_WIDTH) {
    const bundle = await tree.bundle(start / TILE_WIDTH);
    for (const [at, bytes] of bundle.entries()) {
      const index = start + at;
      if (index >= from && index < to) yield { index, bytes };
    }
  }
}
