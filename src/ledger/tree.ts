import { WitnessmarkError } from '../model/error.ts';
import type { Objects } from '../ports/objects.ts';
import { entriesOf, leavesOf, parseBundle } from './bundle.ts';
import { MAX_ENTRY_BYTES } from './entry.ts';
import { hashIn, splitHashes } from './hashes.ts';
import { fromLeaves, HASH_BYTES, type HashAt, sameBytes, type TreeHead } from './merkle.ts';
import { checkTile, countAt, edgeRoot, levelsOf, TILE_WIDTH, type TileName, tileKey, tileRoot } from './tiles.ts';

/** The stored tree of one tree head. Everything it gives was verified up to the head's root. */
export interface Tree {
  readonly head: TreeHead;
  /** Bytes of the partial tiles at the right edge, level 0 first; empty where a level has none. */
  readonly edge: readonly Uint8Array[];
  readonly hashAt: HashAt;
  /** Entries `number * 256` onwards, up to 256 of them. */
  bundle(number: number): Promise<readonly Uint8Array[]>;
}

/** Tiles kept in memory: 8 KiB each. */
const MAX_CACHED_TILES = 64;
/** Bundles kept in memory: up to 256 KiB each. */
const MAX_CACHED_BUNDLES = 16;
const EMPTY = new Uint8Array();

/**
 * Opens the tree of a head that is trusted already. Throws `ledger-tile-missing` or
 * `ledger-tile-differs` where the stored tiles do not lead to the head's root; later reads throw the
 * same, or `ledger-bundle-missing`, `ledger-bundle-differs`.
 */
export async function openTree(objects: Objects, head: TreeHead): Promise<Tree> {
  const edge = await Promise.all(
    Array.from({ length: levelsOf(head.size) }, (_, level) => readEdge(objects, head, level)),
  );
  if (!sameBytes(edgeRoot(edge), head.root)) {
    const message = `the tiles at the right edge of the tree of ${head.size} entries do not lead to its signed root`;
    throw new WitnessmarkError('ledger-tile-differs', message, { hint: 'the audit names the tile' });
  }
  const tile = tileReader(objects, head, edge);
  return { head, edge, hashAt: hashReader(tile), bundle: bundleReader(objects, head, tile) };
}

/** Gives the hashes of a tile, one behind the other. */
type ReadTile = (level: number, number: number) => Promise<Uint8Array>;

async function readEdge(objects: Objects, head: TreeHead, level: number): Promise<Uint8Array> {
  const count = countAt(level, head.size);
  const width = count % TILE_WIDTH;
  return width === 0 ? EMPTY : loadTile(objects, { level, number: Math.floor(count / TILE_WIDTH), width });
}

/** Each full tile is checked against the hash that the level above holds for it, up to the edge, which was checked. */
function tileReader(objects: Objects, head: TreeHead, edge: Tree['edge']): ReadTile {
  const cache = new Map<number, Uint8Array>();
  return async function read(level, number) {
    const full = Math.floor(countAt(level, head.size) / TILE_WIDTH);
    if (number === full) return edge[level] ?? EMPTY;
    if (number > full)
      throw new WitnessmarkError('ledger-out-of-range', `tile ${number} of level ${level} is past the tree`);
    const slot = slotOf(level, number);
    const known = cache.get(slot);
    if (known !== undefined) return known;
    const above = await read(level + 1, Math.floor(number / TILE_WIDTH));
    const hashes = await loadTile(objects, { level, number, width: TILE_WIDTH });
    if (!sameBytes(tileRoot(hashes), hashIn(above, number % TILE_WIDTH)))
      throw differs('ledger-tile-differs', tileKey({ level, number, width: TILE_WIDTH }));
    remember(cache, { key: slot, value: hashes, most: MAX_CACHED_TILES });
    return hashes;
  };
}

/** Nodes within a tile are hashed once, however many proofs go through them. */
function hashReader(tile: ReadTile): HashAt {
  const cache = new Map<number, { readonly hashes: Uint8Array; readonly inside: HashAt }>();
  return async (level, index) => {
    const tileLevel = Math.floor(level / 8);
    const width = 2 ** (level % 8);
    const first = index * width;
    const number = Math.floor(first / TILE_WIDTH);
    const hashes = await tile(tileLevel, number);
    const slot = slotOf(tileLevel, number);
    const known = cache.get(slot);
    const inside = known?.hashes === hashes ? known.inside : fromLeaves(splitHashes(hashes));
    if (inside !== known?.inside) remember(cache, { key: slot, value: { hashes, inside }, most: MAX_CACHED_TILES });
    if (((first % TILE_WIDTH) + width) * HASH_BYTES <= hashes.length)
      return inside(level % 8, (first % TILE_WIDTH) / width);
    throw new WitnessmarkError('ledger-out-of-range', `node ${index} of level ${level} is not complete in the tree`);
  };
}

function bundleReader(objects: Objects, head: TreeHead, tile: ReadTile): Tree['bundle'] {
  const cache = new Map<number, readonly Uint8Array[]>();
  return async (number) => {
    const known = cache.get(number);
    if (known !== undefined) return known;
    const entries = await readBundle(objects, head, tile, number);
    remember(cache, { key: number, value: entries, most: MAX_CACHED_BUNDLES });
    return entries;
  };
}

async function readBundle(objects: Objects, head: TreeHead, tile: ReadTile, number: number): Promise<Uint8Array[]> {
  const width = Math.min(TILE_WIDTH, head.size - number * TILE_WIDTH);
  const [key, bytes] = await loadWidest(objects, { level: 'entries', number, width });
  if (bytes === undefined) throw new WitnessmarkError('ledger-bundle-missing', `${key} is missing`);
  const all = parseBundle(bytes, { maxEntries: TILE_WIDTH, maxEntryBytes: MAX_ENTRY_BYTES });
  const bundle = { bytes, ends: all.ends.slice(0, width) };
  if (!sameBytes(leavesOf(bundle), await tile(0, number))) throw differs('ledger-bundle-differs', key);
  return entriesOf(bundle);
}

async function loadTile(objects: Objects, tile: TileName): Promise<Uint8Array> {
  const [key, bytes] = await loadWidest(objects, tile);
  if (bytes === undefined) throw new WitnessmarkError('ledger-tile-missing', `${key} is missing`);
  const partial = key === tileKey(tile);
  return checkTile(bytes, partial ? tile.width : TILE_WIDTH).subarray(0, tile.width * HASH_BYTES);
}

/** A partial object may be gone once the full one exists (C2SP tlog-tiles), which begins with the same bytes. */
async function loadWidest(objects: Objects, tile: TileName): Promise<[key: string, bytes: Uint8Array | undefined]> {
  const exact = tileKey(tile);
  const found = await objects.get(exact);
  if (found !== undefined || tile.width === TILE_WIDTH) return [exact, found?.bytes];
  const full = tileKey({ ...tile, width: TILE_WIDTH });
  const wider = await objects.get(full);
  return wider === undefined ? [exact, undefined] : [full, wider.bytes];
}

/** Levels are fewer than 8, and numbers below 2^45. */
const slotOf = (level: number, number: number): number => number * 8 + level;

function remember<T>(cache: Map<number, T>, item: { key: number; value: T; most: number }): void {
  const [oldest] = cache.keys();
  if (cache.size >= item.most && oldest !== undefined) cache.delete(oldest);
  cache.set(item.key, item.value);
}

function differs(code: string, key: string): WitnessmarkError {
  return new WitnessmarkError(code, `${key} does not hold what the signed root commits to`);
}
