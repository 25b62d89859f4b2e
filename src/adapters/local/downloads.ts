import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Downloads } from '../../ports/downloads.ts';
import { checkKey } from '../object-key.ts';
import { failedWith } from './durable.ts';

/** Files of a store in a folder, handed out by their bytes, which are read as they are taken. */
export function folderDownloads(folder: string): Downloads {
  return {
    async offer(key) {
      const path = join(folder, ...checkKey(key).split('/'));
      const found = await stat(path).catch((thrown: unknown) => {
        if (failedWith(thrown, 'ENOENT', 'ENOTDIR')) return undefined;
        throw thrown;
      });
      if (!found?.isFile()) return undefined;
      return { size: found.size, content: ReadableStream.from(readLater(path)) };
    },
  };
}

/** Opened when it is read and not before: who asks for the head of an answer alone reads nothing of it. */
async function* readLater(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { highWaterMark: 256 * 1024 });
}
