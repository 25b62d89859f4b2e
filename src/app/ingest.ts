import type { Catalogue } from '../catalog/catalogue.ts';
import type { TrailReading } from '../collect/cloudtrail/match-events.ts';
import { matchEvents } from '../collect/cloudtrail/match-events.ts';
import type { TrailFile } from '../collect/cloudtrail/trail-file.ts';
import { catalogueDigest } from './catalogue.ts';
import { eventBodies } from './event-bodies.ts';
import { recover, seal } from './seal.ts';
import type { Store } from './store.ts';

export interface IngestRequest {
  readonly files: AsyncIterable<TrailFile>;
  readonly catalogue: Catalogue;
  readonly onFile?: (files: number) => void;
  /** The run's time; the clock's where left out. */
  readonly at?: string;
}

export interface IngestResult {
  readonly run: string;
  readonly files: number;
  readonly malformed: number;
  readonly records: number;
  /** Distinct event ids. */
  readonly events: number;
  readonly duplicates: number;
  /** Records that are no CloudTrail records. */
  readonly foreign: number;
  /** Distinct events that at least one selector matched. */
  readonly matched: number;
  /** Ledger entries written. */
  readonly entries: number;
  readonly problems: readonly { readonly file: string; readonly problem: string }[];
}

/**
 * Ingests delivered CloudTrail files: evidence for the events that a selector matches, and for every
 * account, day and selector an observation with the population that was looked at. The counts
 * describe the input; files that the ledger holds already add nothing to it.
 */
export async function ingest(store: Store, request: IngestRequest): Promise<IngestResult> {
  await recover(store);
  const known = await ingestedFiles(store);
  const selectors = [...request.catalogue.events.values()];
  const matchers = selectors.map(({ selector, compiled }) => ({ name: selector.name, matches: compiled.matches }));
  const reading = await matchEvents(request.files, matchers, { known, onFile: request.onFile });
  const at = request.at ?? store.clock.now();
  const fresh = reading.files.filter((it) => !known.has(it.sha256));
  const run = store.identity.id('run', 'ingest', at, ...fresh.map((it) => it.sha256));
  const catalogue = catalogueDigest(request.catalogue);
  const bodies = eventBodies(
    { store, run, at, catalogue, selectors: selectors.map((it) => it.selector) },
    reading,
    known,
  );
  const entries = fresh.length === 0 ? 0 : (await seal(store, bodies)).entries;
  return { run, ...countsOf(reading), entries };
}

function countsOf(reading: TrailReading): Omit<IngestResult, 'run' | 'entries'> {
  const problems = reading.files.flatMap(({ file, malformed }) =>
    malformed === undefined ? [] : [{ file, problem: malformed }],
  );
  return {
    files: reading.files.length,
    malformed: problems.length,
    records: reading.records,
    events: reading.events.size,
    duplicates: reading.duplicates,
    foreign: reading.foreign,
    matched: new Set(reading.matched.map((it) => it.event.eventID)).size,
    problems,
  };
}

async function ingestedFiles(store: Store): Promise<Set<string>> {
  const known = new Set<string>();
  for await (const { body } of store.index.bodies('run')) {
    for (const file of body.files) known.add(file.sha256);
  }
  return known;
}
