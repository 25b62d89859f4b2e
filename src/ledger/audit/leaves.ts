import { hashIn } from '../hashes.ts';
import { HASH_BYTES } from '../merkle.ts';
import { countAt, edgeRoot, levelsOf, TILE_WIDTH, tileRoot } from '../tiles.ts';

/** Leaf hashes by entry index, 32 bytes each (1 million entries: 32 MB); some may not be known. */
export interface Leaves {
  /** Puts hashes from entry `start` on, one behind the other. */
  set(start: number, hashes: Uint8Array): void;
  get(index: number): Uint8Array | undefined;
  /** Hashes of the entries `from` to `to`, one behind the other; zeros where one is not known. */
  slice(from: number, to: number): Uint8Array;
  /** Entries from 0 on whose hashes are all known. */
  known(): number;
  copy(): Leaves;
}

export function createLeaves(from?: { bytes: Uint8Array; present: Uint8Array }): Leaves {
  let bytes = from?.bytes ?? new Uint8Array(TILE_WIDTH * HASH_BYTES);
  let present = from?.present ?? new Uint8Array(TILE_WIDTH);
  const grow = (size: number) => {
    if (size <= present.length) return;
    const capacity = Math.max(size, 2 * present.length);
    bytes = grown(bytes, capacity * HASH_BYTES);
    present = grown(present, capacity);
  };
  return {
    set(start, hashes) {
      const end = start + hashes.length / HASH_BYTES;
      grow(end);
      bytes.set(hashes, start * HASH_BYTES);
      present.fill(1, start, end);
    },
    get: (index) => (present[index] === 1 ? hashIn(bytes, index) : undefined),
    slice: (from, to) => bytes.subarray(from * HASH_BYTES, to * HASH_BYTES),
    known() {
      const first = present.indexOf(0);
      return first < 0 ? present.length : first;
    },
    copy: () => createLeaves({ bytes: bytes.slice(), present: present.slice() }),
  };
}

const NOTHING = new Uint8Array();

/** A whole tree in memory, made from leaves alone: what every stored tile and every signed root must equal. */
export interface DerivedTree {
  readonly size: number;
  /** Hashes `from` to `to` of a tile level, one behind the other, or undefined past the tree. */
  hashes(level: number, from: number, to: number): Uint8Array | undefined;
  /** Root of the first `size` entries. */
  root(size: number): Uint8Array;
}

/** Derives all levels over the leaves that are known without a hole. */
export function deriveTree(leaves: Leaves): DerivedTree {
  const size = leaves.known();
  const above: Uint8Array[] = [];
  for (let level = 1; level < levelsOf(size); level++) {
    const tiles = Array.from({ length: countAt(level, size) }, (_, at) =>
      slice(level - 1, at * TILE_WIDTH, (at + 1) * TILE_WIDTH),
    );
    above.push(Buffer.concat(tiles.map(tileRoot)));
  }
  function slice(level: number, from: number, to: number): Uint8Array {
    return level === 0
      ? leaves.slice(from, to)
      : (above[level - 1] ?? NOTHING).subarray(from * HASH_BYTES, to * HASH_BYTES);
  }
  return {
    size,
    hashes: (level, from, to) => (to <= countAt(level, size) ? slice(level, from, to) : undefined),
    root(at) {
      const edge = Array.from({ length: levelsOf(at) }, (_, level) => {
        const count = countAt(level, at);
        return slice(level, count - (count % TILE_WIDTH), count);
      });
      return edgeRoot(edge);
    },
  };
}

function grown(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}
