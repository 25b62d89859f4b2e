import { hash, randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { link, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Objects, StoredObject } from '../../ports/objects.ts';
import { checkKey, checkPrefix } from '../object-key.ts';
import { onDisk } from './disk-error.ts';
import { failedWith, makeFolder, PRIVATE_FOLDER, syncFolder, writeNew } from './durable.ts';
import { withLock } from './lock.ts';

/**
 * A store in a folder, one file per object, made on the first write. A write returns after the file
 * and its name are on the disk; a crash leaves whole objects only. Safe for many processes on one
 * machine. The file system must have hard links. Versions are the SHA-256 of the content. A killed
 * process may leave drafts in `~store/`, which may be deleted while nobody writes. A full disk is
 * `disk-full`, and what may not be written `disk-denied`.
 */
export function folderObjects(root: string): Objects {
  const pathOf = (key: string) => join(root, ...checkKey(key).split('/'));
  return {
    get: async (key) => onDisk(key, () => readObject(pathOf(key))),
    create: async (key, bytes) => onDisk(key, () => createFile(root, pathOf(key), bytes)),
    async replace(key, bytes, version) {
      const path = pathOf(key);
      return onDisk(key, async () => {
        await makeFolder(join(root, PRIVATE_FOLDER));
        return withLock(join(root, PRIVATE_FOLDER, 'lock'), () => replaceFile(root, path, bytes, version));
      });
    },
    list: (prefix) => listFiles(root, checkPrefix(prefix)),
  };
}

async function readObject(path: string): Promise<StoredObject | undefined> {
  try {
    const bytes = await readFile(path);
    return { bytes, version: hash('sha256', bytes, 'hex') };
  } catch (thrown) {
    // A folder of that name, or a file where a folder would have to be: there is no such object.
    if (failedWith(thrown, 'ENOENT', 'EISDIR', 'ENOTDIR')) return undefined;
    throw thrown;
  }
}

async function createFile(root: string, path: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
  return withDraft(root, path, bytes, async (draft) => {
    const outcome = await linkNew(draft, path);
    // Also where it exists: its writer may not have come this far.
    await syncFolder(dirname(path));
    return outcome;
  });
}

async function replaceFile(
  root: string,
  path: string,
  bytes: Uint8Array,
  version: string | undefined,
): Promise<'replaced' | 'conflict'> {
  if ((await readObject(path))?.version !== version) return 'conflict';
  // `create` takes no lock, so an absent object may appear until the last moment.
  if (version === undefined) return (await createFile(root, path, bytes)) === 'created' ? 'replaced' : 'conflict';
  return withDraft(root, path, bytes, async (draft): Promise<'replaced'> => {
    await rename(draft, path);
    await syncFolder(dirname(path));
    return 'replaced';
  });
}

/** Writes the bytes durably under a private name, and removes that name afterwards. */
async function withDraft<T>(
  root: string,
  path: string,
  bytes: Uint8Array,
  use: (draft: string) => Promise<T>,
): Promise<T> {
  const folder = join(root, PRIVATE_FOLDER);
  await makeFolder(folder);
  await makeFolder(dirname(path));
  const draft = join(folder, randomUUID());
  try {
    await writeNew(draft, bytes);
    return await use(draft);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Hard links are exclusive and show the whole file or none. */
async function linkNew(draft: string, path: string): Promise<'created' | 'exists'> {
  try {
    await link(draft, path);
    return 'created';
  } catch (thrown) {
    if (failedWith(thrown, 'EEXIST')) return 'exists';
    throw thrown;
  }
}

/** Starts in the deepest folder that the prefix names, and walks in the order of whole keys. */
async function* listFiles(root: string, prefix: string): AsyncIterable<string> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  yield* walk(root, folder, prefix);
}

async function* walk(root: string, folder: string, prefix: string): AsyncIterable<string> {
  for (const item of await readFolder(join(root, folder))) {
    const key = `${folder}${item.name}`;
    const wanted = key.startsWith(prefix) || (item.isDirectory() && prefix.startsWith(`${key}/`));
    if (!wanted || !isKey(item.name)) continue;
    if (item.isDirectory()) yield* walk(root, `${key}/`, prefix);
    else if (item.isFile()) yield key;
  }
}

/** A folder sorts as its name with a slash, so that files come in byte order of their keys. */
async function readFolder(path: string): Promise<Dirent[]> {
  const sortName = (item: Dirent) => (item.isDirectory() ? `${item.name}/` : item.name);
  try {
    const items = await readdir(path, { withFileTypes: true });
    return items.sort((a, b) => (sortName(a) < sortName(b) ? -1 : 1));
  } catch (thrown) {
    if (failedWith(thrown, 'ENOENT', 'ENOTDIR')) return [];
    throw thrown;
  }
}

function isKey(name: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(name);
}
