import type { Fault } from '../../src/adapters/memory/objects.ts';
import { memoryObjects } from '../../src/adapters/memory/objects.ts';
import { auditLedger } from '../../src/ledger/audit.ts';
import { sha256Hex } from '../../src/ledger/canonical.ts';
import { CHECKPOINT_KEY, type Checkpoint, openCheckpointObject } from '../../src/ledger/checkpoint.ts';
import { sameBytes, verifyConsistency } from '../../src/ledger/merkle.ts';
import { notaryStateIn } from '../../src/ledger/notary-state.ts';
import { parseVkey } from '../../src/ledger/note.ts';
import { openLog } from '../../src/ledger/read.ts';
import type { Disk } from '../app/store-of.ts';
import { copyOf } from '../app/store-of.ts';
import { VKEY } from './helpers.ts';

/** Asked before each input or output of whatever port, by the operation and what it is done to. */
export type Step = (operation: string, key: string) => Fault;

/** Two sets of entries of different numbers. */
export type EntrySet = 'one' | 'other';

/** A ledger about to cross a boundary of its tiles, and how entries are sealed there. */
export interface World {
  readonly start: Disk;
  /** Seals one of the sets, as a process of its own that asks `step` at each I/O. */
  readonly seal: (disk: Disk, set: EntrySet, step: Step) => Promise<unknown>;
  /** The entries of a set, as they stand in the ledger. */
  readonly entries: Readonly<Record<EntrySet, readonly Uint8Array[]>>;
  /**
   * Whether whoever seals looks up in the index what is sealed already. Then the bodies of the entries are there
   * too, and audited; without, entries that a checkpoint covers are appended again.
   */
  readonly indexed: boolean;
}

export interface Case {
  readonly at: number;
  readonly what: string;
  readonly fault: Fault;
  /** The set that comes after `one` has failed. */
  readonly retry: EntrySet;
}

/** The operations of a port that change something: only those can fail and have been done all the same. */
const WRITES = ['create', 'replace', 'sign', 'apply'];

/** Every I/O step of a clean run, in order: whatever step is added to the code is in here by itself. */
export async function stepsOf(world: World): Promise<string[]> {
  const steps: string[] = [];
  await world.seal(copyOf(world.start), 'one', (operation, key) => {
    steps.push(`${operation} ${key.replace(/[0-9a-f]{64}/, '…')}`);
    return 'ok';
  });
  return steps;
}

/** Each step × {failed, failed but done} × {the same again, another set}. */
export function casesOf(steps: readonly string[]): Case[] {
  return steps.flatMap((what, at) => {
    const faults = WRITES.some((it) => what.startsWith(`${it} `))
      ? (['fail', 'fail-after'] as const)
      : ['fail' as const];
    return faults.flatMap((fault) => (['one', 'other'] as const).map((retry) => ({ at, what, fault, retry })));
  });
}

export interface Played {
  readonly thrown: unknown;
  /** What the failure left. */
  readonly broken: Disk;
  /** What stands there after somebody has sealed without a fault. */
  readonly mended: Disk;
}

/** Seals set `one` with the fault, then set `retry` without. */
export async function play(world: World, { at, fault, retry }: Case): Promise<Played> {
  const disk = copyOf(world.start);
  let seen = -1;
  const thrown = await world
    .seal(disk, 'one', () => {
      seen += 1;
      return seen === at ? fault : 'ok';
    })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  const broken = copyOf(disk);
  await world.seal(disk, retry, () => 'ok');
  return { thrown, broken, mended: disk };
}

/** What a stop in the middle may leave until somebody seals again: signed, but not published. */
const RECOVERABLE = ['ledger-checkpoint-missing', 'ledger-checkpoint-behind'];

/** Everything that is wrong with how a case went; empty if all is well. */
export async function wrongsOf(
  world: World,
  { retry }: Case,
  { broken, mended }: Played,
  audit: Auditor,
): Promise<string[]> {
  const left = (await audit(broken)).filter((it) => !RECOVERABLE.includes(it.split(' ')[0] ?? ''));
  return [
    ...left.map((it) => `left ${it}`),
    ...(await audit(mended)).map((it) => `mended ${it}`),
    ...changedBetween(world.start, broken),
    ...changedBetween(broken, mended),
    ...(await forksOf([world.start, broken, mended])),
    ...(await countsOf(world, retry, { broken, mended })),
  ];
}

export type Auditor = (disk: Disk) => Promise<readonly string[]>;

/** Audits a disk in full. */
export const auditorOf = (world: World): Auditor => perState(world, (disk) => errorsOf(disk, world.indexed));

/** What is derived from a disk alone, once for each content of one: many cases end in the same. */
export function perState<T>(world: World, derive: (disk: Disk) => Promise<T>): (disk: Disk) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (disk) => {
    const state = fingerprint(world.start, disk);
    const found = known.get(state) ?? derive(disk);
    known.set(state, found);
    return found;
  };
}

/** What differs from the start, which is the same for all disks of a world. */
function fingerprint(start: Disk, disk: Disk): string {
  const parts = (['objects', 'notary'] as const).flatMap((part) => {
    const gone = [...start[part].keys()].filter((key) => !disk[part].has(key));
    const changed = [...disk[part]].filter(([key, bytes]) => start[part].get(key) !== bytes);
    return [...gone.map((key) => `${key} gone`), ...changed.map(([key, bytes]) => `${key} ${sha256Hex(bytes)}`)];
  });
  return parts.sort().join('\n');
}

async function errorsOf({ objects, notary }: Disk, bodies: boolean): Promise<string[]> {
  const notaryState = notaryStateIn(memoryObjects({ files: notary }), 'notary.json');
  const options = { objects: memoryObjects({ files: objects }), verifierKeys: [VKEY], notaryState, bodies };
  const { findings } = await auditLedger(options);
  return findings.filter((it) => it.severity === 'error').map((it) => `${it.code} ${it.object}`);
}

/** Objects are for ever, but for the newest checkpoint, which only grows. */
function changedBetween(before: Disk, after: Disk): string[] {
  const changed = [...before.objects].filter(([key, bytes]) => {
    const now = after.objects.get(key);
    return key !== CHECKPOINT_KEY && now !== bytes && (now === undefined || !sameBytes(now, bytes));
  });
  const [older, newer] = [before, after].map((it) => sizeOf(it));
  const backwards = older !== undefined && (newer === undefined || newer < older) ? ['the checkpoint went back'] : [];
  return [...changed.map(([key]) => `${key} was altered or removed`), ...backwards];
}

const KEYS = [parseVkey(VKEY)];

function sizeOf({ objects }: Disk): number | undefined {
  const note = objects.get(CHECKPOINT_KEY);
  return note && openCheckpointObject(CHECKPOINT_KEY, note, KEYS).size;
}

/** The newest checkpoint and those of every size. */
function headsOf({ objects }: Disk): Checkpoint[] {
  const notes = [...objects].filter(([key]) => key === CHECKPOINT_KEY || key.startsWith('checkpoints/'));
  return notes.map(([key, note]) => openCheckpointObject(key, note, KEYS));
}

/** Checkpoints, of whenever, that are not shown to extend the one before: two of one size must be the same. */
async function forksOf(disks: readonly Disk[]): Promise<string[]> {
  const heads = new Map(disks.flatMap(headsOf).map((it) => [it.note, it]));
  const ordered = [...heads.values()].sort((a, b) => a.size - b.size);
  const log = await openLog(memoryObjects({ files: disks.at(-1)?.objects ?? new Map() }), [VKEY]);
  const forks: string[] = [];
  for (const [at, newer] of ordered.entries()) {
    const older = ordered[at - 1] ?? newer;
    const proof = await log.consistencyProof(older.size, newer.size);
    if (!verifyConsistency(older, newer, proof)) forks.push(`${newer.size} is no extension of ${older.size}`);
  }
  return forks;
}

/** What was sealed is there once and in order; what failed is there as a whole and once, or not at all. */
async function countsOf(world: World, retry: EntrySet, { broken, mended }: Omit<Played, 'thrown'>): Promise<string[]> {
  const log = await openLog(memoryObjects({ files: mended.objects }), [VKEY]);
  const from = sizeOf(world.start) ?? 0;
  const fresh: string[] = [];
  for await (const { bytes } of log.entries(from)) fresh.push(sha256Hex(bytes));
  const [one = '', other = ''] = [world.entries.one, world.entries.other].map((set) => set.map(sha256Hex).join());
  const isPublished = (sizeOf(broken) ?? 0) > from;
  const again = isPublished && !world.indexed ? `${one},${one}` : one;
  const allowed = retry === 'one' ? [again] : isPublished ? [`${one},${other}`] : [other, `${one},${other}`];
  return allowed.includes(fresh.join()) ? [] : [`${fresh.length} entries are new, and not those that were sealed`];
}
