import { setTimeout } from 'node:timers/promises';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import type { Objects, StoredObject } from '../../ports/objects.ts';
import {
  checked,
  indexBytes,
  MAX_INDEX_BYTES,
  MAX_RUN_BYTES,
  type PackedRun,
  RECORDING_INDEX,
  type RecordedRun,
  Recording,
  type RunRecording,
  recordedRun,
  runBytes,
  unreadable,
  withRun,
} from '../recording-format.ts';

const MAX_TRIES = 10;
const PAUSE_MS = 25;

/**
 * Writes one run into a recording in an object store, in the same format as in a folder: first
 * `runs/<at>.jsonl.gz`, which is never replaced, then its line in `recording.json`, by
 * compare-and-swap, so that writers at the same time lose nothing of each other. The same run written
 * twice is written once. Throws `recording-run-exists` where another run has this time,
 * `recording-too-large`, `recording-unreadable`, `recording-full` and `recording-busy`; the run is not
 * listed then, and has to be made again.
 */
export async function writeRunObjects(objects: Objects, run: RunRecording | PackedRun): Promise<RecordedRun> {
  const listed = recordedRun(run);
  const bytes = runBytes(run);
  if (bytes.length > MAX_RUN_BYTES) {
    const message = `expected a run of at most ${MAX_RUN_BYTES} bytes, got ${bytes.length}`;
    throw new WitnessmarkError('recording-too-large', message, { hint: 'record fewer accounts or services in a run' });
  }
  if ((await objects.create(listed.file, bytes)) === 'exists') await assertSame(objects, listed.file, bytes);
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const stored = await objects.get(RECORDING_INDEX);
    const recording = withRun(parseIndex(stored), listed);
    const outcome = await objects.replace(RECORDING_INDEX, indexBytes(recording), stored?.version);
    if (outcome === 'replaced') return listed;
    await setTimeout(PAUSE_MS * tries);
  }
  throw new WitnessmarkError('recording-busy', `${RECORDING_INDEX} was replaced by others ${MAX_TRIES} times in a row`);
}

function parseIndex(stored: StoredObject | undefined): Recording {
  if (stored === undefined) return { v: 1, description: '', runs: [] };
  if (stored.bytes.length > MAX_INDEX_BYTES) throw unreadable(RECORDING_INDEX, 'expected at most 16 MiB');
  try {
    return checked(Recording, new TextDecoder('utf-8', { fatal: true }).decode(stored.bytes));
  } catch (thrown) {
    throw unreadable(RECORDING_INDEX, messageOf(thrown), thrown);
  }
}

async function assertSame(objects: Objects, file: string, bytes: Uint8Array): Promise<void> {
  const present = await objects.get(file);
  if (present !== undefined && Buffer.compare(present.bytes, bytes) === 0) return;
  throw new WitnessmarkError('recording-run-exists', `${file} holds another run of the same time`, {
    hint: 'a recorded run is never replaced; record again',
  });
}
