import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Makes the names in a folder durable: a file's own fsync does not cover its name. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders, and writes names through.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Makes a folder with its parents, durably. */
export async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  // Not recursive: that calls it ENOENT where the file system is read-only.
  await mkdir(path).catch(async (thrown: unknown) => {
    if (!(failedWith(thrown, 'EEXIST') && (await isFolder(path)))) throw thrown;
  });
  await syncFolder(parent);
}

/** Writes a new file durably, except for its name. */
export async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o644);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** In a store's folder: drafts and locks. No object can be there, since keys have no `~`. */
export const PRIVATE_FOLDER = '~store';

/** Puts a file of a store in the place of another at once: a reader sees the one or the other, whole. */
export async function replaceFile(root: string, path: string, bytes: Uint8Array): Promise<void> {
  await makeFolder(join(root, PRIVATE_FOLDER));
  const draft = join(root, PRIVATE_FOLDER, randomUUID());
  await writeNew(draft, bytes);
  await rename(draft, join(root, path));
  await syncFolder(dirname(join(root, path)));
}

/** Whether a failed file operation failed with one of these system error names. */
export function failedWith(thrown: unknown, ...codes: readonly string[]): boolean {
  return thrown instanceof Error && 'code' in thrown && codes.includes(String(thrown.code));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (thrown) {
    if (failedWith(thrown, 'ENOENT')) return false;
    throw thrown;
  }
}
