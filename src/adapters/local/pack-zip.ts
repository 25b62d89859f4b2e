import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { counting, type FileDigest, mapped } from '../../pack/sink.ts';
import type { Counts, ZipFile } from '../../pack/zip.ts';
import { deflate, zipFiles } from '../../pack/zip.ts';

/** What stands beside the zip while it is written. Ours alone. */
const [DRAFT, PARTS] = ['.witnessmark-draft', '.witnessmark-parts'];

/** From so many bytes on, a file is deflated at once, while the pack is still being made. */
const LARGE = 256 * 1024;
/** Bytes that are read at a time: each time takes a turn of the thread that makes the pack. */
const READ = 1024 * 1024;

/** The zip of a pack that is being written. */
export interface PackZip {
  /** A file of the folder is complete. */
  add(path: string): Promise<void>;
  /** Writes the zip, when all files were added; it is where it belongs once it is `done`. */
  write(): Promise<FileDigest>;
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
  const files = new Map<string, () => Promise<ZipFile>>();
  // One file after the other: two processors are enough for the pack and its zip.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  const abandon = async (): Promise<void> => {
    await last;
    await rm(draft, { force: true });
    await rm(parts, { recursive: true, force: true });
  };
  return {
    async add(path) {
      const file = join(folder, path);
      const { size } = await stat(file);
      if (size < LARGE) {
        files.set(path, async () => ({ path, content: await readFile(file) }));
        return;
      }
      const part = join(parts, String(files.size));
      const deflated = inTurn(() => deflatedFile({ path, file, part }));
      files.set(path, () => deflated);
      // An error is told by `write`; until then nobody waits for it.
      deflated.catch(() => {});
    },
    async write() {
      const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, it]) => it);
      const { count, digest } = counting();
      await pipeline(Readable.from(mapped(zipFiles(name, eachOf(sorted)), count)), createWriteStream(draft));
      return digest();
    },
    async done() {
      await rename(draft, target);
      await abandon();
    },
    abandon,
  };
}

async function deflatedFile({ path, file, part }: { path: string; file: string; part: string }): Promise<ZipFile> {
  await mkdir(dirname(part), { recursive: true });
  const counts: Counts = { crc: 0, packed: 0, size: 0 };
  await pipeline(Readable.from(deflate(readLater(file), counts)), createWriteStream(part));
  return { path, deflated: { crc: counts.crc, size: counts.size, content: readLater(part) } };
}

async function* eachOf(files: readonly (() => Promise<ZipFile>)[]): AsyncGenerator<ZipFile> {
  for (const file of files) yield await file();
}

/** Opened when it is read and not before: a pack may have more files than a process may hold open. */
async function* readLater(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { highWaterMark: READ });
}
