import { type Dirent, readFileSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TRAIL_FILE_LIMITS, type TrailFile } from '../../collect/cloudtrail/trail-file.ts';
import { WitnessmarkError } from '../../model/error.ts';

/**
 * Delivered CloudTrail log files below the given files and folders: every `.json` and `.json.gz`,
 * whatever the prefix, in order of their names. A path that does not exist is an error at once.
 */
export async function* localTrailFiles(paths: readonly string[]): AsyncIterable<TrailFile> {
  for (const path of paths) {
    for (const file of await filesBelow(path)) yield readBounded(file);
  }
}

/** Synchronous: most are a few KiB, and to wait for another thread five times takes longer than to read one. */
function readBounded(name: string): TrailFile {
  const { size } = statSync(name);
  return size > TRAIL_FILE_LIMITS.bytes
    ? { name, bytes: new Uint8Array(0), tooLarge: size }
    : { name, bytes: readFileSync(name) };
}

/** How many files `localTrailFiles` will give, for progress. */
export async function countTrailFiles(paths: readonly string[]): Promise<number> {
  const counts = await Promise.all(paths.map(async (path) => (await filesBelow(path)).length));
  return counts.reduce((sum, n) => sum + n, 0);
}

async function filesBelow(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new WitnessmarkError('ingest-no-such-path', `${path}: no such file or folder`, { cause });
  });
  if (found.isFile()) return [path];
  const entries: Dirent[] = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((it) => it.isFile() && /\.json(\.gz)?$/.test(it.name))
    .map((it) => join(it.parentPath, it.name))
    .sort();
}
