import type { Inline } from '../text/inline.ts';

/** Rows of a table that are made as they are written, as often as they are asked for: ten thousand never stand in memory. */
export function lazily<T>(items: Iterable<T>, row: (item: T) => readonly Inline[]): Iterable<readonly Inline[]> {
  return {
    *[Symbol.iterator]() {
      for (const item of items) yield row(item);
    },
  };
}
