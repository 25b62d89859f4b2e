import { gzipSync } from 'fflate';
import { z } from 'zod';
import { canonicalize } from '../ledger/canonical.ts';
import { WitnessmarkError } from '../model/error.ts';
import { AccountId, Region, Timestamp } from '../model/primitives.ts';
import type { Retrieval } from '../model/retrieval.ts';
import { Task } from '../model/run.ts';

const RUN_FILE = /^runs\/[0-9A-Za-z.-]{1,60}\.jsonl\.gz$/;
const MAX_RUNS = 10_000;

/** Name of the list of runs, at the top of a recording. */
export const RECORDING_INDEX = 'recording.json';
export const MAX_INDEX_BYTES = 16 * 2 ** 20;
/** Above what one run gives. */
export const MAX_RUN_BYTES = 256 * 2 ** 20;

/** One recorded run as `recording.json` lists it. */
export const RecordedRun = z.strictObject({
  at: Timestamp,
  file: z.string().regex(RUN_FILE, 'expected runs/<time>.jsonl.gz'),
  accounts: z.array(AccountId),
  regions: z.array(Region),
  services: z.array(z.string()),
});
export type RecordedRun = z.infer<typeof RecordedRun>;

/** `recording.json`: what a recording holds, in order of time. */
export const Recording = z.strictObject({
  v: z.literal(1),
  description: z.string(),
  runs: z.array(RecordedRun).max(MAX_RUNS),
});
export type Recording = z.infer<typeof Recording>;

/** The first line of a run's file. */
export const RunHeader = z.strictObject({ v: z.literal(1), at: Timestamp, tasks: z.array(Task) });
export type RunHeader = z.infer<typeof RunHeader>;

/** Every call of one run. */
export interface RunRecording {
  readonly at: string;
  readonly tasks: readonly Task[];
  readonly retrievals: readonly Retrieval[];
}

/** A run whose file was made task by task, so that its calls need not be in memory together. */
export interface PackedRun extends Pick<RunRecording, 'at' | 'tasks'> {
  readonly bytes: Uint8Array;
}

/** Makes a run's file from tasks that end in any order. */
export interface RunPacker {
  /** Packs the calls of the task at this place in the plan, which may then be forgotten. */
  keep(index: number, retrievals: readonly Retrieval[]): void;
  packed(): PackedRun;
}

/** What `recording.json` says of a run. */
export function recordedRun({ at, tasks }: Pick<RunRecording, 'at' | 'tasks'>): RecordedRun {
  return {
    at,
    file: `runs/${at.replaceAll(':', '-')}.jsonl.gz`,
    accounts: sorted(tasks.map((it) => it.account)),
    regions: sorted(tasks.map((it) => it.region)),
    services: sorted(tasks.map((it) => it.service)),
  };
}

/** A run's file: a header line, then one canonical retrieval a line, gzipped. The same run gives the same bytes. */
export function runBytes(run: RunRecording | PackedRun): Uint8Array {
  if ('bytes' in run) return run.bytes;
  const { at, tasks, retrievals } = run;
  return member([{ v: 1, at, tasks }, ...retrievals]);
}

/**
 * Packs a run as a gzip file of several members (RFC 1952, section 2.2), one for the header line and one
 * for each task, in the order of the plan: the same lines as `runBytes` gives, in other compressed bytes.
 */
export function runPacker({ at, tasks }: Pick<RunRecording, 'at' | 'tasks'>): RunPacker {
  const members: Uint8Array[] = [];
  return {
    keep(index, retrievals) {
      if (retrievals.length > 0) members[index] = member(retrievals);
    },
    packed: () => ({ at, tasks, bytes: Buffer.concat([member([{ v: 1, at, tasks }]), ...members.filter(Boolean)]) }),
  };
}

function member(values: readonly object[]): Uint8Array {
  // Line by line: all lines in one text would be longer than a string may be.
  const lines = values.map((line) => Buffer.from(`${canonicalize(line)}\n`));
  // Without a time in the gzip header the bytes depend on the lines alone.
  return gzipSync(Buffer.concat(lines), { level: 9, mtime: 0 });
}

/** The recording with a run more, in order of time; a run of the same time is replaced. Throws `recording-full`. */
export function withRun(recording: Recording, run: RecordedRun): Recording {
  const runs = [...recording.runs.filter((it) => it.at !== run.at), run].sort((a, b) => (a.at < b.at ? -1 : 1));
  if (runs.length <= MAX_RUNS) return { ...recording, runs };
  throw new WitnessmarkError('recording-full', `expected at most ${MAX_RUNS} runs in one recording`, {
    hint: 'seal what it holds and start a new one',
  });
}

/** `recording.json` as it is stored. */
export function indexBytes(recording: Recording): Uint8Array {
  return Buffer.from(`${JSON.stringify(recording, null, 2)}\n`);
}

/** One JSON text of a recording; throws an Error that names the first misfit. */
export function checked<T>(shape: z.ZodType<T>, text: string): T {
  const read = shape.safeParse(JSON.parse(text));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(`${issue?.path.join('.') || 'the line'}: ${issue?.message}`);
}

/** A recording, or a part of it, that cannot be used: where and why. */
export function unreadable(where: string, problem: string, cause?: unknown): WitnessmarkError {
  return new WitnessmarkError('recording-unreadable', `${where}: ${problem}`, { cause });
}

const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort();
