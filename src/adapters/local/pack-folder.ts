import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WitnessmarkError } from '../../model/error.ts';
import type { Content, PackSink } from '../../pack/sink.ts';
import { zipFiles } from '../../pack/zip.ts';

/**
 * Writes the files of a pack into a folder, which must be empty or hold a pack (then it is replaced):
 * anything else in there is somebody's own. Throws `pack-folder-not-empty`.
 */
export async function packFolder(folder: string): Promise<PackSink> {
  const present = await readdir(folder).catch((): string[] => []);
  if (present.length > 0 && !present.includes('bagit.txt')) {
    throw new WitnessmarkError('pack-folder-not-empty', `${folder} is not empty and holds no pack`, {
      hint: 'choose another --out',
    });
  }
  await rm(folder, { recursive: true, force: true });
  // A pack has thousands of files in a handful of folders.
  const made = new Map<string, Promise<unknown>>();
  const makeFolder = (path: string): Promise<unknown> => {
    const making = made.get(path) ?? mkdir(path, { recursive: true });
    made.set(path, making);
    return making;
  };
  return {
    async put(path, content) {
      const file = join(folder, path);
      await makeFolder(dirname(file));
      await put(file, content);
    },
  };
}

async function put(path: string, content: Content): Promise<void> {
  if (content instanceof Uint8Array) await writeFile(path, content);
  else await pipeline(Readable.from(content), createWriteStream(path));
}

/** Zips a pack's folder beside it, the paths in the order of the zip format's rules here: ascending. */
export async function zipFolder(folder: string, name: string, paths: Iterable<string>, target: string): Promise<void> {
  const files = [...paths].sort(ascending).map((path) => ({ path, content: createStream(join(folder, path)) }));
  await pipeline(Readable.from(zipFiles(name, files)), createWriteStream(target));
}

/** Opened when it is read and not before: a pack has more files than a process may hold open. */
async function* createStream(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path);
}

const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
