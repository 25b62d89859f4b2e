import { hashId, readUuid } from './event-id.ts';
import { idSet } from './id-set.ts';

/** Ids one after the other, four words each, in an array that grows. */
export interface IdList {
  words: Uint32Array;
  /** Words that are in use. */
  length: number;
}

/** The events counted at one place: UUIDs as they are, and hashes of the ids that are none. */
export interface Tally {
  readonly uuids: IdList;
  readonly hashes: IdList;
}

const FIRST_WORDS = 64;

export const emptyTally = (): Tally => ({
  uuids: { words: new Uint32Array(FIRST_WORDS), length: 0 },
  hashes: { words: new Uint32Array(0), length: 0 },
});

/** How many events a tally holds. */
export const populationOf = ({ uuids, hashes }: Tally): number => (uuids.length + hashes.length) / 4;

/** Every event that was counted, so that none is counted twice, however many files deliver it. */
export interface SeenEvents {
  /** True where the event is new; it is then counted in `tally`. */
  count(eventID: string, tally: Tally): boolean;
  /** Takes in events that were counted earlier. */
  know(ids: { readonly uuids: Uint32Array; readonly hashes: Uint32Array }): void;
}

/** `seed` is a secret number; see `idSet`. */
export function seenEvents(seed: number): SeenEvents {
  const [uuids, hashes] = [idSet(seed), idSet(~seed)];
  const words = new Uint32Array(4);
  return {
    count: (eventID, tally) => {
      const isUuid = readUuid(eventID, words);
      if (!isUuid) hashId(eventID, words);
      if (!(isUuid ? uuids : hashes).add(words, 0)) return false;
      append(isUuid ? tally.uuids : tally.hashes, words);
      return true;
    },
    know: (ids) => {
      for (let at = 0; at < ids.uuids.length; at += 4) uuids.add(ids.uuids, at);
      for (let at = 0; at < ids.hashes.length; at += 4) hashes.add(ids.hashes, at);
    },
  };
}

function append(list: IdList, id: Uint32Array): void {
  if (list.length === list.words.length) {
    const longer = new Uint32Array(Math.max(FIRST_WORDS, list.length * 2));
    longer.set(list.words);
    list.words = longer;
  }
  list.words.set(id, list.length);
  list.length += 4;
}
