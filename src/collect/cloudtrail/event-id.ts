import { hash } from 'node:crypto';

const HEX = new Int8Array(128).fill(-1);
for (let digit = 0; digit < 16; digit += 1) HEX[digit.toString(16).charCodeAt(0)] = digit;

const [DASH, UUID_LENGTH] = [0x2d, 36];

/**
 * Writes the 128 bits of a UUID in its canonical form (RFC 9562, section 4, lower case) to `words`. False for
 * any other text. CloudTrail's event ids are such, so that 16 bytes stand for one without loss.
 */
export function readUuid(text: string, words: Uint32Array): boolean {
  if (text.length !== UUID_LENGTH || !hasDashes(text)) return false;
  const [a, b] = [hex8(text, 0, 4), hex8(text, 9, 14)];
  const [c, d] = [hex8(text, 19, 24), hex8(text, 28, 32)];
  words[0] = a;
  words[1] = b;
  words[2] = c;
  words[3] = d;
  return a >= 0 && b >= 0 && c >= 0 && d >= 0;
}

const hasDashes = (text: string): boolean =>
  text.charCodeAt(8) === DASH &&
  text.charCodeAt(13) === DASH &&
  text.charCodeAt(18) === DASH &&
  text.charCodeAt(23) === DASH;

/** Twice four digits as a number below 2^32, negative where one is none. */
function hex8(text: string, first: number, second: number): number {
  const [high, low] = [hex4(text, first), hex4(text, second)];
  return (high | low) < 0 ? -1 : high * 0x10000 + low;
}

/** Four digits as a number, negative where one is none. */
function hex4(text: string, at: number): number {
  return (digit(text, at) << 12) | (digit(text, at + 1) << 8) | (digit(text, at + 2) << 4) | digit(text, at + 3);
}

function digit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? (HEX[code] ?? -1) : -1;
}

/** The first 128 bits of the SHA-256 of any other id. */
export function hashId(text: string, words: Uint32Array): void {
  const digest = hash('sha256', text, 'buffer');
  for (let word = 0; word < 4; word += 1) words[word] = digest.readUInt32BE(word * 4);
}
