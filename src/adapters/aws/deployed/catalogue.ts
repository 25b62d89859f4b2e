import { readFile } from 'node:fs/promises';
import type { Catalogue } from '../../../catalog/catalogue.ts';
import { type PackedCatalogue, unpackCatalogue } from '../../../catalog/packed.ts';
import { canonicalize, sha256Hex } from '../../../ledger/canonical.ts';
import { WitnessmarkError } from '../../../model/error.ts';

/** Name of the file that `npm run build` writes beside the bundles. */
export const CATALOGUE_FILE = 'catalogue.json';

/** Where a bundle finds it: beside an entry, or above a chunk that entries share. */
const PLACES = [CATALOGUE_FILE, `../${CATALOGUE_FILE}`];

let known: Promise<Catalogue> | undefined;

/**
 * The catalogue that this function was deployed with: as `loadCatalogueFiles` gives it on one machine, with the same
 * digest, but for examples and places in files. Read once in the life of a process. Throws `catalog-not-built`.
 */
export function bundledCatalogue(options: { readonly file?: URL } = {}): Promise<Catalogue> {
  if (options.file !== undefined) return readPacked([options.file]);
  known ??= readPacked(PLACES.map((it) => new URL(it, import.meta.url)));
  return known;
}

async function readPacked(places: readonly URL[]): Promise<Catalogue> {
  const text = await firstOf(places);
  const packed = JSON.parse(text) as PackedCatalogue;
  return unpackCatalogue(packed, (value) => sha256Hex(canonicalize(value)));
}

async function firstOf([place, ...others]: readonly URL[]): Promise<string> {
  if (place === undefined)
    throw new WitnessmarkError('catalog-not-built', `${CATALOGUE_FILE} is not beside the function`, {
      hint: 'run `npm run build` and deploy again',
    });
  return readFile(place, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return firstOf(others);
    throw thrown;
  });
}
