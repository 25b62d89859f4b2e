import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Inventory } from '../../ports/inventory.ts';
import { failedWith } from './durable.ts';
import { folderObjects } from './objects.ts';

/** Files of a store's folder that are no objects of it. */
const PRIVATE = /^(keys\/|notary\/|index\.sqlite)/;

/** The objects of a store in a folder; keys, the notary's memory and the index are none. */
export function folderInventory(root: string): Inventory {
  const objects = folderObjects(root);
  return {
    async *list() {
      for await (const key of objects.list('')) {
        if (PRIVATE.test(key)) continue;
        const item = await lstat(join(root, key)).catch((thrown: unknown) => {
          // It was replaced or taken away since it was listed.
          if (failedWith(thrown, 'ENOENT')) return undefined;
          throw thrown;
        });
        if (item !== undefined) yield { key, bytes: item.size, storedAt: item.mtime.toISOString() };
      }
    },
  };
}
