import { type Bundle, leavesOf, startOf } from './bundle.ts';
import { HASH_BYTES, type TreeHead } from './merkle.ts';
import { countAt, edgeRoot, TILE_WIDTH, type TileName, tileKey, tileRoot } from './tiles.ts';

/** A tile or an entry bundle to be stored. */
export interface TileObject {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** Right edge of a tree: all that is needed to append to it. */
export interface Edge {
  readonly size: number;
  /** Bytes of the partial tiles, level 0 first; empty where a level has none. */
  readonly levels: readonly Uint8Array[];
  /** Bytes of the partial bundle. */
  readonly bundle: Uint8Array;
}

/** Appends entries in memory bounded by the edge; tiles and bundles fall out as they become full. */
export interface Appender {
  /** Appends the entries of a batch and gives the objects that are full now. */
  append(batch: Bundle): TileObject[];
  /** Partial tiles and bundle of the current size. */
  partials(): TileObject[];
  /** Entries so far. */
  size(): number;
  head(): TreeHead;
}

const EMPTY = new Uint8Array();

/** Starts appending at the right edge of a tree. Pure: the objects are a function of the entries alone. */
export function appender(edge: Edge): Appender {
  const levels = [...edge.levels];
  let { size, bundle } = edge;

  /** The bundles that these entries fill. */
  function bundlesOf({ bytes, ends }: Bundle): TileObject[] {
    const full: TileObject[] = [];
    let from = 0;
    for (let count = TILE_WIDTH - (size % TILE_WIDTH); count <= ends.length; count += TILE_WIDTH) {
      const to = startOf(ends, count);
      const number = countAt(1, size) + full.length;
      full.push(tileObject({ level: 'entries', number, width: TILE_WIDTH }, joined(bundle, bytes.subarray(from, to))));
      [bundle, from] = [EMPTY, to];
    }
    bundle = joined(bundle, bytes.subarray(from));
    return full;
  }

  /** The tiles that hashes fill where they follow those of their level, and the ones above. */
  function tilesOf(level: number, hashes: Uint8Array): TileObject[] {
    const all = joined(levels[level] ?? EMPTY, hashes);
    const count = Math.floor(all.length / TILE_BYTES);
    levels[level] = all.subarray(count * TILE_BYTES);
    if (count === 0) return [];
    const first = countAt(level + 1, size);
    const tiles = Array.from({ length: count }, (_, at) => all.subarray(at * TILE_BYTES, (at + 1) * TILE_BYTES));
    const full = tiles.map((tile, at) => tileObject({ level, number: first + at, width: TILE_WIDTH }, tile));
    return [...full, ...tilesOf(level + 1, Buffer.concat(tiles.map(tileRoot)))];
  }

  return {
    append(batch) {
      const full = [...bundlesOf(batch), ...tilesOf(0, leavesOf(batch))];
      size += batch.ends.length;
      return full;
    },
    partials() {
      const width = size % TILE_WIDTH;
      const name: TileName = { level: 'entries', number: countAt(1, size), width };
      const tiles = levels.flatMap((hashes, level) =>
        hashes.length === 0
          ? []
          : [tileObject({ level, number: countAt(level + 1, size), width: hashes.length / HASH_BYTES }, hashes)],
      );
      return width === 0 ? tiles : [tileObject(name, bundle), ...tiles];
    },
    size: () => size,
    head: () => ({ size, root: edgeRoot(levels) }),
  };
}

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  return first.length === 0 ? second : Buffer.concat([first, second]);
}

function tileObject(tile: TileName, bytes: Uint8Array): TileObject {
  return { key: tileKey(tile), bytes };
}
