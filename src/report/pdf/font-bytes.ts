import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';

const loaded = new Map<string, Buffer>();

/** Bytes of a TrueType font of `fonts/`, where it lies under Brotli; `file` without `.ttf.br`. Read once in the life of a process. */
export function fontBytes(file: string): Buffer {
  const bytes =
    loaded.get(file) ?? brotliDecompressSync(readFileSync(new URL(`./fonts/${file}.ttf.br`, import.meta.url)));
  loaded.set(file, bytes);
  return bytes;
}
