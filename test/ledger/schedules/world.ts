import type { Fault } from '../../../src/adapters/memory/objects.ts';
import { memoryObjects } from '../../../src/adapters/memory/objects.ts';
import { CHECKPOINT_KEY, parseCheckpoint } from '../../../src/ledger/checkpoint.ts';
import type { TreeHead } from '../../../src/ledger/merkle.ts';
import { sameBytes } from '../../../src/ledger/merkle.ts';
import { createNotary, type Notary } from '../../../src/ledger/notary.ts';
import { notaryStateIn } from '../../../src/ledger/notary-state.ts';
import { parseNote } from '../../../src/ledger/note.ts';
import { sequence } from '../../../src/ledger/sequence.ts';
import { WitnessmarkError } from '../../../src/model/error.ts';
import type { Objects } from '../../../src/ports/objects.ts';
import type { Disk } from '../../app/store-of.ts';
import { ORIGIN, testSigner } from '../helpers.ts';
import type { Bug } from './bugs.ts';
import type { Turn } from './scheduler.ts';

export interface Ack {
  readonly start: number;
  readonly entries: readonly Uint8Array[];
}

/** What a schedule has done and seen so far. */
export interface World {
  readonly disk: Disk;
  readonly random: () => number;
  readonly turn: Turn;
  readonly bug: Partial<Bug>;
  /** How likely an operation fails. */
  readonly faultRate: number;
  readonly acks: Ack[];
  /** Every tree that the signer was given to sign, published or not. */
  readonly signed: TreeHead[];
  readonly wrongs: string[];
  readonly counts: { operations: number; faults: number; crashes: number };
  /** The size that somebody was told is published. */
  promised: number;
  /** Whether somebody found an object that cannot be. */
  alarmed: boolean;
  /** No more faults, and no more turns: everybody is done. */
  calm: boolean;
}

/** A process that may fail at every operation, or die: then all its operations fail until it is started again. */
export interface Actor {
  readonly name: string;
  readonly objects: Objects;
  readonly notary: Notary;
  /** Waits for a turn, and says how the operation goes. */
  readonly step: () => Promise<Fault>;
  start(): void;
  isDead(): boolean;
}

/** A share of the faults kills. */
const DEATHS = 0.2;

export function actorOf(world: World, name: string): Actor {
  let dead = false;
  const step = async (): Promise<Fault> => {
    if (world.calm) return 'ok';
    await world.turn(name);
    world.counts.operations += 1;
    if (dead) return 'fail';
    if (world.random() >= world.faultRate) return 'ok';
    world.counts.faults += 1;
    dead = world.random() < DEATHS;
    if (dead) world.counts.crashes += 1;
    return world.random() < 0.5 ? 'fail' : 'fail-after';
  };
  const plain = watched(world, memoryObjects({ files: world.disk.objects, fault: step }));
  const state = notaryStateIn(memoryObjects({ files: world.disk.notary, fault: step }), 'notary.json');
  const signer = watchedSigner(world, step);
  const bug = world.bug;
  const notaryState = bug.notaryState?.(state, world) ?? state;
  const options = { state: notaryState, signer: bug.signer?.(signer, notaryState) ?? signer, origin: ORIGIN };
  return {
    name,
    step,
    objects: bug.objects?.(plain, world) ?? plain,
    notary: bug.notary?.(options) ?? createNotary(options),
    start: () => (dead = false),
    isDead: () => dead,
  };
}

export const sequenceOf = (world: World): typeof sequence => world.bug.sequence ?? sequence;

/** The size of the published checkpoint as it lies on the disk. */
export function publishedSize({ disk }: World): number {
  const note = disk.objects.get(CHECKPOINT_KEY);
  return note === undefined ? 0 : parseCheckpoint(parseNote(note).text).size;
}

/** Objects that say when the checkpoint goes back, or when a batch is written that stands there already, uncovered. */
function watched(world: World, objects: Objects): Objects {
  return {
    ...objects,
    async create(key, bytes) {
      const outcome = await objects.create(key, bytes);
      if (outcome === 'created' && key.startsWith('batch/')) checkAgain(world, key, bytes);
      return outcome;
    },
  };
}

function checkAgain(world: World, key: string, bytes: Uint8Array): void {
  const size = publishedSize(world);
  for (const [other, present] of world.disk.objects) {
    const isUncovered = other.startsWith('batch/') && other !== key && Number(other.slice(6)) >= size;
    if (isUncovered && sameBytes(present, bytes)) world.wrongs.push(`${key} repeats ${other}, which a retry must find`);
  }
}

function watchedSigner(world: World, step: Actor['step']) {
  const signer = testSigner();
  return {
    ...signer,
    async sign(message: Uint8Array) {
      const fault = await step();
      if (fault === 'fail') throw unavailable();
      const { size, root } = parseCheckpoint(Buffer.from(message).toString());
      world.signed.push({ size, root });
      if (!remembered(world).includes(size)) world.wrongs.push(`size ${size} is signed before the notary remembers it`);
      const signature = await signer.sign(message);
      if (fault === 'fail-after') throw unavailable();
      return signature;
    },
  };
}

function remembered({ disk }: World): number[] {
  const bytes = disk.notary.get('notary.json');
  return bytes === undefined ? [] : (JSON.parse(Buffer.from(bytes).toString()) as { signed: number[] }).signed;
}

const unavailable = () => new WitnessmarkError('objects-unavailable', 'injected fault at sign');
