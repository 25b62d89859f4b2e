import type { FileReading } from '../collect/cloudtrail/match-events.ts';
import type { Place } from '../collect/cloudtrail/place.ts';
import type { Tally } from '../collect/cloudtrail/seen-events.ts';
import { canonicalize } from '../ledger/canonical.ts';
import type { EventSelector } from '../model/check.ts';
import type { Failure, Retrieval } from '../model/retrieval.ts';
import type { FailedTask, LookedAt } from '../model/run.ts';
import { eventBodies } from './event-bodies.ts';
import { EVENTS_SERVICE, keepEvents } from './event-memory.ts';
import type { AccountDay, IngestDays } from './ingest-days.ts';
import { createLines } from './objects.ts';
import { seal } from './seal.ts';
import type { Store } from './store.ts';

/** How much one run of an ingest may hold before it is sealed and the next begins. */
const RUN_LIMITS = {
  files: 4000,
  matched: 2000,
  events: 100_000,
  places: 1000,
  inflatedBytes: 64 * 1024 * 1024,
  calls: 4000,
};

/** Failures of one account and region that a run names. */
const MAX_FAILURES = 100;

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
  /** `account region` → what could not be read there. */
  readonly failed: Map<string, FailedTask>;
  readonly looked: LookedAt[];
  /** Recorded calls; delivered files are none. */
  readonly calls: Retrieval[];
}

export const openRun = (): OpenRun => ({
  readings: [],
  tallies: new Map(),
  matched: 0,
  events: 0,
  inflatedBytes: 0,
  failed: new Map(),
  looked: [],
  calls: [],
});

/** Adds what could not be read. The first hundred of an account and region are named. */
export function addFailure(
  { failed }: OpenRun,
  { account, region }: Pick<FailedTask, 'account' | 'region'>,
  failure: Failure,
): void {
  const key = `${account} ${region}`;
  const task = failed.get(key) ?? { account, region, service: EVENTS_SERVICE, failures: [] };
  if (task.failures.length < MAX_FAILURES) task.failures.push(failure);
  failed.set(key, task);
}

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
    run.calls.length >= RUN_LIMITS.calls ||
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
  readonly via: 'files' | 'lookup';
  readonly days: IngestDays;
  /** Selectors of which `via` cannot find every event, each with the reason. */
  readonly unsupported: ReadonlyMap<string, Failure>;
}

/**
 * Seals some files as one run, and gives its id and how many entries were written. What was counted and the
 * files it was counted in are in one ledger batch: after a crash either both are there or neither, so a
 * retry counts nothing twice. A retry over the same files goes on with the run that was interrupted and
 * finds the evidence that was sealed already. `due` are days that are observed without an event.
 */
export async function sealRun(
  context: IngestContext,
  open: OpenRun,
  due: readonly AccountDay[],
): Promise<{ run: string; entries: number }> {
  const { store, days, unsupported } = context;
  const { run, at } = runOf(context, open, due);
  const calls = open.calls.map((it) => canonicalize(it));
  const retrievals = calls.length === 0 ? null : await createLines(store.objects, 'retrievals', calls);
  const failureOf = (it: AccountDay, selector: string) => days.failureOf(it) ?? unsupported.get(selector);
  const failed = [...open.failed.values()].toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const bodies = eventBodies({ ...context, run, at, failureOf, retrievals }, { ...open, due, failed });
  const { plan, evidence, counts, counted: kept } = bodies;
  for (const it of kept) await keepEvents(store, it);
  const size = evidence.reduce((sum, group) => sum + group.length, 1 + counts.length);
  const parts = size <= ATOMIC_ENTRIES ? [[[plan], ...evidence, counts]] : [[[plan], ...evidence], [counts]];
  let entries = 0;
  for (const part of parts) entries += (await seal(store, part)).entries;
  days.said([...open.tallies.keys(), ...due]);
  return { run, entries };
}

const placeOf = ({ account, region }: FailedTask): string => `${account} ${region}`;

function runOf({ store, at, interrupted }: IngestContext, { readings, looked }: OpenRun, due: readonly AccountDay[]) {
  const files = readings.map((it) => it.file.sha256);
  // A look that found no file is named by where it looked.
  const looks = looked.map((it) => `${it.of} ${it.account} ${it.region}`);
  const said = [...looks, ...due.map((it) => `${it.account} ${it.day}`)];
  const idAt = (time: string): string => store.identity.id('run', 'ingest', time, ...files, ...said);
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
