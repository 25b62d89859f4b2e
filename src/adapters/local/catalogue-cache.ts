import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';
import type { Catalogue } from '../../catalog/catalogue.ts';
import { type PackedCatalogue, packCatalogue, unpackCatalogue } from '../../catalog/packed.ts';
import { canonicalize, sha256Hex } from '../../ledger/canonical.ts';

/** What the catalogue is made of: its files, and what reads and compiles them. */
const SOURCES = ['frameworks', 'src'];

interface Kept {
  /** Of the files that it was made from. */
  readonly files: string;
  readonly packed: PackedCatalogue;
}

export interface CatalogueCacheOptions {
  /** The checkout. */
  readonly root: string;
  /** Reads the catalogue from its files. Throws where anything is wrong with it: then nothing is kept. */
  readonly load: () => Promise<Catalogue>;
  /** Where it is kept: the folder in which Node keeps what it has compiled; nothing is kept where there is none. */
  readonly folder?: string | undefined;
}

/**
 * The catalogue of a checkout, of which reading takes a second. It is kept, packed, for as long as no file of `frameworks`
 * or `src` has changed, by what git goes by: size, times and inode. It judges as the one that is loaded, with
 * the same digest, but has neither examples nor places in files. A copy that cannot be read or written is no error.
 */
export async function cachedCatalogue({
  root,
  load,
  folder = compileCache(),
}: CatalogueCacheOptions): Promise<Catalogue> {
  if (folder === undefined) return load();
  // Before anything is read, so that what changes meanwhile is another state of the files.
  const files = sha256Hex((await Promise.all(SOURCES.map((it) => statesBelow(root, it)))).flat().sort().join('\n'));
  const path = join(folder, `catalogue-${sha256Hex(root).slice(0, 16)}.json`);
  const kept = await read(path);
  if (kept?.files === files) return unpackCatalogue(kept.packed, (value) => sha256Hex(canonicalize(value)));
  const loaded = await load();
  await write(path, { files, packed: packCatalogue(loaded) }).catch(() => {});
  return loaded;
}

/** Node has a folder for each of its versions below the one that it was given. */
function compileCache(): string | undefined {
  const own = getCompileCacheDir();
  return own === undefined ? undefined : dirname(own);
}

async function statesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true, recursive: true });
  const files = entries.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
  return Promise.all(files.map(stateOf));
}

async function stateOf(path: string): Promise<string> {
  const { size, mtimeMs, ctimeMs, ino } = await stat(path);
  return [path, size, mtimeMs, ctimeMs, ino].join(' ');
}

async function read(path: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

/** By another name first: whoever reads at the same time finds a whole one. */
async function write(path: string, kept: Kept): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const own = `${path}.${process.pid}`;
  await writeFile(own, JSON.stringify(kept), { mode: 0o600 });
  await rename(own, path);
}
