import { closeSync, type Dirent, openSync, readSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TRAIL_FILE_LIMITS, type TrailFile } from '../../collect/cloudtrail/trail-file.ts';
import { WitnessmarkError } from '../../model/error.ts';

/**
 * Delivered CloudTrail log files below the given files and folders: every `.json` and `.json.gz`,
 * whatever the prefix, in order of their names. A path that does not exist is an error at once. The
 * bytes of a file are there until the next one is asked for: all are read into the same memory.
 */
export async function* localTrailFiles(paths: readonly string[]): AsyncIterable<TrailFile> {
  const read = fileReader();
  for (const path of paths) {
    for (const file of await filesBelow(path)) yield read(file);
  }
}

/** Synchronous: most are a few KiB, and to wait for another thread five times takes longer than to read one. */
function fileReader(): (name: string) => TrailFile {
  let memory = Buffer.allocUnsafeSlow(1024 * 1024);
  return (name) => {
    const { size } = statSync(name);
    if (size > TRAIL_FILE_LIMITS.bytes) return { name, bytes: new Uint8Array(0), tooLarge: size };
    if (size > memory.length) memory = Buffer.allocUnsafeSlow(size);
    return { name, bytes: readInto(memory.subarray(0, size), name) };
  };
}

/** What of the file was there; it may have become shorter since its size was asked for. */
function readInto(memory: Buffer, name: string): Uint8Array {
  const file = openSync(name, 'r');
  try {
    let length = 0;
    for (let read = -1; read !== 0 && length < memory.length; length += read)
      read = readSync(file, memory, length, memory.length - length, null);
    return memory.subarray(0, length);
  } finally {
    closeSync(file);
  }
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
