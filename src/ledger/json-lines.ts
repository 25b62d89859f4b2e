import { createGunzip } from 'node:zlib';
import { WitnessmarkError } from '../model/error.ts';

/** Bounds on a gzipped file of lines, in bytes after unpacking. */
export interface LineBounds {
  readonly maxBytes: number;
  readonly maxLineBytes: number;
}

/** What any object of evidence or retrievals may unpack to: 512 MiB, a line 16 MiB. */
export const LINE_BOUNDS: LineBounds = { maxBytes: 512 * 1024 * 1024, maxLineBytes: 16 * 1024 * 1024 };

const LINE_FEED = 0x0a;

/**
 * Lines of gzipped bytes without their line feeds, unpacked as they are read: memory is bounded by
 * the longest line. Throws `lines-too-large` past a bound, and what zlib throws on damaged input.
 */
export async function* gzipLines(gzipped: Uint8Array, bounds: LineBounds = LINE_BOUNDS): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip();
  gunzip.end(gzipped);
  let total = 0;
  let rest: Uint8Array[] = [];
  for await (const chunk of gunzip as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > bounds.maxBytes) throw tooLarge(`it unpacks to more than ${bounds.maxBytes} bytes`);
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      yield joined([...rest, chunk.subarray(from, end)], bounds);
      rest = [];
      from = end + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
    checkLength(rest, bounds);
  }
  if (rest.length > 0) yield joined(rest, bounds);
}

function joined(parts: readonly Uint8Array[], bounds: LineBounds): Uint8Array {
  checkLength(parts, bounds);
  return Buffer.concat(parts);
}

function checkLength(parts: readonly Uint8Array[], bounds: LineBounds): void {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > bounds.maxLineBytes) throw tooLarge(`a line is longer than ${bounds.maxLineBytes} bytes`);
}

function tooLarge(what: string): WitnessmarkError {
  return new WitnessmarkError('lines-too-large', what);
}
