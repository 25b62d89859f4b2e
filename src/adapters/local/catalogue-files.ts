import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Catalogue } from '../../catalog/catalogue.ts';
import { loadCatalogue } from '../../catalog/load.ts';
import { loadServices } from '../../collect/services.ts';
import { canonicalize, sha256Hex } from '../../ledger/canonical.ts';
import { WitnessmarkError } from '../../model/error.ts';

/** The checkout or package that this file is of. */
export const INSTALLED = fileURLToPath(new URL('../../..', import.meta.url));

const MAX_BYTES = 1024 * 1024;
const MAX_FILES = 5000;

/** Reading catalogue files from a folder of this machine. */
export interface CatalogueFiles {
  readonly readText: (path: string) => Promise<string>;
  readonly listFiles: (folder: string) => Promise<readonly string[]>;
}

/**
 * Paths are relative to `base` and use `/`. A file over 1 MiB is refused before it is read
 * (`catalog-too-large`), a file that is not UTF-8 too (`catalog-encoding`); links are not followed
 * when listing.
 */
export function catalogueFiles(base: string): CatalogueFiles {
  return {
    readText: (path) => readText(join(base, path), path),
    listFiles: (folder) => listFiles(base, folder),
  };
}

/**
 * The catalogue of this installation, with framework files of the user's own (paths from the current
 * folder). Facts are those that the collectors declare. Problems are in the result, not thrown.
 */
export async function loadCatalogueFiles(extra: readonly string[] = []): Promise<Catalogue> {
  const installed = catalogueFiles(INSTALLED);
  const own = new Set(extra);
  const { services, factsByType } = await loadServices();
  return loadCatalogue({
    root: 'frameworks',
    listFiles: installed.listFiles,
    readText: (path) => (own.has(path) ? readText(resolve(path), path) : installed.readText(path)),
    facts: Object.fromEntries(Object.entries(factsByType).map(([type, facts]) => [type, Object.keys(facts)])),
    scopes: new Map(services.map((it) => [it.id, it.scope])),
    digest: (value) => sha256Hex(canonicalize(value)),
    extra,
  });
}

async function readText(absolute: string, path: string): Promise<string> {
  const { size } = await stat(absolute);
  if (size > MAX_BYTES)
    throw new WitnessmarkError('catalog-too-large', `${path}: expected at most ${MAX_BYTES} bytes, found ${size}`);
  const bytes = await readFile(absolute);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new WitnessmarkError('catalog-encoding', `${path}: expected UTF-8 text`, { cause });
  }
}

async function listFiles(base: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(base, folder), { withFileTypes: true, recursive: true });
  if (entries.length > MAX_FILES)
    throw new WitnessmarkError('catalog-too-large', `${folder}: expected at most ${MAX_FILES} files`);
  const start = join(base, folder).length;
  return entries
    .filter((it) => it.isFile())
    .map((it) => folder + join(it.parentPath, it.name).slice(start).replaceAll('\\', '/'))
    .sort();
}
