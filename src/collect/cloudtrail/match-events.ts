import { messageOf } from '../../model/error.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { IngestedFile } from '../../model/run.ts';
import { isMalformed } from './malformed.ts';
import type { Place, Unplaced } from './place.ts';
import type { SeenEvents, Tally } from './seen-events.ts';
import { emptyTally } from './seen-events.ts';
import type { TrailFile } from './trail-file.ts';
import { parseTrailFile } from './trail-file.ts';
import type { TrailEvent } from './trail-record.ts';
import { trailEvent } from './trail-record.ts';

/** A selector, ready to be asked. */
export interface Matcher {
  readonly name: string;
  matches(record: JsonObject): boolean;
  /** What `matches` is certain to give, where that is known without asking it. */
  guess?(record: JsonObject): boolean | undefined;
  /** The event names that can match; any can where left out. */
  readonly names?: ReadonlySet<string> | undefined;
}

/** Matchers by the event names that they can match, so that most are never asked. */
export type Matchers = (eventName: string) => readonly Matcher[];

/** Arranges matchers; those for an event name come in the order given. */
export function arrange(matchers: readonly Matcher[]): Matchers {
  const forAny = matchers.filter((it) => it.names === undefined);
  const names = new Set(matchers.flatMap((it) => [...(it.names ?? [])]));
  const byName = new Map(
    [...names].map((name) => [name, matchers.filter((it) => it.names === undefined || it.names.has(name))]),
  );
  return (name) => byName.get(name) ?? forAny;
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

/** What one file gave. Events are counted once, however many files deliver them. */
export interface FileReading {
  readonly file: IngestedFile;
  readonly inflatedBytes: number;
  /** Events that were not counted before. */
  readonly events: number;
  readonly duplicates: number;
  /** Reason → number of records that were put aside. */
  readonly unplaced: ReadonlyMap<Unplaced, number>;
  readonly matched: readonly MatchedEvent[];
}

/** A parsed file whose records have been placed. */
export interface PlacedFile {
  readonly file: IngestedFile;
  readonly inflatedBytes: number;
  readonly records: readonly Json[];
  /** Of each record. */
  readonly places: readonly (Place | Unplaced)[];
}

/** Reads one file and places its records. A file that cannot be read is put aside with the reason; it never throws. */
export function placeRecords(file: TrailFile, sha256: string, place: (record: Json) => Place | Unplaced): PlacedFile {
  const told = { file: file.name, sha256, bytes: file.tooLarge ?? file.bytes.byteLength };
  try {
    const { records, inflatedBytes } = parseTrailFile(file);
    const places: (Place | Unplaced)[] = [];
    for (const record of records) places.push(place(record));
    return { file: { ...told, records: records.length }, inflatedBytes, records, places };
  } catch (error) {
    if (!isMalformed(error)) throw error;
    const malformed = `${error.code}: ${messageOf(error)}`;
    return { file: { ...told, records: 0, malformed }, inflatedBytes: 0, records: [], places: [] };
  }
}

/** What the files of a run are counted into. */
export interface Counting {
  readonly matchers: Matchers;
  readonly seen: SeenEvents;
  /** Place → the events that this run counted there. */
  readonly tallies: Map<Place, Tally>;
}

/** Counts the events of a file that are new, and keeps those that a selector matches. */
export function matchRecords(placed: PlacedFile, { matchers, seen, tallies }: Counting): FileReading {
  const { records, inflatedBytes } = placed;
  const unplaced = new Map<Unplaced, number>();
  const matched: MatchedEvent[] = [];
  let events = 0;
  let last: { place: Place; tally: Tally } | undefined;
  for (let index = 0; index < records.length; index += 1) {
    const place = placed.places[index] ?? 'not-an-object';
    if (typeof place === 'string') {
      unplaced.set(place, (unplaced.get(place) ?? 0) + 1);
      continue;
    }
    if (last?.place !== place) last = { place, tally: tallyOf(tallies, place) };
    const record = records[index] as JsonObject;
    if (!seen.count(record.eventID as string, last.tally)) continue;
    events += 1;
    for (const matcher of matchers(record.eventName as string)) {
      const answer = ask(matcher, record);
      if (answer !== false)
        matched.push(matchedEvent(matcher.name, answer, { record, place, index, file: placed.file }));
    }
  }
  const aside = [...unplaced.values()].reduce((sum, count) => sum + count, 0);
  const duplicates = records.length - events - aside;
  const file = aside === 0 ? placed.file : { ...placed.file, malformed: asideText(unplaced) };
  return { file, inflatedBytes, events, duplicates, unplaced, matched };
}

/** `records put aside: account=1, event-id=2`, the reasons in order. */
export function asideText(unplaced: ReadonlyMap<Unplaced, number>): string {
  const counts = [...unplaced].map(([reason, count]) => `${reason}=${count}`);
  return `records put aside: ${counts.sort().join(', ')}`;
}

function tallyOf(tallies: Map<Place, Tally>, place: Place): Tally {
  let tally = tallies.get(place);
  if (tally === undefined) {
    tally = emptyTally();
    tallies.set(place, tally);
  }
  return tally;
}

interface Found {
  readonly record: JsonObject;
  readonly place: Place;
  readonly index: number;
  readonly file: IngestedFile;
}

/** `answer` is whether it matches, or what was wrong with asking. */
function matchedEvent(selector: string, answer: true | string, { record, place, index, file }: Found): MatchedEvent {
  const problem = answer === true ? {} : { problem: answer };
  return { selector, event: trailEvent(record, place), file: file.file, fileSha256: file.sha256, index, ...problem };
}

/** A record of a shape that the selector cannot deal with is kept as evidence that says so. */
function ask(matcher: Matcher, record: JsonObject): boolean | string {
  try {
    return matcher.guess?.(record) ?? matcher.matches(record);
  } catch (error) {
    return messageOf(error);
  }
}
