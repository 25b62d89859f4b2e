/** Bytes of one row of the cross-reference: kind, five bytes of place, two of an index (W [1 5 2]). */
export const ROW = 8;
const ROWS = 65_536;

/** Where each object of a file stands, as the rows of its cross-reference stream (ISO 32000-1, 7.5.8.3). */
export interface Positions {
  /** The object begins at this byte of the file. */
  plain(id: number, offset: number): void;
  /** The object is the one with this index in an object stream. */
  packed(id: number, stream: number, index: number): void;
  /** The rows of objects 0 to `last`, some at a time. Throws when one of them was never placed. */
  rows(last: number): Generator<Uint8Array>;
}

/** Empty positions. A million of them take 8 MB. */
export function makePositions(): Positions {
  const blocks: Uint8Array[] = [];
  const set = (id: number, kind: number, place: number, index: number): void => {
    const number = Math.floor(id / ROWS);
    while (blocks.length <= number) blocks.push(new Uint8Array(ROWS * ROW));
    const block = blocks[number] as Uint8Array;
    const at = (id % ROWS) * ROW;
    const high = Math.floor(place / 0x1_0000_0000);
    block[at] = kind;
    block[at + 1] = high;
    block[at + 2] = place >>> 24;
    block[at + 3] = place >>> 16;
    block[at + 4] = place >>> 8;
    block[at + 5] = place;
    block[at + 6] = index >>> 8;
    block[at + 7] = index;
  };
  return {
    plain: (id, offset) => set(id, 1, offset, 0),
    packed: (id, stream, index) => set(id, 2, stream, index),
    *rows(last) {
      // Object 0 heads the list of free ones, which is empty (7.5.4).
      set(0, 0, 0, 65_535);
      for (let first = 0; first <= last; first += ROWS) {
        const block = blocks[first / ROWS] ?? new Uint8Array(0);
        const count = Math.min(ROWS, last + 1 - first);
        for (let row = first === 0 ? 1 : 0; row < count; row++) {
          if (!block[row * ROW]) throw new Error(`object ${first + row} of the PDF was never written`);
        }
        yield block.subarray(0, count * ROW);
      }
    },
  };
}
