import type { Upload, Uploads } from '../../ports/uploads.ts';

/** A folder of uploads in memory, whose content can be changed at any time. */
export interface MemoryUploads extends Uploads {
  put(path: string, content: string | Uint8Array, modified?: string): void;
  remove(path: string): void;
}

/** `onRead` is asked before each read, so that a test decides what changes meanwhile. */
export function memoryUploads(options: { onRead?: (path: string) => void } = {}): MemoryUploads {
  const files = new Map<string, { listed: Upload; content: Uint8Array }>();
  let versions = 0;
  return {
    put(path, given, modified = '2026-01-01T00:00:00.000Z') {
      versions += 1;
      const content = typeof given === 'string' ? new TextEncoder().encode(given) : given;
      files.set(path, { listed: { path, bytes: content.length, version: `v${versions}`, modified }, content });
    },
    remove: (path) => void files.delete(path),
    list: async (most) => [...files.values()].slice(0, most + 1).map((it) => it.listed),
    async read({ path, version }, maxBytes) {
      options.onRead?.(path);
      const found = files.get(path);
      if (found?.listed.version !== version) return undefined;
      if (found.content.length > maxBytes) throw new RangeError(`${path}: more than ${maxBytes} bytes`);
      return { bytes: found.content, id: `id-${version}` };
    },
  };
}
