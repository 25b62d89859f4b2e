import type { Catalogue, CatalogueEvent } from '../catalog/catalogue.ts';
import type { FileReading, Matchers, SiftedRecord } from '../collect/cloudtrail/match-events.ts';
import { arrange, countRecords, siftRecords } from '../collect/cloudtrail/match-events.ts';
import type { Place } from '../collect/cloudtrail/place.ts';
import { placer } from '../collect/cloudtrail/place.ts';
import { seenEvents } from '../collect/cloudtrail/seen-events.ts';
import type { TrailFile } from '../collect/cloudtrail/trail-file.ts';
import { sha256Of } from '../collect/cloudtrail/trail-file.ts';
import type { KnownTrail, TrailItem } from '../collect/cloudtrail/trail-item.ts';
import type { Failure } from '../model/retrieval.ts';
import { catalogueDigest, ingestedEvents } from './catalogue.ts';
import { type EarlierFiles, earlierFiles, isLost } from './earlier-files.ts';
import type { EventMemory } from './event-memory.ts';
import { eventMemory } from './event-memory.ts';
import type { AccountDay } from './ingest-days.ts';
import { ingestDays, NOT_TO_THE_END } from './ingest-days.ts';
import type { IngestResult } from './ingest-result.ts';
import { addFile, emptyResult } from './ingest-result.ts';
import type { IngestContext, OpenRun } from './ingest-run.ts';
import { addFailure, addReading, interruptedIngests, openRun, sealRun } from './ingest-run.ts';
import { recover } from './seal.ts';
import type { Store } from './store.ts';
import { stampNewest } from './timestamps.ts';

export interface IngestRequest {
  /** What there is to read; or who finds it, told what the ledger knows. */
  readonly files: AsyncIterable<TrailItem> | ((known: KnownTrail) => AsyncIterable<TrailItem>);
  readonly catalogue: Catalogue;
  /** Delivered files where left out. */
  readonly via?: 'files' | 'lookup';
  /** Selectors of which `via` cannot find every event, each with the reason. */
  readonly unsupported?: ReadonlyMap<string, Failure>;
  readonly onFile?: (files: number) => void;
  /** The run's time; the clock's where left out. */
  readonly at?: string;
  /** Whether the time is over: asked after each item. What was read until then is sealed. */
  readonly isOver?: () => boolean;
}

/**
 * Ingests CloudTrail events, from delivered files or from the event history: evidence for the events that a selector
 * matches, and for every account, day and selector an observation with the population that was looked at. An event that
 * was counted once is never counted again. Files that somebody hands over are passed over where the ledger holds them by
 * whatever name; who finds files is told their names and need not read them. A file that could not be read leaves its
 * days incomplete, until a later ingest has read it. Many files become several runs, one after the other, so that
 * memory does not grow with the input.
 */
export async function ingest(store: Store, request: IngestRequest): Promise<IngestResult> {
  await recover(store);
  const ledger = await earlierFiles(store);
  const memory = await eventMemory(store);
  const context = await contextOf(store, request, memory);
  const readFile = reader(request, ledger, memory);
  const result = emptyResult();
  let run = openRun();
  const end = async (due: readonly AccountDay[]): Promise<void> => {
    // Files are named once they were read, whatever was in them; an answer that held nothing new is nothing to keep.
    const counted = context.via === 'files' ? run.readings.length : run.events;
    if (counted + due.length === 0) {
      run = openRun();
      return;
    }
    const sealed = await sealRun(context, run, due);
    result.runs.push(sealed.run);
    result.entries += sealed.entries;
    run = openRun();
  };
  const endStretch = (): Promise<void> => end(context.days.due());
  const takeFile = async (file: TrailFile): Promise<void> => {
    const reading = await readFile(file, run);
    addFile(result, reading);
    if (reading === undefined) return;
    noteFile(context, run, file, reading);
    if (addReading(run, reading)) await end([]);
  };
  for await (const item of itemsOf(request, { at: context.at, ledger, memory })) {
    if ('name' in item) await takeFile(item);
    else take(context, { run, result, malformed: ledger.malformed }, item);
    // A stretch of the event history is a run, so that the next look goes on after it whatever happens.
    if ('ended' in item && context.via === 'lookup') await endStretch();
    request.onFile?.(result.files);
    result.more = request.isOver?.() ?? false;
    if (result.more) break;
  }
  await endStretch();
  return { ...result, forgotten: memory.forgotten.size, ...(await stampNewest(store)) };
}

async function contextOf(store: Store, request: IngestRequest, memory: EventMemory): Promise<IngestContext> {
  const { catalogue, via = 'files', at = store.clock.now(), unsupported = new Map() } = request;
  const digest = catalogueDigest(catalogue);
  const selectors = ingestedEvents(catalogue).map((it) => it.selector);
  const operation = via === 'files' ? 's3:GetObject' : 'cloudtrail:LookupEvents';
  const days = ingestDays(memory, { at, operation, isWhole: typeof request.files !== 'function' });
  const interrupted = await interruptedIngests(store, digest);
  return { store, at, catalogue: digest, selectors, interrupted, via, days, unsupported };
}

interface Known {
  readonly at: string;
  readonly ledger: EarlierFiles;
  readonly memory: EventMemory;
}

function itemsOf({ files }: IngestRequest, { at, ledger, memory }: Known): AsyncIterable<TrailItem> {
  if (typeof files !== 'function') return files;
  return files({
    now: at,
    has: ledger.hasName,
    lookedAt: ledger.lookedAt,
    openSince: (account) =>
      [...memory.open]
        .filter(([key, { name }]) => key.startsWith(account) && name !== NOT_TO_THE_END)
        .map(([key]) => key.slice(account.length))
        .sort()[0],
  });
}

interface Taking {
  readonly run: OpenRun;
  readonly result: IngestResult;
  readonly malformed: ReadonlyMap<string, string>;
}

/** Takes in everything but a file. */
function take({ days }: IngestContext, { run, result, malformed }: Taking, item: Exclude<TrailItem, TrailFile>): void {
  if ('known' in item) {
    addFile(result, undefined);
    const problem = malformed.get(item.known.name);
    if (problem !== undefined) days.fail({ ...item.known.part, failure: unparsable(problem), isFile: true });
  } else if ('unread' in item) {
    const { account, region, failure } = item.unread;
    if (item.unread.call !== undefined) run.calls.push(item.unread.call);
    days.fail(item.unread);
    addFailure(run, item.unread, failure);
    if (result.failures.length < MAX_FAILURES) result.failures.push({ account, region, ...failure });
  } else if ('looked' in item) {
    run.looked.push(item.looked);
  } else if ('call' in item) {
    run.calls.push(item.call);
  } else {
    days.end(item.ended);
  }
}

/** So many failures are listed in the result; the ledger has more. */
const MAX_FAILURES = 100;

/** Nobody knows which events were in a file that nothing could be read of. */
function noteFile({ days }: IngestContext, run: OpenRun, { part, answer }: TrailFile, { file }: FileReading): void {
  if (answer !== undefined) run.calls.push(answer);
  if (part !== undefined && isLost(file)) days.fail({ ...part, failure: unparsable(file.malformed), isFile: true });
}

function unparsable(problem: string): Failure {
  const name = problem.slice(0, problem.indexOf(':'));
  const message = problem.slice(0, MAX_MESSAGE);
  return { operation: 's3:GetObject', kind: 'unparsable', name, message, status: null, requestId: null };
}

const MAX_MESSAGE = 500;

/** Gives undefined for a file that the ledger holds already. */
type Reader = (file: TrailFile, run: OpenRun) => Promise<FileReading | undefined>;

function reader({ catalogue, files }: IngestRequest, ledger: EarlierFiles, memory: EventMemory): Reader {
  const [place, seen] = [placer(), seenEvents(ledger.seed)];
  const matchers = matchersOf(ingestedEvents(catalogue));
  // Who finds files by their names has each of them named, so that it is known by its name from then on.
  const passes = typeof files !== 'function';
  return async (file, { tallies }) => {
    const sha256 = file.answer?.sha256 ?? sha256Of(file.bytes);
    if (passes && file.tooLarge === undefined && ledger.hasHash(sha256)) return undefined;
    const sifted = siftRecords(file, sha256, { place, matchers });
    await memory.recall(placesOf(sifted.records), seen);
    return countRecords(sifted, { seen, tallies });
  };
}

function placesOf(records: readonly SiftedRecord[]): Set<Place> {
  const places = new Set<Place>();
  for (const { place } of records) if (typeof place !== 'string') places.add(place);
  return places;
}

/** Selectors, ready to be asked. */
export const matchersOf = (events: readonly CatalogueEvent[]): Matchers =>
  arrange(
    events.map(({ selector, compiled: { matches, guess, names } }) => ({
      name: selector.name,
      matches,
      guess,
      names,
    })),
  );
