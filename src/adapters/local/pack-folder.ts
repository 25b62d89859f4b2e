import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WitnessmarkError } from '../../model/error.ts';
import type { Content, FileDigest, PackSink } from '../../pack/sink.ts';
import { onDisk } from './disk-error.ts';
import { failedWith, makeFolder as makeWholeFolder } from './durable.ts';
import { packZip } from './pack-zip.ts';

/** What stands beside a pack while it is written. Ours alone: it is removed, and `soc2.old` may be somebody's own. */
const [DRAFT, OLD] = ['.witnessmark-draft', '.witnessmark-old'];

/** A pack that is being written, and is where it belongs once it is `done`. */
export interface PackFolder<Zip extends FileDigest | undefined = FileDigest | undefined> extends PackSink {
  /** Where its files are until then. */
  readonly draft: string;
  /** Gives the digest of the zip, where there is to be one. */
  done(): Promise<{ readonly zip: Zip }>;
  /** Gives it up: nothing that was written for it stays. Does nothing once it is done. */
  abandon(): Promise<void>;
}

/**
 * Writes the files of a pack beside `folder`, and puts them there when all are written: whatever happens
 * in between, `folder` holds a whole pack or none. It must be empty or hold a pack (then that is
 * replaced): anything else in there is somebody's own. With `zipAs`, the name of the folder inside it, a
 * zip of the same files stands beside it too, at `<folder>.zip`. Throws `pack-folder-not-empty`,
 * `disk-full` and `disk-denied`.
 */
export async function packFolder(folder: string, zipAs: string): Promise<PackFolder<FileDigest>>;
export async function packFolder(folder: string): Promise<PackFolder>;
export async function packFolder(folder: string, zipAs?: string): Promise<PackFolder> {
  const present = await readdir(folder).catch((): string[] => []);
  if (present.length > 0 && !present.includes('bagit.txt')) {
    throw new WitnessmarkError('pack-folder-not-empty', `${folder} is not empty and holds no pack`, {
      hint: 'choose another --out',
    });
  }
  const target = resolve(folder);
  const [draft, old] = [`${target}${DRAFT}`, `${target}${OLD}`];
  await onDisk(draft, async () => {
    await rm(draft, { recursive: true, force: true });
    // Now, so that what may not be written is refused before anything is rendered.
    await makeWholeFolder(draft);
  });
  const zip = zipAs === undefined ? undefined : await packZip({ name: zipAs, folder: draft, target: `${target}.zip` });
  const made = new Map<string, Promise<unknown>>();
  const makeFolder = (path: string): Promise<unknown> => {
    const making = made.get(path) ?? mkdir(path, { recursive: true });
    made.set(path, making);
    return making;
  };
  return {
    draft,
    put(path, content) {
      const file = join(draft, path);
      return onDisk(file, async () => {
        await makeFolder(dirname(file));
        await put(file, content);
        await zip?.add(path);
      });
    },
    done: () =>
      onDisk(target, async () => {
        const digest = await zip?.write();
        await moveOver(draft, target, old);
        await zip?.done();
        return { zip: digest };
      }),
    abandon: async () => {
      await zip?.abandon();
      await rm(draft, { recursive: true, force: true });
    },
  };
}

/** A folder cannot be replaced in one step; for a moment there is none. */
async function moveOver(from: string, to: string, old: string): Promise<void> {
  await rm(old, { recursive: true, force: true });
  await rename(to, old).catch((thrown: unknown) => {
    if (!failedWith(thrown, 'ENOENT')) throw thrown;
  });
  await rename(from, to);
  await rm(old, { recursive: true, force: true });
}

/** Bytes that wait for the disk while more are made. */
const WRITE_AHEAD = 4 * 1024 * 1024;

async function put(path: string, content: Content): Promise<void> {
  if (content instanceof Uint8Array) await writeFile(path, content);
  else await pipeline(Readable.from(content), createWriteStream(path, { highWaterMark: WRITE_AHEAD }));
}
