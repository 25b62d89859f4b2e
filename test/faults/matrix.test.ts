import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../scripts/generated/root.ts';
import { faults } from './faults.ts';
import { allPairs, matrix, type Pair, type Tried } from './matrix.ts';
import { wireFaults } from './wire.ts';
import { firstRun } from './world.ts';

const SEED = 20261001;

/** Mulberry32: the same sample on every machine. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One pair of every service and fault. */
function sample(pairs: readonly Pair[]): Pair[] {
  const next = chance(SEED);
  const groups = Map.groupBy(pairs, ({ task, fault }) => `${task.service.id} ${fault.id}`);
  return [...groups.values()].flatMap((of) => of[Math.floor(next() * of.length)] ?? []);
}

const world = firstRun(join(projectRoot, 'demo/recording')).then(async (tasks) =>
  allPairs(tasks, [...faults, ...(await wireFaults(tasks.flatMap((it) => it.calls)))]),
);

async function tryAll(pairs: readonly Pair[]): Promise<Tried[]> {
  const run = matrix();
  const tried: Tried[] = [];
  for (const pair of pairs) tried.push(await run(pair));
  return tried;
}

/** Each call and fault that breaks a rule, with the first thing that is wrong. */
const broken = (tried: readonly Tried[]): string[] =>
  tried.flatMap(({ operation, input, fault, violations }) =>
    violations
      .slice(0, 1)
      .map((it) => `${it.rule}: ${operation} ${input}, ${fault}: ${it.source} ${it.subject}: ${it.after}`),
  );

describe('one call that goes wrong', () => {
  it('makes outcomes inconclusive with the real error and changes no verdict, whatever service and fault', async () => {
    const tried = await tryAll(sample(await world));
    expect(tried.length).toBeGreaterThan(60);
    expect(broken(tried)).toEqual([]);
    expect(tried.filter((it) => it.inconclusive > 0).length).toBeGreaterThan(tried.length / 2);
  });

  it('never becomes a known absence or an empty list where nothing in it is of AWS', async () => {
    const tested = [
      'ListBuckets',
      'GetBucketVersioning',
      'GetBucketLogging',
      'GetBucketLocation',
      'GetPublicAccessBlock',
    ];
    const ids = ['empty answer', '200, no body', '200, HTML'];
    const empty = (await world).filter(({ call, fault }) => ids.includes(fault.id) && tested.includes(call.operation));
    const first = [...Map.groupBy(empty, ({ call, fault }) => `${call.operation} ${fault.id}`).values()];
    expect(broken(await tryAll(first.flatMap((of) => of[0] ?? [])))).toEqual([]);
  });

  it('never becomes a known absence where the service did say so before', async () => {
    const absent = (await world).filter(({ call }) => call.error?.kind === 'rejected');
    const names = Map.groupBy(absent, ({ call, fault }) => `${call.error?.name} ${fault.id}`);
    const tried = await tryAll([...names.values()].flatMap((of) => of[0] ?? []));
    expect(tried.length).toBeGreaterThan(30);
    expect(broken(tried)).toEqual([]);
  });
});
