import { WitnessmarkError } from '../model/error.ts';
import { peaksOf } from './hashes.ts';
import { foldPeaks, HASH_BYTES } from './merkle.ts';

/** Hashes in a full tile, entries in a full bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;

/** A tile or an entry bundle: the level (or that it holds entries), its number, and how many items it holds. */
export interface TileName {
  readonly level: number | 'entries';
  readonly number: number;
  /** 1 to 256; below 256 the object is a partial one. */
  readonly width: number;
}

const TILE_KEY = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** Object key of a tile or entry bundle: `tile/1/x001/x234/067.p/17`. */
export function tileKey(tile: TileName): string {
  const partial = tile.width === TILE_WIDTH ? '' : `.p/${tile.width}`;
  return `tile/${tile.level}/${numberPath(tile.number)}${partial}`;
}

/** The tile that a key names, or undefined where the key is not the one spelling of a tile's name. */
export function parseTileKey(key: string): TileName | undefined {
  const [, level, path, width] = TILE_KEY.exec(key) ?? [];
  if (level === undefined || path === undefined) return undefined;
  const tile: TileName = {
    level: level === 'entries' ? level : Number(level),
    number: Number(path.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  return tileKey(tile) === key ? tile : undefined;
}

/** How many hashes tree level `level` (in steps of 256) has in a tree of `size` entries. */
export function countAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** Number of tile levels of a tree of `size` entries. */
export function levelsOf(size: number): number {
  let levels = 0;
  while (countAt(levels, size) > 0) levels += 1;
  return levels;
}

/** The partial tiles and the partial bundle at the right edge of a tree of `size` entries. */
export function partialsOf(size: number): TileName[] {
  const tiles: TileName[] = [];
  for (let level = 0; level < levelsOf(size); level++) {
    const count = countAt(level, size);
    const tile = { number: Math.floor(count / TILE_WIDTH), width: count % TILE_WIDTH };
    if (tile.width > 0) tiles.push({ level, ...tile });
    if (tile.width > 0 && level === 0) tiles.push({ level: 'entries', ...tile });
  }
  return tiles;
}

/** The hashes of a tile of exactly `width`, one behind the other; throws `ledger-tile-malformed` on another length. */
export function checkTile(bytes: Uint8Array, width: number): Uint8Array {
  if (bytes.length === width * HASH_BYTES) return bytes;
  const message = `a tile of ${width} hashes has ${width * HASH_BYTES} bytes, got ${bytes.length}`;
  throw new WitnessmarkError('ledger-tile-malformed', message);
}

/** Root of a full tile: what its level above holds for it. */
export function tileRoot(tile: Uint8Array): Uint8Array {
  return foldPeaks(peaksOf(tile));
}

/** Root of a tree from the partial tiles of its right edge, level 0 first (empty where a level has none). */
export function edgeRoot(levels: readonly Uint8Array[]): Uint8Array {
  return foldPeaks(levels.toReversed().flatMap(peaksOf));
}

/** 1234067 is `x001/x234/067`. */
function numberPath(number: number): string {
  const digits = String(number);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  return groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/');
}
