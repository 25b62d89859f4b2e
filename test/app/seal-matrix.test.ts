import { expect, it } from 'vitest';
import { sqliteIndex } from '../../src/adapters/local/sqlite-index.ts';
import type { Fault } from '../../src/adapters/memory/objects.ts';
import { replay } from '../../src/app/replay.ts';
import { seal } from '../../src/app/seal.ts';
import { openLog } from '../../src/ledger/read.ts';
import type { Body } from '../../src/model/entry.ts';
import type { EvidenceIndex } from '../../src/ports/evidence-index.ts';
import type { Signer } from '../../src/ports/signer.ts';
import { planBody, testSigner, VKEY } from '../ledger/helpers.ts';
import {
  auditorOf,
  casesOf,
  type EntrySet,
  perState,
  play,
  type Step,
  stepsOf,
  type World,
  wrongsOf,
} from '../ledger/matrix.ts';
import { answersOf, copyOf, type Disk, emptyDisk, storeOf } from './store-of.ts';

/** What Sunlight's matrix crosses 256 with: 254 leaves, then 3. */
const BEFORE = 254;
const SETS: Readonly<Record<EntrySet, Body[]>> = { one: plans(1000, 3), other: plans(2000, 5) };

function plans(from: number, count: number): Body[] {
  return Array.from({ length: count }, (_, at) => planBody(from + at));
}

/** Lets the methods of a port fail before they do something, or after. */
async function stepped<T>(fault: Fault, action: () => Promise<T>): Promise<T> {
  if (fault === 'fail') throw new Error('injected fault');
  const result = await action();
  if (fault === 'fail-after') throw new Error('injected fault, after it was done');
  return result;
}

function steppedSigner(step: Step): Signer {
  const signer = testSigner();
  return {
    ...signer,
    publicKey: () => stepped(step('key', 'signer'), () => signer.publicKey()),
    sign: (message) => stepped(step('sign', 'signer'), () => signer.sign(message)),
  };
}

function steppedIndex(index: EvidenceIndex, step: Step): EvidenceIndex {
  return {
    ...index,
    size: () => stepped(step('size', 'index'), () => index.size()),
    find: (hash) => stepped(step('find', 'index'), () => index.find(hash)),
    apply: (entries) => stepped(step('apply', 'index'), () => index.apply(entries)),
  };
}

/** Indexes outlive processes, as files do: one for each disk. */
const indexes = new WeakMap<Disk, EvidenceIndex>();

async function sealed(disk: Disk, set: EntrySet, step: Step): Promise<void> {
  const index = indexes.get(disk) ?? sqliteIndex(':memory:');
  indexes.set(disk, index);
  const store = storeOf(disk, { fault: step, signer: steppedSigner(step), index: steppedIndex(index, step) });
  await seal(store, [SETS[set]]);
}

async function entriesOf(disk: Disk, set: EntrySet): Promise<Uint8Array[]> {
  const copy = copyOf(disk);
  await sealed(copy, set, () => 'ok');
  const entries = (await openLog(storeOf(copy).objects, [VKEY])).entries(BEFORE);
  return Array.fromAsync(entries, ({ bytes }) => bytes);
}

async function worldOf(): Promise<World> {
  const start = emptyDisk();
  await seal(storeOf(start), [plans(0, BEFORE)]);
  const entries = { one: await entriesOf(start, 'one'), other: await entriesOf(start, 'other') };
  return { start, seal: sealed, entries, indexed: true };
}

const world = await worldOf();
const STEPS = await stepsOf(world);
const audit = auditorOf(world);
/** What an index answers that was made of the ledger alone. */
const replayed = perState(world, async (disk) => {
  const fresh = storeOf(disk);
  await replay(fresh);
  return answersOf(fresh);
});

it(`meets every kind of I/O in ${STEPS.length} steps`, () => {
  const kinds = STEPS.map((it) => it.replace(/\d{16}|\d{3}.*$/, '#'));
  expect(kinds).toEqual(
    expect.arrayContaining([
      'create evidence/….jsonl.gz',
      'create batch/#',
      'create tile/entries/#',
      'create tile/0/#',
      'create tile/1/#',
      'get notary.json',
      'replace notary.json',
      'key signer',
      'sign signer',
      'create checkpoints/#',
      'replace checkpoint',
      'list checkpoints/',
      'apply index',
    ]),
  );
});

it.each(casesOf(STEPS))('254 entries, then 3: $fault at $what (step $at), then set "$retry"', async (it) => {
  const played = await play(world, it);
  expect(played.thrown).toMatchObject({ message: expect.stringContaining('injected fault') });
  expect(await wrongsOf(world, it, played, audit)).toEqual([]);
  const kept = { ...storeOf(played.mended), index: indexes.get(played.mended) ?? sqliteIndex(':memory:') };
  expect(await answersOf(kept)).toEqual(await replayed(played.mended));
});
