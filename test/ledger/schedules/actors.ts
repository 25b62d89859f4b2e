import { syncIndex } from '../../../src/app/replay.ts';
import { seal } from '../../../src/app/seal.ts';
import type { Store } from '../../../src/app/store.ts';
import { integrate } from '../../../src/ledger/integrate.ts';
import { sameBytes, type TreeHead, verifyConsistency } from '../../../src/ledger/merkle.ts';
import { openLog } from '../../../src/ledger/read.ts';
import { encodeBase64 } from '../../../src/ledger/text.ts';
import type { Body } from '../../../src/model/entry.ts';
import { WitnessmarkError } from '../../../src/model/error.ts';
import { VKEY } from '../helpers.ts';
import { type Actor, actorOf, sequenceOf, type World } from './world.ts';

/** Entries that are sealed together, and their bodies, which are stored already. */
export interface EntrySet {
  readonly bodies: readonly Body[];
  readonly entries: readonly Uint8Array[];
}

/** What an attempt may end with where nothing is wrong but a fault or a faster writer. */
const EXPECTED = ['objects-unavailable', 'ledger-busy', 'notary-conflict'];
/** How a writer says that the store holds what cannot be. */
const ALARMS = ['ledger-fork', 'ledger-tile-differs', 'ledger-bundle-differs', 'ledger-tile-malformed'];
/** A crashed writer gives up on its entries so often. */
const GIVES_UP = 0.3;

const codeOf = (thrown: unknown): string => (thrown instanceof WitnessmarkError ? thrown.code : String(thrown));

/** Tries until it is done, or it has died and gives up, or something is wrong. */
async function insist(world: World, actor: Actor, action: () => Promise<void>, forget = () => {}): Promise<void> {
  for (let isDone = false; !isDone; ) {
    actor.start();
    isDone = await action().then(
      () => true,
      (thrown: unknown) => isEndedBy(world, actor, thrown),
    );
    if (actor.isDead()) forget();
  }
}

/** Whether the actor stops trying. */
function isEndedBy(world: World, actor: Actor, thrown: unknown): boolean {
  const code = codeOf(thrown);
  if (EXPECTED.includes(code)) return actor.isDead() && world.random() < GIVES_UP;
  if (ALARMS.includes(code)) world.alarmed = true;
  world.wrongs.push(`${actor.name} is told ${code}: ${String(thrown)}`);
  return true;
}

/** Seals one set after another without an index; after a crash it knows nothing of what it was told. */
export async function writer(world: World, name: string, sets: readonly EntrySet[]): Promise<void> {
  const actor = actorOf(world, name);
  for (const { entries } of sets) {
    let isAcked = false;
    const action = async () => {
      if (!isAcked) {
        const { start } = await sequenceOf(world)(actor.objects, entries);
        world.acks.push({ start, entries });
        isAcked = true;
      }
      const { size } = await integrate(actor);
      world.promised = Math.max(world.promised, size);
    };
    await insist(world, actor, action, () => (isAcked = false));
    if (world.alarmed) return;
  }
}

/** Seals with an index, as a command does, and brings the index up to what others have sealed. */
export async function indexer(world: World, store: Store, sets: readonly EntrySet[]): Promise<void> {
  const actor = actorOf(world, 'indexer');
  const own = { ...store, objects: actor.objects, notary: actor.notary };
  for (const { bodies } of sets) {
    const action = async () => {
      const { size } = await seal(own, [bodies]);
      world.promised = Math.max(world.promised, size);
    };
    await insist(world, actor, action);
    await insist(world, actor, async () => void (await syncIndex(own)));
    if (world.alarmed) return;
  }
}

/** Looks at the newest checkpoint again and again, as a monitor does: it never goes back, and always extends. */
export async function reader(world: World, looks: number): Promise<void> {
  const actor = actorOf(world, 'reader');
  const objects = world.bug.reader?.(actor.objects) ?? actor.objects;
  let last: TreeHead | undefined;
  for (let look = 0; look < looks; look++) {
    actor.start();
    const promised = world.promised;
    const log = await openLog(objects, [VKEY]).catch(() => undefined);
    if (log === undefined) continue;
    const { checkpoint } = log;
    if (checkpoint.size < promised)
      world.wrongs.push(`a reader gets ${checkpoint.size} after ${promised} was promised`);
    if (last !== undefined && checkpoint.size < last.size)
      world.wrongs.push(`the checkpoint goes back to ${checkpoint.size}`);
    else if (last !== undefined) {
      const proof = await log.consistencyProof(last.size).catch(() => undefined);
      if (proof !== undefined && !verifyConsistency(last, checkpoint, proof))
        world.wrongs.push(`${checkpoint.size} does not extend ${last.size}, which was read before`);
    }
    last = checkpoint;
  }
}

/** Asks the notary to sign trees that are none: it must refuse whatever it is asked. */
export async function forger(world: World, tries: number): Promise<void> {
  const actor = actorOf(world, 'forger');
  for (let at = 0; at < tries; at++) {
    actor.start();
    const last = await actor.notary.last().catch(() => undefined);
    // Whoever comes first names the tree: an empty one is extended by any.
    if (last === undefined || last.size === 0) continue;
    const size = last.size + (at % 2);
    const root = encodeBase64(Buffer.alloc(32, 1 + Math.floor(world.random() * 255)));
    await actor.notary.sign({ size, root, from: last.size, proof: [] }).then(
      () => world.wrongs.push(`the notary signs a tree of ${size} entries that is none`),
      () => undefined,
    );
  }
}

export const sameEntries = (a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean =>
  a.length === b.length && a.every((it, at) => sameBytes(it, b[at] ?? Buffer.alloc(0)));
