// Measures one size of input in a process of its own: `trail-measure.ts speed|ingest <MB>` prints one line of JSON.
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { fixedClock } from '../../src/adapters/local/clock.ts';
import { initStore, openStore } from '../../src/adapters/local/store.ts';
import { ingest, matchersOf } from '../../src/app/ingest.ts';
import { addReading, openRun } from '../../src/app/ingest-run.ts';
import { matchRecords, placeRecords } from '../../src/collect/cloudtrail/match-events.ts';
import { placer } from '../../src/collect/cloudtrail/place.ts';
import { seenEvents } from '../../src/collect/cloudtrail/seen-events.ts';
import type { TrailFile } from '../../src/collect/cloudtrail/trail-file.ts';
import { sha256Of } from '../../src/collect/cloudtrail/trail-file.ts';
import type { Order, Portion } from './trail-writer.ts';

/** Seconds where not said otherwise. */
export interface Measured {
  bytes: number;
  files: number;
  records: number;
  base: number;
  ours: number;
  /** Time of `base` over time of `ours`, of each portion. */
  ratios: number[];
  events: number;
  matched: number;
  /** Bytes. */
  peak: number;
}

/** How many files each side takes before it is the other's turn. */
const TURN_FILES = 40;

const folder = mkdtempSync(join(tmpdir(), 'witnessmark-bench-'));
const writer = fork(new URL('./trail-writer.ts', import.meta.url));

async function portions(bytes: number, work: (portion: Portion) => void): Promise<Measured> {
  const told: Measured = {
    bytes: 0,
    files: 0,
    records: 0,
    base: 0,
    ours: 0,
    ratios: [],
    events: 0,
    matched: 0,
    peak: 0,
  };
  for (let index = 0; told.bytes < bytes; index += 1) {
    const portion = await order({ folder: join(folder, 'files'), portion: index });
    told.bytes += portion.bytes;
    told.files += portion.files.length;
    told.records += portion.records;
    work(portion);
  }
  return told;
}

const order = (wanted: Order): Promise<Portion> =>
  new Promise((resolve) => {
    writer.once('message', (portion) => resolve(portion as Portion));
    writer.send(wanted);
  });

/**
 * Processor time, of all threads: on a machine that others use too, the clock measures them as well.
 */
const secondsOf = (work: () => void): number => {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
};

/** Read, gunzip, JSON.parse: the least that anybody must do who looks into every record. */
function parseAlone(files: readonly string[]): void {
  for (const file of files) JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));
}

/** What an ingest does up to sealing: hash, bounds, placing, counting once, populations, all selectors. */
async function ourPath() {
  const matchers = matchersOf(await loadCatalogueFiles());
  const [place, seen] = [placer(), seenEvents(1)];
  let run = openRun();
  const sum = { events: 0, matched: 0 };
  const take = (files: readonly string[]): void => {
    for (const name of files) {
      const bytes = readFileSync(name);
      const reading = matchRecords(placeRecords({ name, bytes }, sha256Of(bytes), place), {
        matchers,
        seen,
        tallies: run.tallies,
      });
      sum.events += reading.events;
      sum.matched += reading.matched.length;
      if (addReading(run, reading)) run = openRun();
    }
  };
  return { take, sum };
}

async function speed(bytes: number): Promise<Measured> {
  const { take, sum } = await ourPath();
  let [base, ours] = [0, 0];
  const ratios: number[] = [];
  const told = await portions(bytes, ({ files }) => {
    for (let from = 0; from < files.length; from += TURN_FILES) {
      const some = files.slice(from, from + TURN_FILES);
      // The order alternates, so that neither always finds the files and the heap as the other left them.
      const isFirst = ratios.length % 2 === 0;
      const before = isFirst ? secondsOf(() => parseAlone(some)) : 0;
      const taken = secondsOf(() => take(some));
      const alone = isFirst ? before : secondsOf(() => parseAlone(some));
      base += alone;
      ours += taken;
      ratios.push(alone / taken);
    }
  });
  return { ...told, base, ours, ratios, ...sum, peak: process.resourceUsage().maxRSS * 1024 };
}

/** The whole use case into a store on this disk: what was matched is redacted, sealed and indexed too. */
async function whole(bytes: number): Promise<Measured> {
  const clock = fixedClock('2026-11-01T00:00:00.000Z');
  const root = join(folder, 'store');
  await initStore(root, { organisation: 'Bench', clock });
  const store = await openStore(root, { clock, software: 'bench' });
  let making = 0;
  const told: Measured = {
    bytes: 0,
    files: 0,
    records: 0,
    base: 0,
    ours: 0,
    ratios: [],
    events: 0,
    matched: 0,
    peak: 0,
  };
  async function* files(): AsyncGenerator<TrailFile> {
    for (let index = 0; told.bytes < bytes; index += 1) {
      const start = performance.now();
      const portion = await order({ folder: join(folder, 'files'), portion: index });
      making += performance.now() - start;
      told.bytes += portion.bytes;
      for (const name of portion.files) yield { name, bytes: readFileSync(name) };
    }
  }
  const start = performance.now();
  const result = await ingest(store, { files: files(), catalogue: await loadCatalogueFiles() });
  told.ours = (performance.now() - start - making) / 1000;
  await store.index.close();
  const { events, matched, records } = result;
  return { ...told, files: result.files, records, events, matched, peak: process.resourceUsage().maxRSS * 1024 };
}

const [mode, megabytes] = process.argv.slice(2);
try {
  const measured = await (mode === 'ingest' ? whole : speed)(Number(megabytes) * 1e6);
  process.stdout.write(`${JSON.stringify(measured)}\n`);
} finally {
  writer.kill();
  rmSync(folder, { recursive: true, force: true });
}
