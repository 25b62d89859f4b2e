import { WitnessmarkError } from '../model/error.ts';

/** One file of a tar. */
export interface TarMember {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const BLOCK = 512;
/** 1980-01-01, as in the zip. */
const TIME = 315_532_800;
const MAX_NAME = 100;

/**
 * A deterministic tar (POSIX.1-1988 ustar): regular files, mode 0644, one date, no owner. Every `tar`
 * reads it; nothing is compressed, so that the zip around it does that once.
 */
export function tarOf(members: readonly TarMember[]): Uint8Array {
  const sizes = members.map(({ bytes }) => BLOCK + bytes.length + padding(bytes.length));
  // In one piece: a pack has as many members as pieces of evidence.
  const tar = Buffer.alloc(sizes.reduce((sum, size) => sum + size, 2 * BLOCK));
  let at = 0;
  for (const [index, { name, bytes }] of members.entries()) {
    writeHeader(tar.subarray(at, at + BLOCK), name, bytes.length);
    tar.set(bytes, at + BLOCK);
    at += sizes[index] ?? 0;
  }
  return tar;
}

/**
 * The members of a tar that `tarOf` wrote. Anything else throws `pack-tar-malformed`: another header,
 * something between or after the members, an end that is cut.
 */
export function* tarMembers(bytes: Uint8Array): Generator<TarMember> {
  const tar = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const expected = Buffer.alloc(BLOCK);
  let at = 0;
  for (; tar[at] !== undefined && tar[at] !== 0; ) {
    const name = tar.toString('latin1', at, at + MAX_NAME).replace(/\0.*$/s, '');
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    const end = at + BLOCK + size + padding(size);
    if (!(size >= 0 && end <= tar.length)) throw malformed(`${name}: its size does not fit`);
    if (!writeHeader(expected, name, size).equals(tar.subarray(at, at + BLOCK)))
      throw malformed(`${name}: has an unexpected header`);
    const filled = tar.subarray(at + BLOCK + size, end);
    if (!filled.equals(ZEROS.subarray(0, filled.length))) throw malformed(`${name}: bytes follow its end`);
    yield { name, bytes: tar.subarray(at + BLOCK, at + BLOCK + size) };
    at = end;
  }
  const rest = tar.subarray(at);
  if (rest.length !== 2 * BLOCK || rest.some((it) => it !== 0)) throw malformed('it does not end as a tar does');
}

const ZEROS = Buffer.alloc(BLOCK);
const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;

/** A header with neither name nor size, its checksum as blanks, which is how it counts in its own sum. */
const BLANK = (() => {
  const block = Buffer.alloc(BLOCK);
  block.write(`${octal(0o644, 7)}${octal(0, 7)}${octal(0, 7)}`, 100, 'latin1');
  block.write(octal(TIME, 11), 136, 'latin1');
  block.write(`${' '.repeat(8)}0`, 148, 'latin1');
  block.write('ustar\u000000', 257, 'latin1');
  return block;
})();
const BLANK_SUM = sumOf(BLANK);

function writeHeader(block: Buffer, name: string, size: number): Buffer {
  block.set(BLANK);
  const length = block.write(name, 0, MAX_NAME, 'latin1');
  block.write(octal(size, 11), 124, 'latin1');
  const sum = BLANK_SUM + sumOf(block.subarray(0, length)) + sumOf(block.subarray(124, 136));
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return sum;
}

function malformed(what: string): WitnessmarkError {
  return new WitnessmarkError('pack-tar-malformed', `not a tar of this kind: ${what}`);
}
