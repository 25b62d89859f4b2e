import { sha256Hex } from './canonical.ts';

/** Half of a character above U+FFFF: by UTF-16 such come before U+E000 to U+FFFF, by UTF-8 after them. */
const SURROGATE = /[\uD800-\uDFFF]/;

/**
 * Digest of a population's states: SHA-256 over the lines `subject TAB evidence-hash LF`, the lines
 * sorted by their UTF-8 bytes. Anyone with the evidence can compute it again.
 */
export function populationDigest(states: Iterable<readonly [subject: string, hash: string]>): string {
  const lines = Array.from(states, ([subject, hash]) => `${subject}\t${hash}\n`).sort();
  // Texts are sorted in half the time of bytes, and nearly always alike.
  const text = lines.join('');
  return sha256Hex(
    SURROGATE.test(text) ? Buffer.concat(lines.map((it) => Buffer.from(it)).sort(Buffer.compare)) : text,
  );
}
