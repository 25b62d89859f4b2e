import { WitnessmarkError } from '../model/error.ts';
import type { Objects, StoredObject } from '../ports/objects.ts';
import { appender, type Edge, type TileObject } from './append.ts';
import { encodeBundle } from './bundle.ts';
import { CHECKPOINT_KEY, type Checkpoint, checkpointKey, openCheckpoint, openCheckpointObject } from './checkpoint.ts';
import { batchKey } from './entry.ts';
import { consistencyProof, emptyRoot, rootOf, sameBytes, type TreeHead } from './merkle.ts';
import type { Notary } from './notary.ts';
import { parseVkey, type VerifierKey } from './note.ts';
import { decodeBatch } from './sequence.ts';
import { encodeBase64 } from './text.ts';
import { TILE_WIDTH } from './tiles.ts';
import { openTree, type Tree } from './tree.ts';

/** Rounds lost to other writers before giving up; each one means that somebody else got ahead. */
const MAX_ROUNDS = 100;
/** Objects written at the same time. */
const PARALLEL_WRITES = 16;

export interface IntegrateOptions {
  readonly objects: Objects;
  readonly notary: Notary;
  /** Verifier keys beside the notary's own that may have signed the published checkpoint (after a rotation). */
  readonly verifierKeys?: readonly string[];
}

/**
 * Brings every sequenced batch into the tree and publishes a checkpoint over it; gives the newest
 * checkpoint. Any number of workers may run it at once, and it may be stopped anywhere: what is
 * written is a pure function of the batches, created if absent and else compared.
 * Throws `ledger-fork` where a stored object differs from the only bytes it can have,
 * `ledger-tile-…` where the stored tree does not lead to the signed root, `ledger-batch-missing` and
 * `ledger-notary-behind` where the log or the notary was set back, and what the notary throws.
 */
export async function integrate(options: IntegrateOptions): Promise<Checkpoint> {
  const { objects, notary } = options;
  const keys = [await notary.verifierKey(), ...(options.verifierKeys ?? []).map(parseVkey)];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    try {
      const checkpoint = await integrateOnce(objects, notary, keys);
      if (checkpoint !== undefined) return checkpoint;
    } catch (thrown) {
      if (!(thrown instanceof WitnessmarkError && thrown.code === 'notary-conflict')) throw thrown;
    }
  }
  throw new WitnessmarkError('ledger-busy', `other writers were faster ${MAX_ROUNDS} times in a row`, {
    hint: 'run it again',
  });
}

async function integrateOnce(
  objects: Objects,
  notary: Notary,
  keys: readonly VerifierKey[],
): Promise<Checkpoint | undefined> {
  const stored = await objects.get(CHECKPOINT_KEY);
  const published = stored === undefined ? undefined : openCheckpointObject(CHECKPOINT_KEY, stored.bytes, keys);
  const last = await notary.last();
  checkNotAhead(published?.size ?? 0, last.size);
  const from = await openTree(objects, published ?? { size: 0, root: emptyRoot() });
  const head = await append(objects, from);
  if (head.size < last.size) {
    const message = `${batchKey(head.size)} is missing: the notary has signed ${last.size} entries, the batches hold ${head.size}`;
    throw new WitnessmarkError('ledger-batch-missing', message, { hint: 'keep the store as it is and run the audit' });
  }
  const tree = head.size === from.head.size ? from : await openTree(objects, head);
  const checkpoint =
    published !== undefined && published.size === head.size
      ? published
      : await publish({ objects, notary, keys, tree, stored, last: last.size });
  if (checkpoint !== undefined) await publishMissing(objects, notary, keys, tree);
  return checkpoint;
}

/** A notary stores what it signs before anyone can publish it, so it is never behind unless it was set back. */
function checkNotAhead(published: number, notarySize: number): void {
  if (published <= notarySize) return;
  const message = `the published checkpoint has ${published} entries, but the notary remembers ${notarySize} only`;
  const hint = 'the notary was reset or restored from an old copy: restore its newest state, never sign on';
  throw new WitnessmarkError('ledger-notary-behind', message, { hint });
}

/** Writes bundles and tiles of all batches past `from`; gives the new head. */
async function append(objects: Objects, from: Tree): Promise<TreeHead> {
  const tree = appender(await edgeOf(from));
  for (;;) {
    const start = tree.size();
    const batch = await objects.get(batchKey(start));
    if (batch === undefined) break;
    await store(objects, tree.append(decodeBatch(start, batch.bytes)));
  }
  if (tree.size() > from.head.size) await store(objects, tree.partials());
  return tree.head();
}

async function edgeOf({ head, edge, bundle }: Tree): Promise<Edge> {
  const partial = head.size % TILE_WIDTH > 0;
  const entries = partial ? await bundle(Math.floor(head.size / TILE_WIDTH)) : [];
  return { size: head.size, levels: edge, bundle: encodeBundle(entries) };
}

async function store(objects: Objects, tiles: readonly TileObject[]): Promise<void> {
  for (let at = 0; at < tiles.length; at += PARALLEL_WRITES) {
    const writes = tiles.slice(at, at + PARALLEL_WRITES).map(({ key, bytes }) => createSame(objects, key, bytes));
    // All are awaited even if one fails: nothing may go on writing after this has thrown.
    const failed = (await Promise.allSettled(writes)).find((it) => it.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}

/** Creates an object that can have only these bytes; throws `ledger-fork` where it is there with others. */
async function createSame(objects: Objects, key: string, bytes: Uint8Array): Promise<void> {
  if ((await objects.create(key, bytes)) === 'created') return;
  const present = await objects.get(key);
  if (present !== undefined && sameBytes(present.bytes, bytes)) return;
  throw forked(key);
}

function forked(key: string): WitnessmarkError {
  return new WitnessmarkError('ledger-fork', `${key} exists with other bytes than the batches lead to`, {
    hint: 'stop all writers, keep the store as it is and run the audit',
  });
}

interface Publication {
  readonly objects: Objects;
  readonly notary: Notary;
  readonly keys: readonly VerifierKey[];
  readonly tree: Tree;
  readonly stored: StoredObject | undefined;
  /** Size that the notary stands for. */
  readonly last: number;
}

/** Signs and publishes the tree; undefined where somebody else published meanwhile. */
async function publish(it: Publication): Promise<Checkpoint | undefined> {
  const made = Buffer.from(await signAt(it.notary, it.tree, it.tree.head.size, it.last));
  const note = await createNote(it, made);
  const outcome = await it.objects.replace(CHECKPOINT_KEY, note, it.stored?.version);
  return outcome === 'replaced' ? openCheckpoint(note, it.keys) : undefined;
}

/**
 * Creates the checkpoint of the tree, and gives the one that stands. A writer that stopped before it could
 * publish may have left one that was signed with the keys of before a rotation: it is as good.
 */
async function createNote({ objects, keys, tree }: Publication, made: Uint8Array): Promise<Uint8Array> {
  const key = checkpointKey(tree.head.size);
  if ((await objects.create(key, made)) === 'created') return made;
  const present = (await objects.get(key))?.bytes ?? made;
  if (sameBytes(present, made)) return made;
  if (isSigned(present, keys, tree.head)) return present;
  throw forked(key);
}

function isSigned(note: Uint8Array, keys: readonly VerifierKey[], head: TreeHead): boolean {
  try {
    const { size, root } = openCheckpoint(note, keys);
    return size === head.size && sameBytes(root, head.root);
  } catch {
    return false;
  }
}

/** Asks the notary for a checkpoint of size `size` of the tree, with the proof that it needs. */
async function signAt(notary: Notary, tree: Tree, size: number, last: number): Promise<string> {
  const root = size === tree.head.size ? tree.head.root : await rootOf(size, tree.hashAt);
  const proof = await consistencyProof(Math.min(size, last), Math.max(size, last), tree.hashAt);
  return notary.sign({ size, root: encodeBase64(root), from: last, proof: proof.map(encodeBase64) });
}

/** Publishes checkpoints again that the notary signed but whose writer stopped before it stored them. */
async function publishMissing(
  objects: Objects,
  notary: Notary,
  keys: readonly VerifierKey[],
  tree: Tree,
): Promise<void> {
  const { size: last, signed } = await notary.last();
  // A newer tree was signed meanwhile: whoever did that looks after it.
  if (last > tree.head.size) return;
  const present = new Set<string>();
  for await (const key of objects.list('checkpoints/')) present.add(key);
  for (const size of signed.filter((it) => !present.has(checkpointKey(it)))) {
    const note = Buffer.from(await signAt(notary, tree, size, last));
    openCheckpoint(note, keys);
    await createSame(objects, checkpointKey(size), note);
  }
}
