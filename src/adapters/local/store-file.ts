import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WitnessmarkError } from '../../model/error.ts';
import { parseStoreFile, STORE_FILE, type StoreFile, storeFileBytes } from '../store-format.ts';
import { diskError } from './disk-error.ts';
import { failedWith, replaceFile } from './durable.ts';

/** @throws WitnessmarkError `store-invalid`, `disk-denied` */
export const readStoreFile = async (folder: string): Promise<StoreFile> =>
  parseStoreFile(join(folder, STORE_FILE), await readStoreText(folder, STORE_FILE));

/** Writes `store.json` whole or not at all. */
export const writeStoreFile = (folder: string, file: StoreFile): Promise<void> =>
  replaceFile(folder, STORE_FILE, storeFileBytes(file));

/** A small file of a store; throws `store-invalid` or `disk-denied`. */
export const readStoreText = (folder: string, path: string): Promise<string> =>
  readFile(join(folder, path), 'utf8').catch((cause: unknown) => {
    if (failedWith(cause, 'EACCES', 'EPERM')) throw diskError(cause, join(folder, path));
    throw new WitnessmarkError('store-invalid', `${join(folder, path)} cannot be read`, {
      cause,
      hint: 'restore it from a backup of the store',
    });
  });
