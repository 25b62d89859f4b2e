import { randomUUID } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { WitnessmarkError } from '../../model/error.ts';
import { parseStoreFile, STORE_FILE, type StoreFile, storeFileBytes } from '../store-format.ts';
import { diskError } from './disk-error.ts';
import { failedWith, syncFolder, writeNew } from './durable.ts';
import { PRIVATE_FOLDER } from './objects.ts';

/** @throws WitnessmarkError `store-invalid`, `disk-denied` */
export const readStoreFile = async (folder: string): Promise<StoreFile> =>
  parseStoreFile(join(folder, STORE_FILE), await readStoreText(folder, STORE_FILE));

/** Writes `store.json` whole or not at all. */
export const writeStoreFile = (folder: string, file: StoreFile): Promise<void> =>
  replaceStoreText(folder, STORE_FILE, storeFileBytes(file));

/** A small file of a store; throws `store-invalid` or `disk-denied`. */
export const readStoreText = (folder: string, path: string): Promise<string> =>
  readFile(join(folder, path), 'utf8').catch((cause: unknown) => {
    if (failedWith(cause, 'EACCES', 'EPERM')) throw diskError(cause, join(folder, path));
    throw new WitnessmarkError('store-invalid', `${join(folder, path)} cannot be read`, {
      cause,
      hint: 'restore it from a backup of the store',
    });
  });

/** Writes a file of a store at once, in the place of any that is there. */
export async function replaceStoreText(folder: string, path: string, content: string | Uint8Array): Promise<void> {
  const draft = join(folder, PRIVATE_FOLDER, randomUUID());
  await writeNew(draft, Buffer.from(content));
  await rename(draft, join(folder, path));
  await syncFolder(join(folder, path, '..'));
}
