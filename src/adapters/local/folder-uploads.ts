import type { Dir } from 'node:fs';
import { opendir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { WitnessmarkError } from '../../model/error.ts';
import type { Upload, Uploads } from '../../ports/uploads.ts';

/** A folder of this machine as if it had been uploaded, so that it can be judged before it is. Links are not followed. */
export function folderUploads(folder: string): Uploads {
  return {
    async list(most) {
      const found: Upload[] = [];
      for await (const entry of await opened(folder)) {
        if (!entry.isFile()) continue;
        const path = relative(folder, join(entry.parentPath, entry.name));
        const { size, mtime } = await stat(join(folder, path));
        const modified = mtime.toISOString();
        const upload = { path: path.replaceAll(sep, '/'), bytes: size, version: `${modified} ${size}`, modified };
        if (found.push(upload) > most) break;
      }
      return found;
    },
    async read({ path, version }, maxBytes) {
      const bytes = await readFile(join(folder, path));
      if (bytes.length <= maxBytes) return { bytes, id: version };
      throw new WitnessmarkError('catalog-too-large', `${path}: expected at most ${maxBytes} bytes`);
    },
  };
}

async function opened(folder: string): Promise<Dir> {
  return opendir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new WitnessmarkError('usage-folder', `${folder}: no such folder, or it cannot be read`, { cause });
  });
}
