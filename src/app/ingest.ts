import type { Catalogue } from '../catalog/catalogue.ts';
import type { IdSet } from '../collect/cloudtrail/id-set.ts';
import { idSet } from '../collect/cloudtrail/id-set.ts';
import type { FileReading, Matchers, SiftedRecord } from '../collect/cloudtrail/match-events.ts';
import { arrange, countRecords, siftRecords } from '../collect/cloudtrail/match-events.ts';
import type { Place } from '../collect/cloudtrail/place.ts';
import { placer } from '../collect/cloudtrail/place.ts';
import { seenEvents } from '../collect/cloudtrail/seen-events.ts';
import type { TrailFile } from '../collect/cloudtrail/trail-file.ts';
import { sha256Of } from '../collect/cloudtrail/trail-file.ts';
import { catalogueDigest } from './catalogue.ts';
import type { EventMemory } from './event-memory.ts';
import { eventMemory } from './event-memory.ts';
import type { IngestResult } from './ingest-result.ts';
import { addFile, emptyResult } from './ingest-result.ts';
import type { IngestContext, OpenRun } from './ingest-run.ts';
import { addReading, interruptedIngests, openRun, sealRun } from './ingest-run.ts';
import { recover } from './seal.ts';
import type { Store } from './store.ts';
import { stampNewest } from './timestamps.ts';

export interface IngestRequest {
  readonly files: AsyncIterable<TrailFile>;
  readonly catalogue: Catalogue;
  readonly onFile?: (files: number) => void;
  /** The run's time; the clock's where left out. */
  readonly at?: string;
}

/**
 * Ingests delivered CloudTrail files: evidence for the events that a selector matches, and for every
 * account, day and selector an observation with the population that was looked at. Files that the ledger holds
 * already, by whatever name, are passed over, and an event that was counted once is never counted again.
 * Many files become several runs, one after the other, so that memory does not grow with the input.
 */
export async function ingest(store: Store, request: IngestRequest): Promise<IngestResult> {
  await recover(store);
  const context = await contextOf(store, request);
  const readFile = await reader(store, request.catalogue);
  const result = emptyResult();
  const memory = readFile.memory;
  let run = openRun();
  const end = async (): Promise<void> => {
    const sealed = await sealRun(context, run);
    result.runs.push(sealed.run);
    result.entries += sealed.entries;
    run = openRun();
  };
  for await (const file of request.files) {
    const reading = await readFile.read(file, run);
    addFile(result, reading);
    request.onFile?.(result.files);
    if (reading !== undefined && addReading(run, reading)) await end();
  }
  if (run.readings.length > 0) await end();
  return { ...result, forgotten: memory.forgotten.size, ...(await stampNewest(store)) };
}

async function contextOf(store: Store, { catalogue, at = store.clock.now() }: IngestRequest): Promise<IngestContext> {
  const digest = catalogueDigest(catalogue);
  const selectors = [...catalogue.events.values()].map((it) => it.selector);
  return { store, at, catalogue: digest, selectors, interrupted: await interruptedIngests(store, digest) };
}

interface Reader {
  readonly memory: EventMemory;
  /** Undefined for a file that the ledger holds already. */
  read(file: TrailFile, run: OpenRun): Promise<FileReading | undefined>;
}

async function reader(store: Store, catalogue: Catalogue): Promise<Reader> {
  const seed = Number.parseInt(store.identity.id('event-ids').slice(0, 8), 16) | 0;
  const known = await ingestedFiles(store, seed);
  const memory = await eventMemory(store);
  const [place, seen] = [placer(), seenEvents(seed)];
  const matchers = matchersOf(catalogue);
  const read = async (file: TrailFile, { tallies }: OpenRun): Promise<FileReading | undefined> => {
    const sha256 = sha256Of(file.bytes);
    if (file.tooLarge === undefined && known.has(wordsOf(sha256), 0)) return undefined;
    const sifted = siftRecords(file, sha256, { place, matchers });
    await memory.recall(placesOf(sifted.records), seen);
    return countRecords(sifted, { seen, tallies });
  };
  return { memory, read };
}

function placesOf(records: readonly SiftedRecord[]): Set<Place> {
  const places = new Set<Place>();
  for (const { place } of records) if (typeof place !== 'string') places.add(place);
  return places;
}

/** The selectors of a catalogue, ready to be asked. */
export const matchersOf = ({ events }: Catalogue): Matchers =>
  arrange(
    [...events.values()].map(({ selector, compiled: { matches, guess, names } }) => ({
      name: selector.name,
      matches,
      guess,
      names,
    })),
  );

/** The hash of a file that was too large to be read at all, and of an empty one. */
const UNREAD = sha256Of(new Uint8Array(0));

/** Hashes of the files of every earlier run; half of each is more than enough to tell files apart. */
async function ingestedFiles(store: Store, seed: number): Promise<IdSet> {
  const known = idSet(seed);
  for await (const { body } of store.index.bodies('run')) {
    for (const { sha256, bytes } of body.files) if (bytes === 0 || sha256 !== UNREAD) known.add(wordsOf(sha256), 0);
  }
  return known;
}

function wordsOf(sha256: string): Uint32Array {
  const bytes = Buffer.from(sha256, 'hex');
  return Uint32Array.of(bytes.readUInt32BE(0), bytes.readUInt32BE(4), bytes.readUInt32BE(8), bytes.readUInt32BE(12));
}
