import { Gunzip, Unzlib } from 'fflate';
import { Buffer } from './bytes.ts';

/**
 * What the verifier asks of `node:zlib`, for browsers: whole streams, inflated up to a limit and never
 * beyond it. fflate checks no sums, so that of gzip is checked here.
 */
interface Limit {
  readonly maxOutputLength: number;
}

/** Bytes that are inflated between two looks at the limit. */
const STEP = 64 * 1024;

type Inflater = Pick<Unzlib, 'push' | 'ondata'>;

function inflated(stream: Inflater, bytes: Uint8Array, { maxOutputLength }: Limit): Buffer {
  const pieces: Uint8Array[] = [];
  let length = 0;
  stream.ondata = (piece) => {
    length += piece.length;
    if (length > maxOutputLength) throw new RangeError(`inflates to more than ${maxOutputLength} bytes`);
    if (piece.length > 0) pieces.push(piece);
  };
  for (let at = 0; at < Math.max(bytes.length, 1); at += STEP) {
    stream.push(bytes.subarray(at, at + STEP), at + STEP >= bytes.length);
  }
  return Buffer.concat(pieces);
}

/** RFC 1950. */
export function inflateSync(bytes: Uint8Array, limit: Limit): Buffer {
  return inflated(new Unzlib(), bytes, limit);
}

/** RFC 1952, one member: that is how recordings are written. */
export function gunzipSync(bytes: Uint8Array, limit: Limit): Buffer {
  const content = inflated(new Gunzip(), bytes, limit);
  const trailer = Buffer.from(bytes).subarray(-8);
  if (trailer.length < 8 || trailer.readUInt32LE(0) !== crc32(content) || trailer.readUInt32LE(4) !== content.length)
    throw new Error('incorrect data check');
  return content;
}

const CRC = Uint32Array.from({ length: 256 }, (_, at) => {
  let value = at;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 of ISO 3309, as gzip and zip use it. */
export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (CRC[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
