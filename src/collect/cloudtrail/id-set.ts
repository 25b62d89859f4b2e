/** A set of 128-bit ids in 16 bytes each: an ingest must know every event that it has counted. */
export interface IdSet {
  readonly size: number;
  /** Whether the id, four words at `at`, is in the set. */
  has(ids: Uint32Array, at: number): boolean;
  /** Puts the id in; whether it was not there before. */
  add(ids: Uint32Array, at: number): boolean;
}

const FIRST_SLOTS = 1024;

/** Ids come from outside: `seed` is secret, so that nobody can choose ids that fall on one place. */
export function idSet(seed: number): IdSet {
  let slots = new Uint32Array(FIRST_SLOTS * 4);
  let size = 0;
  let hasZero = false;
  const grow = (): void => {
    const old = slots;
    slots = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 4)
      if (!isFree(old, at)) put(slots, freeOrSame(slots, old, at, seed), old, at);
  };
  return {
    get size() {
      return size;
    },
    has: (ids, at) => (isFree(ids, at) ? hasZero : !isFree(slots, freeOrSame(slots, ids, at, seed))),
    add: (ids, at) => {
      if (isFree(ids, at)) {
        const isNew = !hasZero;
        hasZero = true;
        size += isNew ? 1 : 0;
        return isNew;
      }
      const slot = freeOrSame(slots, ids, at, seed);
      if (!isFree(slots, slot)) return false;
      put(slots, slot, ids, at);
      size += 1;
      // Three quarters full, by ids of four words.
      if (size * 16 > slots.length * 3) grow();
      return true;
    },
  };
}

const isFree = (slots: Uint32Array, at: number): boolean =>
  ((slots[at] ?? 0) | (slots[at + 1] ?? 0) | (slots[at + 2] ?? 0) | (slots[at + 3] ?? 0)) === 0;

/** The slot that holds the id, or else the free one where it belongs. */
function freeOrSame(slots: Uint32Array, ids: Uint32Array, at: number, seed: number): number {
  const [a, b, c, d] = [ids[at] ?? 0, ids[at + 1] ?? 0, ids[at + 2] ?? 0, ids[at + 3] ?? 0];
  const mask = slots.length - 1;
  let slot = (mix(mix(mix(mix(seed, a), b), c), d) << 2) & mask;
  while (!isFree(slots, slot)) {
    if (slots[slot] === a && slots[slot + 1] === b && slots[slot + 2] === c && slots[slot + 3] === d) return slot;
    slot = (slot + 4) & mask;
  }
  return slot;
}

function put(slots: Uint32Array, slot: number, ids: Uint32Array, at: number): void {
  for (let word = 0; word < 4; word += 1) slots[slot + word] = ids[at + word] ?? 0;
}

/** One step of MurmurHash3's mixing. */
function mix(state: number, word: number): number {
  const scrambled = Math.imul(state ^ word, 0xcc9e2d51);
  const turned = (scrambled << 15) | (scrambled >>> 17);
  const next = Math.imul(turned ^ (turned >>> 13), 0x85ebca6b);
  return next ^ (next >>> 16);
}
