import { messageOf } from '../../model/error.ts';
import { leavesOf, parseBundle } from '../bundle.ts';
import { MAX_ENTRY_BYTES } from '../entry.ts';
import { sameBytes } from '../merkle.ts';
import { countAt, levelsOf, parseTileKey, partialsOf, TILE_WIDTH, type TileName, tileKey } from '../tiles.ts';
import type { DerivedTree } from './leaves.ts';
import { type AuditedStore, inParallel, largestOf } from './store.ts';

/**
 * Compares every stored tile and entry bundle with what the entries lead to, and finds those that a
 * signed size needs and that are not there. Full bundles `same` hold the very bytes that the entries were taken from.
 */
export async function auditTiles(
  store: AuditedStore,
  tree: DerivedTree,
  signedSizes: readonly number[],
  same: ReadonlySet<number>,
): Promise<number> {
  const required = new Map(requiredTiles(signedSizes).map((tile) => [tileKey(tile), tile]));
  const listed = await store.list('tile/');
  const present = new Set(listed);
  for (const [key, tile] of required) {
    if (!present.has(key)) store.report.error(code(tile, 'missing'), key, `${key} is missing`);
  }
  await inParallel(listed, async (key) => {
    const tile = parseTileKey(key);
    if (tile === undefined) store.report.error('ledger-object-unexpected', key, `${key} is no name of a tile`);
    else
      await auditTile(store, tree, tile, {
        needed: required.has(key),
        seen: isFullBundle(tile) && same.has(tile.number),
      });
  });
  return listed.length;
}

/** All full tiles under the largest size, and the partial ones of every size. */
function requiredTiles(sizes: readonly number[]): TileName[] {
  const largest = largestOf(sizes);
  const full: TileName[] = [];
  for (let level = 0; level < levelsOf(largest); level++) {
    for (let number = 0; number < Math.floor(countAt(level, largest) / TILE_WIDTH); number++) {
      full.push({ level, number, width: TILE_WIDTH });
      if (level === 0) full.push({ level: 'entries', number, width: TILE_WIDTH });
    }
  }
  return [...full, ...sizes.flatMap(partialsOf)];
}

/** A tile that was `seen` to be right needs no second look; one that is not `needed` should not be there. */
async function auditTile(
  store: AuditedStore,
  tree: DerivedTree,
  tile: TileName,
  { needed, seen }: { readonly needed: boolean; readonly seen: boolean },
): Promise<void> {
  const key = tileKey(tile);
  const first = tile.number * TILE_WIDTH;
  const expected = tree.hashes(tile.level === 'entries' ? 0 : tile.level, first, first + tile.width);
  if (expected === undefined) {
    const message = `${key} is past the ${tree.size} entries that are known, so it cannot be checked`;
    store.report.error('ledger-tile-unexpected', key, message);
    return;
  }
  if (!seen) {
    const bytes = await store.read(key, code(tile, 'missing'));
    if (bytes === undefined) return;
    const wrong = tile.level === 'entries' ? bundleProblem(bytes, expected) : tileProblem(bytes, expected);
    if (wrong !== undefined) {
      store.report.error(code(tile, 'differs'), key, `${key} was altered: ${wrong}`);
      return;
    }
  }
  // A worker that stopped before its tree was signed leaves such tiles; so does a checkpoint that was taken away.
  if (!needed) store.report.warning('ledger-tile-unreferenced', key, `${key} belongs to no signed size`);
}

const isFullBundle = ({ level, width }: TileName): boolean => level === 'entries' && width === TILE_WIDTH;

function tileProblem(bytes: Uint8Array, expected: Uint8Array): string | undefined {
  return sameBytes(bytes, expected) ? undefined : 'its hashes are not those of the entries';
}

/** A bundle has one encoding only, so equal leaf hashes mean equal bytes. */
function bundleProblem(bytes: Uint8Array, expected: Uint8Array): string | undefined {
  try {
    const bundle = parseBundle(bytes, { maxEntries: TILE_WIDTH, maxEntryBytes: MAX_ENTRY_BYTES });
    return sameBytes(leavesOf(bundle), expected) ? undefined : 'its entries are not those of the batches';
  } catch (thrown) {
    return messageOf(thrown);
  }
}

function code(tile: TileName, what: 'missing' | 'differs'): string {
  return tile.level === 'entries' ? `ledger-bundle-${what}` : `ledger-tile-${what}`;
}
