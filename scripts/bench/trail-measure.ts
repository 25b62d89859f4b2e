import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Taken, Turn } from './trail-sides.ts';
import type { Order, Portion } from './trail-writer.ts';

/** What one side took for all of the input. */
export interface Side {
  wall: number;
  cpu: number;
  /** Bytes. */
  peak: number;
}

/** One size of input; seconds where not said otherwise. */
export interface Measured {
  bytes: number;
  files: number;
  records: number;
  events: number;
  matched: number;
  readonly base: Side;
  readonly ours: Side;
  readonly whole: Side;
  /** Processor time of `base` over that of `ours`, of each portion. */
  readonly ratios: number[];
}

type Name = 'base' | 'ours' | 'whole';

/** Whose turn is first alternates, so that neither always finds the files as the other left them. */
const ORDERS: readonly (readonly Name[])[] = [
  ['base', 'ours', 'whole'],
  ['whole', 'ours', 'base'],
];

/**
 * Gives every portion of at least so many bytes in all to each side, one side at a time, and adds up what they took. A
 * portion before them is not counted: what it measures is how long code takes that is not compiled yet.
 */
export async function measure(bytes: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'witnessmark-bench-'));
  const writer = fork(new URL('./trail-writer.ts', import.meta.url));
  const sides = { base: await side('base'), ours: await side('ours'), whole: await side('whole') };
  const told = nothing();
  try {
    for (let portion = 0; told.bytes < bytes; portion += 1) {
      const sum = portion === 0 ? nothing() : told;
      const made = await written(writer, { folder: join(folder, 'files'), portion });
      sum.bytes += made.bytes;
      sum.files += made.files.length;
      sum.records += made.records;
      const cpu = { base: 0, ours: 0, whole: 0 };
      for (const name of ORDERS[portion % ORDERS.length] ?? []) {
        const turn = { folder: join(folder, 'files'), files: made.files };
        cpu[name] = add(sum[name], await taken(sides[name], turn)).cpu;
      }
      sum.ratios.push(cpu.base / cpu.ours);
    }
    for (const name of ['base', 'ours', 'whole'] as const) {
      const { events, matched } = add(told[name], await taken(sides[name], 'end'));
      if (name === 'ours') Object.assign(told, { events, matched });
      if (name === 'whole' && (events !== told.events || matched !== told.matched))
        throw new Error(`the ingest counted ${events} events and ${matched} matches, the side without sealing others`);
    }
    return told;
  } finally {
    for (const it of [writer, ...Object.values(sides)]) it.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

const nothing = (): Measured => ({
  bytes: 0,
  files: 0,
  records: 0,
  events: 0,
  matched: 0,
  base: { wall: 0, cpu: 0, peak: 0 },
  ours: { wall: 0, cpu: 0, peak: 0 },
  whole: { wall: 0, cpu: 0, peak: 0 },
  ratios: [],
});

function add(sum: Side, it: Taken): Taken {
  sum.wall += it.wall;
  sum.cpu += it.cpu;
  sum.peak = it.peak;
  return it;
}

/** A process that has loaded everything and waits for its first turn. */
async function side(name: Name): Promise<ChildProcess> {
  const child = fork(new URL('./trail-sides.ts', import.meta.url), [name]);
  await message(child);
  return child;
}

async function taken(child: ChildProcess, turn: Turn): Promise<Taken> {
  child.send(turn);
  return message<Taken>(child);
}

async function written(writer: ChildProcess, order: Order): Promise<Portion> {
  writer.send(order);
  return message<Portion>(writer);
}

/** The next message; throws where the process ends instead. */
async function message<T>(child: ChildProcess): Promise<T> {
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([value]) => value as T),
      once(child, 'exit', { signal }).then(([code]): never => {
        throw new Error(`a process of the measurement ended with ${code}`);
      }),
    ]);
  } finally {
    waiting.abort();
  }
}
