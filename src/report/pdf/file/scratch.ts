/** Text gathered as bytes: strings that are joined piece by piece leave one behind for each piece. */
export interface Scratch {
  readonly length: () => number;
  /** Adds a text in Latin-1. */
  readonly add: (text: string) => void;
  /** All bytes so far, to be used before more is added, and begins anew. */
  readonly take: () => Uint8Array;
}

/** An empty one, with room for so many bytes before it has to grow. */
export function makeScratch(size: number): Scratch {
  let bytes = Buffer.allocUnsafe(size);
  let length = 0;
  return {
    length: () => length,
    add: (text) => {
      if (length + text.length > bytes.length) {
        const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, length + text.length));
        bytes.copy(larger, 0, 0, length);
        bytes = larger;
      }
      length += bytes.write(text, length, 'latin1');
    },
    take: () => {
      const taken = bytes.subarray(0, length);
      length = 0;
      return taken;
    },
  };
}
