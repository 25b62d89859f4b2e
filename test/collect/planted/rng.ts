/** Chance that can be repeated: mulberry32, public domain. */
export interface Rng {
  /** From 0 to below `limit`. */
  int(limit: number): number;
  pick<T>(from: readonly T[]): T;
  /** So many characters out of an alphabet. */
  text(alphabet: string, length: number): string;
}

export function rngOf(seed: number): Rng {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (limit: number): number => Math.floor(next() * limit);
  return {
    int,
    pick: (from) => {
      const found = from[int(from.length)];
      if (found === undefined) throw new RangeError('nothing to pick from');
      return found;
    },
    text: (alphabet, length) => Array.from({ length }, () => alphabet[int(alphabet.length)]).join(''),
  };
}

export const HEX = '0123456789abcdef';
export const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
export const ALNUM = `${UPPER}${UPPER.toLowerCase()}0123456789`;
export const B64 = `${ALNUM}+/`;
export const URLSAFE = `${ALNUM}-_`;
