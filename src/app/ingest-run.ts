import type { FileReading } from '../collect/cloudtrail/match-events.ts';
import type { Place } from '../collect/cloudtrail/place.ts';
import type { Tally } from '../collect/cloudtrail/seen-events.ts';
import type { EventSelector } from '../model/check.ts';
import { eventBodies } from './event-bodies.ts';
import { keepEvents } from './event-memory.ts';
import { seal } from './seal.ts';
import type { Store } from './store.ts';

/** How much one run of an ingest may hold before it is sealed and the next begins. */
const RUN_LIMITS = { files: 4000, matched: 2000, events: 100_000, places: 1000, inflatedBytes: 64 * 1024 * 1024 };

/** Most entries that are sealed as one ledger batch, all or none. */
const ATOMIC_ENTRIES = 4096;

/** A run as it fills up. */
export interface OpenRun {
  readonly readings: FileReading[];
  readonly tallies: Map<Place, Tally>;
  matched: number;
  events: number;
  /** Of files in which something matched: the records held until they are sealed are no longer than these. */
  inflatedBytes: number;
}

export const openRun = (): OpenRun => ({ readings: [], tallies: new Map(), matched: 0, events: 0, inflatedBytes: 0 });

/** Adds a file; whether the run is to be sealed now. */
export function addReading(run: OpenRun, reading: FileReading): boolean {
  run.readings.push(reading);
  run.matched += reading.matched.length;
  run.events += reading.events;
  run.inflatedBytes += reading.matched.length > 0 ? reading.inflatedBytes : 0;
  return (
    run.readings.length >= RUN_LIMITS.files ||
    run.tallies.size >= RUN_LIMITS.places ||
    run.matched >= RUN_LIMITS.matched ||
    run.events >= RUN_LIMITS.events ||
    run.inflatedBytes >= RUN_LIMITS.inflatedBytes
  );
}

/** What every run of one ingest shares. */
export interface IngestContext {
  readonly store: Store;
  readonly at: string;
  readonly catalogue: string;
  readonly selectors: readonly EventSelector[];
  /** Runs that an ingest of the same catalogue and software began and did not end → their time. */
  readonly interrupted: ReadonlyMap<string, string>;
}

/**
 * Seals some files as one run, and gives its id and how many entries were written. What was counted and the
 * files it was counted in are in one ledger batch: after a crash either both are there or neither, so a
 * retry counts nothing twice. A retry over the same files goes on with the run that was interrupted and
 * finds the evidence that was sealed already.
 */
export async function sealRun(context: IngestContext, counted: OpenRun): Promise<{ run: string; entries: number }> {
  const { store } = context;
  const { run, at } = runOf(context, counted.readings);
  const { plan, evidence, counts, counted: kept } = eventBodies({ ...context, run, at }, counted);
  for (const it of kept) await keepEvents(store, it);
  const size = evidence.reduce((sum, group) => sum + group.length, 1 + counts.length);
  const parts = size <= ATOMIC_ENTRIES ? [[[plan], ...evidence, counts]] : [[[plan], ...evidence], [counts]];
  let entries = 0;
  for (const part of parts) entries += (await seal(store, part)).entries;
  return { run, entries };
}

function runOf({ store, at, interrupted }: IngestContext, readings: readonly FileReading[]) {
  const files = readings.map((it) => it.file.sha256);
  const idAt = (time: string): string => store.identity.id('run', 'ingest', time, ...files);
  for (const [run, time] of interrupted) if (idAt(time) === run) return { run, at: time };
  return { run: idAt(at), at };
}

/** Ingests whose plan is in the ledger and whose end is not. */
export async function interruptedIngests(store: Store, catalogue: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { body } of store.index.bodies('plan')) {
    const isSame = body.catalogue === catalogue && body.software === store.software;
    if (body.mode === 'ingest' && isSame) found.set(body.run, body.at);
  }
  for await (const { body } of store.index.bodies('run')) found.delete(body.run);
  return found;
}
