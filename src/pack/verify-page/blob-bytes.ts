import type { ZipBytes } from '../verify/zip-source.ts';

/** Bytes that are read together: the directory of a zip is asked for in pieces of a few dozen. */
const WINDOW = 256 * 1024;

/** A file that the browser was handed, as bytes that can be read anywhere. */
export function blobBytes(blob: Blob): ZipBytes {
  let window = { from: 0, bytes: new Uint8Array() };
  const slice = async (from: number, length: number): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await blob.slice(from, from + length).arrayBuffer());
  return {
    size: blob.size,
    async read(position, length) {
      if (length >= WINDOW) return await slice(position, length);
      if (position < window.from || position + length > window.from + window.bytes.length)
        window = { from: position, bytes: await slice(position, WINDOW) };
      return window.bytes.subarray(position - window.from, position - window.from + length);
    },
    close: () => Promise.resolve(),
  };
}
