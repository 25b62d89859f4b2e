import type { TreeHead } from './merkle.ts';
import { leafHash } from './merkle.ts';
import { edgeRoot, encodeBundle, encodeTile, TILE_WIDTH, type TileName, tileKey, tileRoot } from './tiles.ts';

/** A tile or an entry bundle to be stored. */
export interface TileObject {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** Right edge of a tree: all that is needed to append to it. */
export interface Edge {
  readonly size: number;
  /** Hashes of the partial tiles, level 0 first. */
  readonly levels: readonly (readonly Uint8Array[])[];
  /** Entries of the partial bundle. */
  readonly entries: readonly Uint8Array[];
}

/** Appends entries in memory bounded by the edge; tiles and bundles fall out as they become full. */
export interface Appender {
  /** Appends one entry and gives the objects that are full now. */
  push(entry: Uint8Array): readonly TileObject[];
  /** Partial tiles and bundle of the current size. */
  partials(): TileObject[];
  head(): TreeHead;
}

const NOTHING_FULL: readonly TileObject[] = [];

/** Starts appending at the right edge of a tree. Pure: the objects are a function of the entries alone. */
export function appender(edge: Edge): Appender {
  const levels = edge.levels.map((hashes) => [...hashes]);
  let entries = [...edge.entries];
  let size = edge.size;
  /** Number of the tile that position `size` (or the last one before it) is in. */
  const numberAt = (level: number) => Math.floor(size / TILE_WIDTH ** (level + 1));

  function carry(level: number, hash: Uint8Array): readonly TileObject[] {
    levels[level] ??= [];
    const tile = levels[level];
    tile.push(hash);
    if (tile.length < TILE_WIDTH) return NOTHING_FULL;
    levels[level] = [];
    // `size` counts the new entry already, so the full tile is the one before the next.
    const full = tileObject({ level, number: numberAt(level) - 1, width: TILE_WIDTH }, encodeTile(tile));
    return [full, ...carry(level + 1, tileRoot(tile))];
  }

  return {
    push(entry) {
      entries.push(entry);
      size += 1;
      const tiles = carry(0, leafHash(entry));
      if (entries.length < TILE_WIDTH) return tiles;
      const bundle = tileObject(
        { level: 'entries', number: numberAt(0) - 1, width: TILE_WIDTH },
        encodeBundle(entries),
      );
      entries = [];
      return [bundle, ...tiles];
    },
    partials() {
      const tiles = levels.flatMap((hashes, level) =>
        hashes.length === 0
          ? []
          : [tileObject({ level, number: numberAt(level), width: hashes.length }, encodeTile(hashes))],
      );
      if (entries.length === 0) return tiles;
      const name: TileName = { level: 'entries', number: numberAt(0), width: entries.length };
      return [tileObject(name, encodeBundle(entries)), ...tiles];
    },
    head: () => ({ size, root: edgeRoot(levels) }),
  };
}

function tileObject(tile: TileName, bytes: Uint8Array): TileObject {
  return { key: tileKey(tile), bytes };
}
