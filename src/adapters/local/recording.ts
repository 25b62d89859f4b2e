import { lstat, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../model/error.ts';
import { Retrieval } from '../../model/retrieval.ts';
import {
  checked,
  indexBytes,
  MAX_INDEX_BYTES,
  MAX_RUN_BYTES,
  type PackedRun,
  RECORDING_INDEX,
  RecordedRun,
  Recording,
  RunHeader,
  type RunRecording,
  recordedRun,
  runBytes,
  unreadable,
  withRun,
} from '../recording-format.ts';
import { type LineLimits, readLines } from './gzip-lines.ts';

export type WriteRunOptions = (RunRecording | PackedRun) & {
  /** The folder of the recording; made where it is absent. */
  readonly folder: string;
  /** For a new recording; an existing one keeps its own. */
  readonly description?: string;
};

/** 256 MiB compressed, 2 GiB of text, an answer of 64 MiB in a line: above what one run gives. */
const LIMITS: LineLimits = { fileBytes: MAX_RUN_BYTES, textBytes: 2 ** 31, lineBytes: 66 * 2 ** 20, lines: 2_000_000 };

/**
 * Writes one run into a recording: `runs/<at>.jsonl.gz` (a header line, then one canonical retrieval
 * a line; the same run gives the same bytes), then its line in `recording.json`. A run of the same
 * time is replaced. Not for several writers at once.
 */
export async function writeRun(options: WriteRunOptions): Promise<RecordedRun> {
  const { folder, description = '' } = options;
  const run = recordedRun(options);
  const recording = withRun((await readIndex(folder)) ?? { v: 1, description, runs: [] }, run);
  await mkdir(join(folder, 'runs'), { recursive: true });
  await put(join(folder, run.file), runBytes(options));
  await put(join(folder, RECORDING_INDEX), indexBytes(recording));
  return run;
}

/** What a folder holds; error `recording-unreadable` where there is no recording, or a malformed one. */
export async function readRecording(folder: string): Promise<Recording> {
  const recording = await readIndex(folder);
  if (recording !== undefined) return recording;
  throw unreadable(join(folder, RECORDING_INDEX), 'there is no such file');
}

/**
 * One run with all its retrievals, each checked; error `recording-unreadable` with file and line for
 * anything that is not a recorded run, or is larger than the limits.
 */
export async function readRun(
  folder: string,
  run: RecordedRun,
  limits: Partial<LineLimits> = {},
): Promise<RunRecording> {
  const file = join(folder, RecordedRun.parse(run).file);
  let header: RunHeader | undefined;
  const retrievals: Retrieval[] = [];
  /** Lines that were read well; what goes wrong does so in the next one. */
  let line = 0;
  try {
    for await (const text of readLines(file, { ...LIMITS, ...limits })) {
      if (header === undefined) header = checked(RunHeader, text);
      else retrievals.push(checked(Retrieval, text));
      line += 1;
    }
  } catch (thrown) {
    throw unreadable(`${file}:${line + 1}`, messageOf(thrown), thrown);
  }
  if (header === undefined) throw unreadable(file, 'expected a header line, got an empty file');
  if (header.at !== run.at) throw unreadable(`${file}:1`, `expected the run of ${run.at}, got the one of ${header.at}`);
  return { at: header.at, tasks: header.tasks, retrievals };
}

async function readIndex(folder: string): Promise<Recording | undefined> {
  const file = join(folder, RECORDING_INDEX);
  const info = await lstat(file).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return undefined;
    throw unreadable(file, messageOf(thrown), thrown);
  });
  if (info === undefined) return undefined;
  if (!info.isFile() || info.size > MAX_INDEX_BYTES) throw unreadable(file, 'expected a file of at most 16 MiB');
  try {
    return checked(Recording, await readFile(file, 'utf8'));
  } catch (thrown) {
    throw unreadable(file, messageOf(thrown), thrown);
  }
}

/** Whole or not at all: a run that was interrupted while it was written leaves no half file behind its name. */
async function put(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.part`;
  await writeFile(part, bytes, { flush: true });
  await rename(part, path);
}
