import { Buffer as Polyfill } from 'buffer/index.js';

/**
 * Node's Buffer for browsers, by the `buffer` package. Its own UTF-8 is written in JavaScript and ten
 * times slower than the browser's, so that is used where it means the same: what is no UTF-8 becomes
 * U+FFFD, and a byte order mark stays, as in Node.
 */
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const isUtf8 = (encoding: unknown): boolean => encoding === undefined || encoding === 'utf8' || encoding === 'utf-8';

const { from } = Polyfill;
const { toString: text } = Polyfill.prototype;

function fromText(value: unknown, encoding?: unknown, length?: unknown): Polyfill {
  if (typeof value !== 'string' || !isUtf8(encoding)) return from(value as never, encoding as never, length as never);
  const { buffer, byteOffset, byteLength } = encoder.encode(value);
  return from(buffer, byteOffset, byteLength);
}

function toText(this: Polyfill, encoding?: string, start = 0, end = this.length): string {
  if (!isUtf8(encoding)) return text.call(this, encoding as BufferEncoding, start, end);
  return decoder.decode(this.subarray(start, end));
}

Polyfill.from = fromText as typeof Polyfill.from;
Polyfill.prototype.toString = toText;
// Node's takes any bytes, the package's Buffers only.
Polyfill.prototype.equals = function equals(other: Uint8Array): boolean {
  return Polyfill.compare(this, other) === 0;
};

/** As Node's, for everything that the verifier asks of it. */
export const Buffer = Polyfill as unknown as typeof globalThis.Buffer;
export type Buffer = globalThis.Buffer;

/** Node's `setImmediate`, which yauzl ends the list of a zip with. */
export const setImmediate = (work: () => void): void => queueMicrotask(work);
