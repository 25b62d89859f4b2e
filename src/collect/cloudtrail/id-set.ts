/** A set of 128-bit ids in 16 bytes each: an ingest must know every event that it has counted. */
export interface IdSet {
  readonly size: number;
  /** Whether the id, four words at `at`, is in the set. */
  has(ids: Uint32Array, at: number): boolean;
  /** Puts the id in; whether it was not there before. */
  add(ids: Uint32Array, at: number): boolean;
}

/** Parts grow one by one, so that the old and the new slots of a small part only are in memory at once. */
const PARTS = 32;
const FIRST_SLOTS = 32;

interface Part {
  slots: Uint32Array;
  size: number;
}

/**
 * Ids come from outside: `seed` is secret, so that nobody can choose ids that fall on one place. Takes 21 to
 * 29 bytes an id once there are many.
 */
export function idSet(seed: number): IdSet {
  const parts = Array.from({ length: PARTS }, (): Part => ({ slots: new Uint32Array(FIRST_SLOTS * 4), size: 0 }));
  let size = 0;
  let hasZero = false;
  const partOf = (hash: number): Part => parts[hash % PARTS] as Part;
  return {
    get size() {
      return size;
    },
    has: (ids, at) => {
      if (isFree(ids, at)) return hasZero;
      const hash = hashOf(ids, at, seed);
      const { slots } = partOf(hash);
      return !isFree(slots, freeOrSame(slots, hash, ids, at));
    },
    add: (ids, at) => {
      if (isFree(ids, at)) {
        const isNew = !hasZero;
        hasZero = true;
        size += isNew ? 1 : 0;
        return isNew;
      }
      const hash = hashOf(ids, at, seed);
      const part = partOf(hash);
      const slot = freeOrSame(part.slots, hash, ids, at);
      if (!isFree(part.slots, slot)) return false;
      put(part.slots, slot, ids, at);
      size += 1;
      part.size += 1;
      // Three quarters full, by ids of four words.
      if (part.size * 16 > part.slots.length * 3) part.slots = grown(part.slots, seed);
      return true;
    },
  };
}

/** A third more: twice as many would be half empty. */
function grown(old: Uint32Array, seed: number): Uint32Array {
  const slots = new Uint32Array(Math.ceil(old.length / 3) * 4);
  for (let at = 0; at < old.length; at += 4)
    if (!isFree(old, at)) put(slots, freeOrSame(slots, hashOf(old, at, seed), old, at), old, at);
  return slots;
}

const isFree = (slots: Uint32Array, at: number): boolean =>
  ((slots[at] ?? 0) | (slots[at + 1] ?? 0) | (slots[at + 2] ?? 0) | (slots[at + 3] ?? 0)) === 0;

/** 32 bits, of all of the id. */
const hashOf = (ids: Uint32Array, at: number, seed: number): number =>
  mix(mix(mix(mix(seed, ids[at] ?? 0), ids[at + 1] ?? 0), ids[at + 2] ?? 0), ids[at + 3] ?? 0) >>> 0;

/** The slot that holds the id, or else the free one where it belongs. */
function freeOrSame(slots: Uint32Array, hash: number, ids: Uint32Array, at: number): number {
  const [a, b, c, d] = [ids[at] ?? 0, ids[at + 1] ?? 0, ids[at + 2] ?? 0, ids[at + 3] ?? 0];
  const end = slots.length;
  let slot = Math.floor((hash / 2 ** 32) * (end >>> 2)) * 4;
  while (!isFree(slots, slot)) {
    if (slots[slot] === a && slots[slot + 1] === b && slots[slot + 2] === c && slots[slot + 3] === d) return slot;
    slot += 4;
    if (slot === end) slot = 0;
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
