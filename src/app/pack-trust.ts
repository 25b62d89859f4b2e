import { type Checkpoint, checkpointKey, openCheckpointObject } from '../ledger/checkpoint.ts';
import { verifyCosignatures } from '../ledger/cosignature.ts';
import { cosignedNote, storedCosignatures } from '../ledger/cosignatures.ts';
import { type NoteSignature, parseNote, parseVkey } from '../ledger/note.ts';
import { isMet } from '../ledger/policy.ts';
import { type Log, openLog } from '../ledger/read.ts';
import type { PackRequest } from '../pack/build.ts';
import { checkpointAfter } from './assess.ts';
import { bodyReader, entryOf } from './objects.ts';
import type { Store } from './store.ts';

/** The entries by which earlier keys of the log have named later ones, for readers who hold an earlier one. */
export async function handoversFrom(store: Store): Promise<Required<PackRequest>['handovers']> {
  const handovers = [];
  const bodyOf = bodyReader(store.objects);
  for await (const { index, body } of store.index.bodies('trust')) {
    if (body.verifierKeys === undefined || body.verifierKeys.length < 2) continue;
    // The first checkpoint over it is the one that an earlier key still signed.
    const log = await openLog(store.objects, store.verifierKeys, await checkpointAfter(store, index));
    const entry = entryOf(await log.entry(index));
    handovers.push({ index, proof: await log.tlogProof(index), body: await bodyOf(entry) });
  }
  return handovers;
}

/** Later checkpoints that are looked at; whoever needs one of after that makes the report anew. */
const MAX_LATER = 1000;

interface Candidate {
  readonly checkpoint: Checkpoint;
  readonly cosignatures: readonly NoteSignature[];
  readonly worth: number;
}

/** What vouches for a pack's checkpoint beside its own signature. */
export interface Countersigned {
  readonly countersigned?: PackRequest['countersigned'];
  /** Whether the quorum of the store's policy has cosigned; true where it has none. */
  readonly witnessed: boolean;
}

/**
 * The first checkpoint of the pack's tree or a later one that the newest key signed and that enough witnesses have
 * cosigned; where there is none, the one that comes closest. Left out where the pack's own has all that alone.
 */
export async function countersignedFrom(store: Store, log: Log): Promise<Countersigned> {
  let best: Candidate | undefined;
  for (const size of await sizesFrom(store, log.checkpoint.size)) {
    const found = await candidateAt(store, size);
    if (best === undefined || found.worth > best.worth) best = found;
    if (best.worth === BEST) break;
  }
  if (best === undefined) return { witnessed: store.witnessing === undefined };
  const { checkpoint, cosignatures, worth } = best;
  const witnessed = (worth & WITNESSED) !== 0;
  if (checkpoint.size === log.checkpoint.size && cosignatures.length === 0) return { witnessed };
  const newer = await openLog(store.objects, store.verifierKeys, checkpoint.size);
  const hashes = await newer.consistencyProof(log.checkpoint.size);
  return { witnessed, countersigned: { note: cosignedNote(checkpoint.note, cosignatures), hashes } };
}

async function sizesFrom({ objects }: Store, first: number): Promise<number[]> {
  const sizes: number[] = [];
  for await (const key of objects.list('checkpoints/')) {
    const size = Number(key.slice('checkpoints/'.length));
    if (size >= first && sizes.length < MAX_LATER) sizes.push(size);
  }
  return sizes;
}

const NEWEST_KEY = 2;
const WITNESSED = 1;
const BEST = NEWEST_KEY + WITNESSED;

async function candidateAt(store: Store, size: number): Promise<Candidate> {
  const key = checkpointKey(size);
  const bytes = (await store.objects.get(key))?.bytes ?? new Uint8Array();
  const checkpoint = openCheckpointObject(key, bytes, store.verifierKeys.map(parseVkey));
  const cosignatures = await storedCosignatures(store.objects, size);
  const isNewest = checkpoint.signers.some(({ vkey }) => vkey === store.verifierKeys.at(-1));
  const worth = (isNewest ? NEWEST_KEY : 0) + (isWitnessed(store, checkpoint, cosignatures) ? WITNESSED : 0);
  return { checkpoint, cosignatures, worth };
}

/** With a policy its quorum; without one there is nobody to wait for. */
function isWitnessed({ witnessing }: Store, { note }: Checkpoint, signatures: readonly NoteSignature[]): boolean {
  if (witnessing === undefined) return true;
  const { quorum, witnesses } = witnessing.policy;
  const { text } = parseNote(Buffer.from(note));
  const keys = witnesses.map(({ key }) => key);
  return isMet(
    quorum,
    verifyCosignatures({ text, signatures }, keys).map(({ key }) => key),
  );
}
