import { messageOf, WitnessmarkError } from '../../model/error.ts';
import type { IngestedFile } from '../../model/run.ts';
import type { TrailFile } from './trail-file.ts';
import { isDigestFile, parseTrailFile, sha256Of } from './trail-file.ts';
import type { TrailEvent } from './trail-record.ts';
import { readTrailRecord } from './trail-record.ts';

/** A selector, ready to be asked. */
export interface Matcher {
  readonly name: string;
  matches(record: TrailEvent['record']): boolean;
}

/** An event that a selector matched, and where exactly it stands. */
export interface MatchedEvent {
  readonly selector: string;
  readonly event: TrailEvent;
  readonly file: string;
  readonly fileSha256: string;
  /** Index of the record in the file, from 0. */
  readonly index: number;
  /** Set when the selector could not be asked of this record: neither a match nor none. */
  readonly problem?: string;
}

/** What an ingest saw. Events are counted once, however many files deliver them. */
export interface TrailReading {
  readonly files: IngestedFile[];
  records: number;
  duplicates: number;
  /** Records that are no CloudTrail records: no event id, time, name, source or account. */
  foreign: number;
  readonly events: Set<string>;
  /** Distinct events per `account TAB day`, of the files that are not known yet. */
  readonly populations: Map<string, number>;
  readonly matched: MatchedEvent[];
}

/**
 * Reads delivered log files one at a time and keeps only what a selector matches. Files that cannot
 * be read are put aside with the reason; they never end the ingest and are never silent.
 */
export async function matchEvents(
  files: AsyncIterable<TrailFile>,
  matchers: readonly Matcher[],
  options: { known?: ReadonlySet<string>; onFile?: ((files: number) => void) | undefined } = {},
): Promise<TrailReading> {
  const known = options.known ?? new Set();
  const reading: TrailReading = {
    files: [],
    records: 0,
    duplicates: 0,
    foreign: 0,
    events: new Set(),
    populations: new Map(),
    matched: [],
  };
  for await (const file of files) {
    if (isDigestFile(file.name)) continue;
    readFile(reading, file, { matchers, known });
    options.onFile?.(reading.files.length);
  }
  return reading;
}

interface Context {
  readonly matchers: readonly Matcher[];
  /** Hashes of files that were ingested before: they are read for the counts, and add nothing new. */
  readonly known: ReadonlySet<string>;
}

function readFile(reading: TrailReading, file: TrailFile, context: Context): void {
  try {
    const { sha256, records } = parseTrailFile(file);
    reading.files.push({ file: file.name, sha256, bytes: file.bytes.byteLength, records: records.length });
    for (const [index, record] of records.entries()) {
      const event = readTrailRecord(record);
      reading.records += 1;
      if (!event) reading.foreign += 1;
      else if (reading.events.has(event.eventID)) reading.duplicates += 1;
      else take(reading, { event, file: file.name, fileSha256: sha256, index }, context);
    }
  } catch (error) {
    if (!(error instanceof WitnessmarkError) || error.code !== 'cloudtrail-malformed') throw error;
    reading.files.push({
      file: file.name,
      sha256: sha256Of(file.bytes),
      bytes: file.bytes.byteLength,
      records: 0,
      malformed: messageOf(error),
    });
  }
}

function take(reading: TrailReading, seen: Omit<MatchedEvent, 'selector'>, { matchers, known }: Context): void {
  const { event } = seen;
  reading.events.add(event.eventID);
  if (!known.has(seen.fileSha256)) {
    const place = `${event.account}\t${event.eventTime.slice(0, 10)}`;
    reading.populations.set(place, (reading.populations.get(place) ?? 0) + 1);
  }
  for (const matcher of matchers) {
    const matched = ask(matcher, event.record);
    if (matched !== false) reading.matched.push({ selector: matcher.name, ...seen, ...matched });
  }
}

/** A record of a shape that the selector cannot deal with is kept as evidence that says so. */
function ask(matcher: Matcher, record: TrailEvent['record']): false | { problem?: string } {
  try {
    return matcher.matches(record) ? {} : false;
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
