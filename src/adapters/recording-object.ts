import { gunzipSync } from 'node:zlib';
import { messageOf } from '../model/error.ts';
import { Retrieval } from '../model/retrieval.ts';
import type { Objects } from '../ports/objects.ts';
import { checked, MAX_RUN_BYTES, RunHeader, type RunRecording, unreadable } from './recording-format.ts';

/** A run that is played by a function must fit into its memory. */
const MAX_TEXT_BYTES = 512 * 2 ** 20;

/**
 * One recorded run out of an object store, `recording/runs/<time>.jsonl.gz`, each retrieval checked. Throws
 * `recording-unreadable` with the line.
 */
export async function readRunObject(objects: Pick<Objects, 'get'>, file: string): Promise<RunRecording> {
  const key = `recording/${file}`;
  const stored = await objects.get(key);
  if (stored === undefined) throw unreadable(key, 'there is no such object');
  if (stored.bytes.length > MAX_RUN_BYTES) throw unreadable(key, `expected at most ${MAX_RUN_BYTES} bytes`);
  const [first = '', ...lines] = linesOf(key, stored.bytes);
  let line = 1;
  try {
    const { at, tasks } = checked(RunHeader, first);
    const retrievals: Retrieval[] = [];
    for (const text of lines) {
      line += 1;
      retrievals.push(checked(Retrieval, text));
    }
    return { at, tasks, retrievals };
  } catch (thrown) {
    throw unreadable(`${key}:${line}`, messageOf(thrown), thrown);
  }
}

function linesOf(key: string, bytes: Uint8Array): string[] {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_TEXT_BYTES }).toString('utf8').split('\n').slice(0, -1);
  } catch (thrown) {
    throw unreadable(key, messageOf(thrown), thrown);
  }
}
