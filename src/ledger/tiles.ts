import { WitnessmarkError } from '../model/error.ts';
import { foldPeaks, HASH_BYTES, nodeHash } from './merkle.ts';

/** Hashes in a full tile, entries in a full bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;

/** A tile or an entry bundle: the level (or that it holds entries), its number, and how many items it holds. */
export interface TileName {
  readonly level: number | 'entries';
  readonly number: number;
  /** 1 to 256; below 256 the object is a partial one. */
  readonly width: number;
}

/** How large a bundle may be: bounds are checked before anything is cut out of bytes from outside. */
export interface BundleBounds {
  readonly maxEntries: number;
  readonly maxEntryBytes: number;
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

/** Joins hashes into the bytes of a tile. */
export function encodeTile(hashes: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(hashes);
}

/** Cuts the bytes of a tile of exactly `width` hashes; throws `ledger-tile-malformed` on another length. */
export function decodeTile(bytes: Uint8Array, width: number): Uint8Array[] {
  if (bytes.length !== width * HASH_BYTES) {
    const message = `a tile of ${width} hashes has ${width * HASH_BYTES} bytes, got ${bytes.length}`;
    throw new WitnessmarkError('ledger-tile-malformed', message);
  }
  return Array.from({ length: width }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
}

/** Roots of the complete subtrees that a tile's hashes fall into, left to right. */
export function tilePeaks(hashes: readonly Uint8Array[]): Uint8Array[] {
  const stack: Uint8Array[] = [];
  for (const [at, hash] of hashes.entries()) {
    let top = hash;
    // As often as the count so far can be halved, a subtree is complete together with the one to its left.
    for (let count = at + 1; count % 2 === 0; count /= 2) top = nodeHash(stack.pop() ?? top, top);
    stack.push(top);
  }
  return stack;
}

/** Root of a full tile: what its level above holds for it. */
export function tileRoot(hashes: readonly Uint8Array[]): Uint8Array {
  return foldPeaks(tilePeaks(hashes));
}

/** Root of a tree from the partial tiles of its right edge, level 0 first (an empty list where a level has none). */
export function edgeRoot(levels: readonly (readonly Uint8Array[])[]): Uint8Array {
  return foldPeaks(levels.toReversed().flatMap(tilePeaks));
}

/** Entry bundle: each entry behind its length as two bytes, big-endian. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > 0xffff)
      throw new WitnessmarkError('ledger-bundle-malformed', `an entry of ${entry.length} bytes is too long`);
    bytes.writeUInt16BE(entry.length, at);
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
}

/** The entries of a bundle; throws `ledger-bundle-malformed` on a cut entry or anything out of bounds. */
export function decodeBundle(bytes: Uint8Array, bounds: BundleBounds): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const end = at + 2 + length;
    if (length === 0 || length > bounds.maxEntryBytes || end > bytes.length || entries.length === bounds.maxEntries) {
      throw malformedBundle(`entry ${entries.length} at byte ${at} of ${bytes.length} has length ${length}`, bounds);
    }
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  if (entries.length === 0) throw malformedBundle('it is empty', bounds);
  return entries;
}

function malformedBundle(what: string, bounds: BundleBounds): WitnessmarkError {
  const expected = `1 to ${bounds.maxEntries} entries of 1 to ${bounds.maxEntryBytes} bytes`;
  return new WitnessmarkError('ledger-bundle-malformed', `expected a bundle of ${expected}, but ${what}`);
}

/** 1234067 is `x001/x234/067`. */
function numberPath(number: number): string {
  const digits = String(number);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  return groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/');
}
