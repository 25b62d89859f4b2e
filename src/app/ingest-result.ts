import type { FileReading } from '../collect/cloudtrail/match-events.ts';
import type { Failure } from '../model/retrieval.ts';
import type { CheckpointTimestamp } from './timestamps.ts';

export interface IngestResult {
  /** The runs that were sealed, in order; none where nothing was new. */
  readonly runs: string[];
  files: number;
  /** Files that the ledger held already: they were not read again. */
  known: number;
  /** Files of which nothing could be read. */
  malformed: number;
  /** Digest files, which hold no records. */
  digests: number;
  records: number;
  /** Distinct event ids that were counted for the first time. */
  events: number;
  /** Records of events that were counted before, in this ingest or an earlier one. */
  duplicates: number;
  /** Records that could not be placed. */
  foreign: number;
  /** Distinct events that at least one selector matched. */
  matched: number;
  /** Ledger entries written. */
  entries: number;
  /** Reason → how many files or records were put aside for it. */
  readonly aside: { readonly files: Record<string, number>; readonly records: Record<string, number> };
  /** The first files that were put aside, whole or in part. */
  readonly problems: { readonly file: string; readonly problem: string }[];
  /** Earlier ingests of the same days whose events are not known any more; those may be counted again. */
  readonly forgotten: number;
  /** Whether it ended before everything was looked at, for want of time: what is left is read by the next one. */
  more: boolean;
  /** What could not be read, by account and region; the days of it are not whole. At most a hundred each. */
  failures: (Failure & { readonly account: string; readonly region: string })[];
  /** Of the newest checkpoint, where the store has a time-stamping authority. */
  readonly timestamp?: CheckpointTimestamp;
}

/** So many files are named; the run's record names all. */
const MAX_PROBLEMS = 100;

export const emptyResult = (): IngestResult => ({
  runs: [],
  files: 0,
  known: 0,
  malformed: 0,
  digests: 0,
  records: 0,
  events: 0,
  duplicates: 0,
  foreign: 0,
  matched: 0,
  entries: 0,
  aside: { files: {}, records: {} },
  problems: [],
  forgotten: 0,
  more: false,
  failures: [],
});

/** Adds what a file gave; undefined for a file that was known. */
export function addFile(result: IngestResult, reading: FileReading | undefined): void {
  result.files += 1;
  if (reading === undefined) {
    result.known += 1;
    return;
  }
  result.records += reading.file.records;
  result.events += reading.events;
  result.duplicates += reading.duplicates;
  result.matched += new Set(reading.matched.map((it) => it.event.eventID)).size;
  for (const [reason, count] of reading.unplaced) {
    result.foreign += count;
    result.aside.records[reason] = (result.aside.records[reason] ?? 0) + count;
  }
  addProblem(result, reading);
}

function addProblem(result: IngestResult, { file: { file, malformed }, unplaced }: FileReading): void {
  if (malformed === undefined) return;
  const reason = unplaced.size > 0 ? undefined : malformed.slice(0, malformed.indexOf(':'));
  if (reason !== undefined) result.aside.files[reason] = (result.aside.files[reason] ?? 0) + 1;
  if (reason === 'cloudtrail-digest') {
    result.digests += 1;
    return;
  }
  if (reason !== undefined) result.malformed += 1;
  if (result.problems.length < MAX_PROBLEMS) result.problems.push({ file, problem: malformed });
}
