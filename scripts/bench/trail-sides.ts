// One side of the measurement, in a process of its own: `trail-sides.ts base|ours|whole`, told what to read by messages.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { fixedClock } from '../../src/adapters/local/clock.ts';
import { keepHeapLean } from '../../src/adapters/local/lean-heap.ts';
import { initStore, openStore } from '../../src/adapters/local/store.ts';
import { localTrailFiles } from '../../src/adapters/local/trail-files.ts';
import { ingestedEvents } from '../../src/app/catalogue.ts';
import { ingest, matchersOf } from '../../src/app/ingest.ts';
import { addReading, openRun } from '../../src/app/ingest-run.ts';
import { countRecords, siftRecords } from '../../src/collect/cloudtrail/match-events.ts';
import { placer } from '../../src/collect/cloudtrail/place.ts';
import { seenEvents } from '../../src/collect/cloudtrail/seen-events.ts';
import type { TrailFile } from '../../src/collect/cloudtrail/trail-file.ts';
import { sha256Of } from '../../src/collect/cloudtrail/trail-file.ts';

/** Files to take in, or no more of them. */
export type Turn = { readonly folder: string; readonly files: readonly string[] } | 'end';

/** What a turn took. */
export interface Taken {
  /** Seconds of the clock. */
  readonly wall: number;
  /** Seconds of processor time, of all threads. */
  readonly cpu: number;
  /** Most bytes of memory that the process ever held. */
  readonly peak: number;
  /** Since the beginning. */
  readonly events: number;
  readonly matched: number;
}

type Sums = Pick<Taken, 'events' | 'matched'>;

/** Takes turns; gives what it has counted so far. */
type Side = (turn: Turn) => Promise<Sums>;

const nextTurn = (): Promise<Turn> => new Promise((resolve) => process.once('message', (it) => resolve(it as Turn)));

/** What anybody must do who looks into every record, with the defaults of Node. */
async function base(): Promise<Side> {
  return async (turn) => {
    if (turn !== 'end') for (const file of turn.files) JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));
    return { events: 0, matched: 0 };
  };
}

/** What an ingest does up to sealing: hash, bounds, placing, counting once, populations, all selectors. */
async function ours(): Promise<Side> {
  keepHeapLean();
  const sieve = { place: placer(), matchers: matchersOf(ingestedEvents(await loadCatalogueFiles())) };
  const seen = seenEvents(1);
  const sums = { events: 0, matched: 0 };
  let run = openRun();
  return async (turn) => {
    for (const name of turn === 'end' ? [] : turn.files) {
      const bytes = readFileSync(name);
      const reading = countRecords(siftRecords({ name, bytes }, sha256Of(bytes), sieve), {
        seen,
        tallies: run.tallies,
      });
      sums.events += reading.events;
      sums.matched += new Set(reading.matched.map((it) => it.index)).size;
      if (addReading(run, reading)) run = openRun();
    }
    return { ...sums };
  };
}

/** The use case as the command runs it, into a store on this disk: what matches is redacted, sealed, signed and indexed too. */
async function whole(): Promise<Side> {
  keepHeapLean();
  const clock = fixedClock('2026-11-01T00:00:00.000Z');
  const root = mkdtempSync(join(tmpdir(), 'witnessmark-bench-store-'));
  await initStore(root, { organisation: 'Bench', clock });
  const store = await openStore(root, { clock, software: 'bench' });
  const catalogue = await loadCatalogueFiles();
  const turns = channel<Turn>();
  const asked = channel<void>();
  async function* files(): AsyncGenerator<TrailFile> {
    for (let turn = await turns.take(); turn !== 'end'; turn = await turns.take()) {
      yield* localTrailFiles([turn.folder]);
      asked.put();
    }
  }
  const result = ingest(store, { files: files(), catalogue });
  return async (turn) => {
    turns.put(turn);
    // What goes wrong must end the turn, or it would wait for ever.
    if (turn !== 'end') await Promise.race([asked.take(), result]);
    if (turn !== 'end') return { events: 0, matched: 0 };
    const { events, matched } = await result;
    await store.index.close();
    rmSync(root, { recursive: true });
    return { events, matched };
  };
}

/** Hands over one thing at a time, from one asynchronous function to another. */
function channel<T>() {
  let next = Promise.withResolvers<T>();
  return {
    put: (value: T): void => next.resolve(value),
    take: async (): Promise<T> => {
      const value = await next.promise;
      next = Promise.withResolvers<T>();
      return value;
    },
  };
}

const SIDES: Readonly<Record<string, () => Promise<Side>>> = { base, ours, whole };

async function main(name = ''): Promise<void> {
  const side = await SIDES[name]?.();
  if (side === undefined) throw new RangeError(`expected base, ours or whole, found "${name}"`);
  let coming = nextTurn();
  process.send?.('ready');
  for (let turn: Turn | undefined; turn !== 'end'; ) {
    turn = await coming;
    const [clock, cpu] = [performance.now(), process.cpuUsage()];
    const sums = await side(turn);
    const [wall, { user, system }] = [(performance.now() - clock) / 1000, process.cpuUsage(cpu)];
    coming = nextTurn();
    const taken: Taken = { wall, cpu: (user + system) / 1e6, peak: process.resourceUsage().maxRSS * 1024, ...sums };
    process.send?.(taken);
  }
  process.disconnect();
}

await main(process.argv[2]);
