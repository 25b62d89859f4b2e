import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';

/** Most bytes that are inflated at once: larger pieces are no faster, smaller ones are much slower. */
const PIECE = 256 * 1024;

/** What stands in a zip for one deflated file. */
export interface Deflated {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** How many bytes that are. */
  readonly packed: number;
  /** How many it says that they inflate to. Not to be relied on. */
  readonly size: number;
}

/**
 * The bytes of a raw deflate stream (RFC 1951), as they come. Throws where it is damaged, cut, or ends
 * before its bytes do. On the page for browsers `verify-page/platform/inflate.ts` stands in its place.
 */
export async function* inflatedRaw({ bytes, packed, size }: Deflated): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize: Math.min(PIECE, Math.max(1024, size)) });
  pipeline(Readable.from(bytes), inflate, () => {});
  yield* inflate;
  if (inflate.bytesWritten !== packed) throw new Error(`${packed - inflate.bytesWritten} bytes follow its end`);
}
