import { createReadStream } from 'node:fs';
import { lstat, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import { LIMITS, orderedSizes, type PackFiles, refused } from './source.ts';
import { openZip, type ZipBytes } from './zip-source.ts';

/**
 * Opens a pack: a folder, or a zip with the folder in it. Nothing is unpacked.
 * @throws WitnessmarkError `pack-source-missing`, or `pack-source-refused` for absolute paths, `..`,
 * links, names that clash, too many files, too many bytes, a zip bomb or a damaged zip.
 */
export async function openPackFiles(path: string): Promise<PackFiles> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new WitnessmarkError('pack-source-missing', `${path}: no such file or folder`);
  return found.isDirectory() ? await openFolder(path) : await openZip(await fileBytes(path));
}

async function fileBytes(path: string): Promise<ZipBytes> {
  const file = await open(path).catch((thrown) => {
    throw refused('', `not a zip that can be read: ${messageOf(thrown)}`);
  });
  const { size } = await file.stat();
  return {
    size,
    async read(position, length) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
}

/** Bytes that are read at a time. */
const READ = 1024 * 1024;

async function openFolder(folder: string): Promise<PackFiles> {
  const entries: [string, number][] = [];
  await walk(folder, '', 0, entries);
  const sizes = orderedSizes(entries);
  return {
    sizes,
    async *read(path) {
      const size = sizes.get(path);
      if (size === undefined || size === 0) return;
      // A file that grows while it is read must not be read without end.
      yield* createReadStream(join(folder, path), { end: size - 1, highWaterMark: READ });
    },
    close: () => Promise.resolve(),
  };
}

async function walk(folder: string, below: string, depth: number, entries: [string, number][]): Promise<void> {
  if (depth > LIMITS.depth) throw refused(below, `folders nested deeper than ${LIMITS.depth}`);
  for (const name of await readdir(join(folder, below))) {
    const path = below === '' ? name : `${below}/${name}`;
    const found = await lstat(join(folder, path));
    if (found.isDirectory()) await walk(folder, path, depth + 1, entries);
    else if (found.isFile()) entries.push([path, found.size]);
    else throw refused(path, 'is a link or no ordinary file');
    if (entries.length > LIMITS.files) throw refused('', `more than ${LIMITS.files} files`);
  }
}
