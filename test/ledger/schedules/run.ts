import { sqliteIndex } from '../../../src/adapters/local/sqlite-index.ts';
import { memoryObjects } from '../../../src/adapters/memory/objects.ts';
import { replay, syncIndex } from '../../../src/app/replay.ts';
import { canonicalize } from '../../../src/ledger/canonical.ts';
import { integrate } from '../../../src/ledger/integrate.ts';
import { sameBytes } from '../../../src/ledger/merkle.ts';
import { createNotary } from '../../../src/ledger/notary.ts';
import { notaryStateIn } from '../../../src/ledger/notary-state.ts';
import { openLog } from '../../../src/ledger/read.ts';
import { answersOf, auditOf, copyOf, type Disk, emptyDisk, storeOf } from '../../app/store-of.ts';
import { append, ORIGIN, planBody, planEntries, randomOf, storeBodies, testSigner, VKEY } from '../helpers.ts';
import { type EntrySet, forger, indexer, reader, sameEntries, writer } from './actors.ts';
import type { Bug } from './bugs.ts';
import { interleave } from './scheduler.ts';
import { publishedSize, type World } from './world.ts';

/** What was played. */
export interface Counts {
  readonly schedules: number;
  readonly operations: number;
  readonly faults: number;
  readonly crashes: number;
  /** Sizes that were signed. */
  readonly checkpoints: number;
  /** Entries that were acknowledged. */
  readonly entries: number;
}

export interface Result extends Counts {
  readonly seed: number;
  /** What must never be; empty where all is well. */
  readonly wrongs: readonly string[];
}

export const NOTHING: Counts = { schedules: 0, operations: 0, faults: 0, crashes: 0, checkpoints: 0, entries: 0 };

export function added(a: Counts, b: Counts): Counts {
  const names = Object.keys(NOTHING) as (keyof Counts)[];
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as unknown as Counts;
}

/** Where half of the schedules begin, so that they cross the first 256 entries. */
const BEFORE = 250;
const SETS = 24;
const SETS_A_WRITER = 3;
const FAULT_RATES = [0, 0.01, 0.03, 0.08];
/** A part of the schedules that cross finds somebody else's bytes in the place of a full tile. */
const SABOTAGED = 0.15;
const SABOTAGE = ['tile/entries/000', 'tile/0/000'];

/** What all schedules begin from, made once. */
export interface Material {
  readonly empty: Disk;
  readonly long: Disk;
  readonly sets: readonly EntrySet[];
}

export async function materialOf(): Promise<Material> {
  const empty = emptyDisk();
  const objects = memoryObjects({ files: empty.objects });
  const sets: EntrySet[] = [];
  for (let at = 0; at < SETS; at++) {
    const bodies = Array.from({ length: 1 + ((at * 7) % 12) }, (_, offset) => planBody(1000 * (at + 1) + offset));
    sets.push({ bodies, entries: await storeBodies(objects, bodies) });
  }
  const long = copyOf(empty);
  const store = storeOf(long);
  await append({ ...store, notaryState: notaryOf(long) }, await planEntries(store.objects, 0, BEFORE));
  return { empty, long, sets };
}

const notaryOf = (disk: Disk) => notaryStateIn(memoryObjects({ files: disk.notary }), 'notary.json');

/** Plays the schedule of a seed: four writers, one of them with an index, a reader, and a forger. */
export async function schedule(material: Material, seed: number, bug: Partial<Bug> = {}): Promise<Result> {
  const random = randomOf(seed);
  const isLong = random() < 0.5;
  const disk = copyOf(isLong ? material.long : material.empty);
  const isSabotaged = isLong && random() < SABOTAGED;
  if (isSabotaged) disk.objects.set(SABOTAGE[Math.floor(random() * 2)] ?? '', Buffer.alloc(64, seed));
  const sets = shuffled(material.sets, random);
  const take = () => sets.splice(0, SETS_A_WRITER);
  const plain = sqliteIndex(':memory:');
  const store = storeOf(disk, { index: bug.index?.(plain) ?? plain });
  const faultRate = FAULT_RATES[Math.floor(random() * FAULT_RATES.length)] ?? 0;
  const counts = { operations: 0, faults: 0, crashes: 0 };
  const start = {
    disk,
    random,
    bug,
    faultRate,
    counts,
    acks: [],
    signed: [],
    wrongs: [],
    promised: 0,
    alarmed: false,
    calm: false,
  };
  let world: World | undefined;
  await interleave(random, (turn) => {
    world = Object.assign(start, { turn });
    const own = world;
    const writers = ['first', 'second', 'third'].map((name) => writer(own, name, take()));
    return Promise.all([...writers, indexer(own, store, take()), reader(own, 12), forger(own, 4)]);
  });
  if (world === undefined) throw new Error('unreachable');
  world.calm = true;
  const wrongs = isSabotaged ? sabotageWrongs(world) : [...world.wrongs, ...(await finalWrongs(world, store))];
  await store.index.close();
  const checkpoints = new Set(world.signed.map((it) => it.size)).size;
  return {
    seed,
    wrongs,
    schedules: 1,
    ...counts,
    checkpoints,
    entries: world.acks.reduce((sum, it) => sum + it.entries.length, 0),
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** Whoever meets the foreign tile must say so; past it, nothing may be published. */
function sabotageWrongs(world: World): string[] {
  if (publishedSize(world) < 256) return [];
  return ['a tree is published over a tile of somebody else'];
}

/** After everybody is done: a clean run, then everything against everything. */
async function finalWrongs(world: World, store: ReturnType<typeof storeOf>): Promise<string[]> {
  try {
    const notary = createNotary({ state: notaryOf(world.disk), signer: testSigner(), origin: ORIGIN });
    await integrate({ objects: store.objects, notary });
    return [...(await auditWrongs(world)), ...(await logWrongs(world)), ...(await indexWrongs(store))];
  } catch (thrown) {
    return [`the end: ${String(thrown)}`];
  }
}

async function auditWrongs({ disk }: World): Promise<string[]> {
  const { findings } = await auditOf(disk);
  return findings.filter((it) => it.severity === 'error').map((it) => `audit: ${it.code} ${it.object}`);
}

/** Acknowledged entries at their indices, and every tree that was ever signed. */
async function logWrongs({ disk, acks, signed }: World): Promise<string[]> {
  const log = await openLog(memoryObjects({ files: disk.objects }), [VKEY]);
  const sealed = await Array.fromAsync(log.entries(), ({ bytes }) => bytes);
  const wrongs = acks
    .filter(({ start, entries }) => !sameEntries(sealed.slice(start, start + entries.length), entries))
    .map(({ start, entries }) => `${entries.length} entries are not at ${start}, where they were acknowledged`);
  for (const { size, root } of signed) {
    const isPrefix = size <= sealed.length && sameBytes(await log.root(size), root);
    if (!isPrefix) wrongs.push(`a tree of ${size} entries was signed that the log does not extend`);
  }
  return wrongs;
}

async function indexWrongs(store: ReturnType<typeof storeOf>): Promise<string[]> {
  await syncIndex(store);
  const fresh = { ...store, index: sqliteIndex(':memory:') };
  await replay(fresh);
  // The order of keys in a body is not the index's to keep.
  const [own, replayed] = [await answersOf(store), await answersOf(fresh)].map(canonicalize);
  await fresh.index.close();
  return own === replayed ? [] : ['the index answers other than a replay'];
}
