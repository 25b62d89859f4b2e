import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Counts, ZipFile } from '../../pack/zip.ts';
import { zipFiles } from '../../pack/zip.ts';
import { type DeflatePool, deflatePool } from './deflate-pool.ts';

/** What stands beside the zip while it is written. Ours alone. */
const [DRAFT, PARTS] = ['.witnessmark-draft', '.witnessmark-parts'];

/** From so many bytes on, a file is deflated by another thread, at once and while the pack is still being made. */
const LARGE = 256 * 1024;

/** The zip of a pack that is being written. */
export interface PackZip {
  /** A file of the folder is complete. */
  add(path: string): Promise<void>;
  /** Writes the zip, when all files were added; it is where it belongs once it is `done`. */
  write(): Promise<void>;
  done(): Promise<void>;
  abandon(): Promise<void>;
}

/** Zips the files of `folder`, in ascending order of their paths; the zip is at `target` whole or not at all. */
export async function packZip({
  name,
  folder,
  target,
}: {
  name: string;
  folder: string;
  target: string;
}): Promise<PackZip> {
  const [draft, parts] = [`${target}${DRAFT}`, `${target}${PARTS}`];
  // What an interrupted call has left.
  await rm(parts, { recursive: true, force: true });
  const pool = deflatePool();
  const files = new Map<string, Promise<ZipFile>>();
  const abandon = async (): Promise<void> => {
    await pool.close();
    await rm(draft, { force: true });
    await rm(parts, { recursive: true, force: true });
  };
  return {
    async add(path) {
      const file = join(folder, path);
      const { size } = await stat(file);
      if (size < LARGE) files.set(path, Promise.resolve({ path, content: readLater(file) }));
      else files.set(path, deflatedElsewhere(pool, { path, file, parts, number: files.size }));
      // An error is told by `write`; until then nobody waits for it.
      files.get(path)?.catch(() => {});
    },
    async write() {
      const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, it]) => it);
      await pipeline(Readable.from(zipFiles(name, eachOf(sorted))), createWriteStream(draft));
    },
    async done() {
      await rename(draft, target);
      await abandon();
    },
    abandon,
  };
}

async function deflatedElsewhere(
  pool: DeflatePool,
  { path, file, parts, number }: { path: string; file: string; parts: string; number: number },
): Promise<ZipFile> {
  await mkdir(parts, { recursive: true });
  const part = join(parts, String(number));
  const { crc, size }: Counts = await pool.deflate(file, part);
  return { path, deflated: { crc, size, content: readLater(part) } };
}

async function* eachOf(files: readonly Promise<ZipFile>[]): AsyncGenerator<ZipFile> {
  for (const file of files) yield await file;
}

/** Opened when it is read and not before: a pack may have more files than a process may hold open. */
async function* readLater(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path);
}
