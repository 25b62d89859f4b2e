import { gunzipSync } from 'node:zlib';
import { messageOf } from '../../model/error.ts';
import { malformed } from './malformed.ts';

/** What `gunzipSync` gives with `info`, which its types leave out; `bytesWritten` is what it took in. */
interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

const SMALLEST_CHUNK = 16 * 1024;

/** The bytes as they are, or unpacked to at most `limit` bytes where they are gzip (RFC 1952), all members of it. */
export function inflate(name: string, bytes: Uint8Array, limit: number): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const { buffer, engine } = gunzip(name, bytes, limit);
  // After a zero byte zlib takes the rest for padding. Padding is zeros and nothing else.
  if (bytes.subarray(engine.bytesWritten).some((byte) => byte !== 0))
    throw malformed(
      'cloudtrail-trailing-bytes',
      name,
      `holds other bytes after its ${engine.bytesWritten} bytes of gzip`,
    );
  return buffer;
}

/**
 * Gives back the memory of what `inflate` made, at once: the collector sees a few bytes of JavaScript there
 * and lets tens of megabytes wait. What `inflate` gave must not be used any more.
 */
export function release(inflated: Uint8Array, bytes: Uint8Array): void {
  // Node cuts small buffers out of a pool, which is not this one's to give back.
  if (inflated !== bytes && inflated.buffer.byteLength > Buffer.poolSize) (inflated.buffer as ArrayBuffer).transfer(0);
}

function gunzip(name: string, bytes: Uint8Array, limit: number): Inflated {
  try {
    const options = { maxOutputLength: limit, chunkSize: chunkSize(bytes, limit), info: true };
    return gunzipSync(bytes, options) as unknown as Inflated;
  } catch (cause) {
    const code =
      (cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? 'cloudtrail-too-large' : 'cloudtrail-gzip';
    throw malformed(code, name, `cannot be decompressed: ${messageOf(cause)}`, cause);
  }
}

/**
 * The trailer says how long the content is. Unpacking into one piece of that length is twice as fast as
 * into pieces of 16 KiB. It is a hint from outside: it costs at most the limit, and is never believed.
 */
function chunkSize(bytes: Uint8Array, limit: number): number {
  const claimed =
    bytes.byteLength < 18 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.byteLength - 4, true);
  const hint = Math.max(claimed + 64, bytes.byteLength * 4, SMALLEST_CHUNK);
  // Deflate cannot shrink anything to less than about a thousandth.
  return Math.min(hint, bytes.byteLength * 1032 + SMALLEST_CHUNK, limit);
}
