import { messageOf } from '../../model/error.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { Retrieval } from '../../model/retrieval.ts';
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
  /** The recorded answer that it was in, where it came from the event history. */
  readonly answer?: Retrieval;
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

/** What is left of a record once it was looked at: where it belongs, and all of it only where a selector matched. */
export interface SiftedRecord {
  readonly place: Place | Unplaced;
  /** Empty where it could not be placed. */
  readonly eventID: string;
  readonly found?: { readonly record: JsonObject; readonly answers: readonly Answer[] };
}

/** Which selector matched, or why it could not be asked. */
interface Answer {
  readonly selector: string;
  readonly problem?: string;
}

/** A file that was read. */
export interface SiftedFile {
  readonly file: IngestedFile;
  readonly answer?: Retrieval | undefined;
  readonly inflatedBytes: number;
  readonly records: readonly SiftedRecord[];
}

/** What records are looked at with. */
export interface Sieve {
  readonly place: (record: Json) => Place | Unplaced;
  readonly matchers: Matchers;
}

/**
 * Reads one file: places its records and asks the selectors about each. A file that cannot be read is put
 * aside with the reason; it never throws.
 */
export function siftRecords(file: TrailFile, sha256: string, sieve: Sieve): SiftedFile {
  const told = { file: file.name, sha256, bytes: file.tooLarge ?? file.bytes.byteLength };
  try {
    const { records, inflatedBytes } = parseTrailFile(file, (record) => siftRecord(record, sieve));
    return { file: { ...told, records: records.length }, answer: file.answer, inflatedBytes, records };
  } catch (error) {
    if (!isMalformed(error)) throw error;
    const malformed = `${error.code}: ${messageOf(error)}`;
    return { file: { ...told, records: 0, malformed }, inflatedBytes: 0, records: [] };
  }
}

/** Places one record and asks the selectors about it. Never throws. */
export function siftRecord(given: Json, { place, matchers }: Sieve): SiftedRecord {
  const placed = place(given);
  if (typeof placed === 'string') return { place: placed, eventID: '' };
  const record = given as JsonObject;
  const eventID = record.eventID as string;
  let answers: Answer[] | undefined;
  for (const matcher of matchers(record.eventName as string)) {
    const answer = ask(matcher, record);
    if (answer === false) continue;
    answers ??= [];
    answers.push({ selector: matcher.name, ...(answer === true ? {} : { problem: answer }) });
  }
  return answers === undefined ? { place: placed, eventID } : { place: placed, eventID, found: { record, answers } };
}

/** What the files of a run are counted into. */
export interface Counting {
  readonly seen: SeenEvents;
  /** Place → the events that this run counted there. */
  readonly tallies: Map<Place, Tally>;
}

/** Counts the events of a file that are new, and keeps those that a selector matches. */
export function countRecords(
  { file, answer, inflatedBytes, records }: SiftedFile,
  { seen, tallies }: Counting,
): FileReading {
  const unplaced = new Map<Unplaced, number>();
  const matched: MatchedEvent[] = [];
  let events = 0;
  let last: { place: Place; tally: Tally } | undefined;
  for (let index = 0; index < records.length; index += 1) {
    const { place, eventID, found } = records[index] as SiftedRecord;
    if (typeof place === 'string') {
      unplaced.set(place, (unplaced.get(place) ?? 0) + 1);
      continue;
    }
    if (last?.place !== place) last = { place, tally: tallyOf(tallies, place) };
    if (!seen.count(eventID, last.tally)) continue;
    events += 1;
    if (found === undefined) continue;
    const event = trailEvent(found.record, place);
    const where = {
      event,
      file: file.file,
      fileSha256: file.sha256,
      index,
      ...(answer === undefined ? {} : { answer }),
    };
    for (const said of found.answers) matched.push({ ...said, ...where });
  }
  const aside = [...unplaced.values()].reduce((sum, count) => sum + count, 0);
  const duplicates = records.length - events - aside;
  const told = aside === 0 ? file : { ...file, malformed: asideText(unplaced) };
  return { file: told, inflatedBytes, events, duplicates, unplaced, matched };
}

/** `records put aside: account=1, event-id=2`, the reasons in order. */
export function asideText(unplaced: ReadonlyMap<Unplaced, number>): string {
  const counts = [...unplaced].map(([reason, count]) => `${reason}=${count}`);
  return `records put aside: ${counts.sort().join(', ')}`;
}

/** How many records such a text says were put aside; undefined for any other text. */
export function asideCount(text: string): number | undefined {
  if (!text.startsWith('records put aside: ')) return undefined;
  return [...text.matchAll(/=(\d{1,12})(?:, |$)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
}

function tallyOf(tallies: Map<Place, Tally>, place: Place): Tally {
  let tally = tallies.get(place);
  if (tally === undefined) {
    tally = emptyTally();
    tallies.set(place, tally);
  }
  return tally;
}

/** A record of a shape that the selector cannot deal with is kept as evidence that says so. */
function ask(matcher: Matcher, record: JsonObject): boolean | string {
  try {
    return matcher.guess?.(record) ?? matcher.matches(record);
  } catch (error) {
    return messageOf(error);
  }
}
