import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';
import type { Catalogue } from '../../catalog/catalogue.ts';
import { type PackedCatalogue, packCatalogue, unpackCatalogue } from '../../catalog/packed.ts';
import { canonicalize, sha256Hex } from '../../ledger/canonical.ts';

/** What the catalogue is made of: its files, and what reads and compiles them. */
const SOURCES = ['frameworks', 'src'];

/** Most bytes of a copy, many times over: a larger one is not ours. */
const MAX_BYTES = 32 * 1024 * 1024;

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
 * the same digest, but has neither examples nor places in files. A copy that is damaged, or cannot be read or written, is
 * no error.
 */
export async function cachedCatalogue({
  root,
  load,
  folder = compileCache(),
}: CatalogueCacheOptions): Promise<Catalogue> {
  if (folder === undefined) return load();
  // Before anything is read, so that what changes meanwhile is another state of the files.
  const files = sha256Hex((await Promise.all(SOURCES.map((it) => statesBelow(root, it)))).flat().sort().join('\n'));
  const path = join(folder, `catalogue-${sha256Hex(root).slice(0, 16)}`);
  const kept = await read(path, files);
  if (kept !== undefined) return unpackCatalogue(kept, (value) => sha256Hex(canonicalize(value)));
  const loaded = await load();
  await write(path, files, packCatalogue(loaded)).catch(() => {});
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

/** A copy is a line with the hashes of the files that it was made from and of what follows, which is the catalogue. */
const headOf = (files: string, packed: string): string => `${files} ${sha256Hex(packed)}`;

/** What was kept of these very files, whole. */
async function read(path: string, files: string): Promise<PackedCatalogue | undefined> {
  try {
    if ((await stat(path)).size > MAX_BYTES) return undefined;
    const [head, packed = ''] = (await readFile(path, 'utf8')).split('\n', 2);
    return head === headOf(files, packed) ? (JSON.parse(packed) as PackedCatalogue) : undefined;
  } catch {
    return undefined;
  }
}

/** By another name first: whoever reads at the same time finds a whole one. */
async function write(path: string, files: string, catalogue: PackedCatalogue): Promise<void> {
  const packed = JSON.stringify(catalogue);
  await mkdir(dirname(path), { recursive: true });
  const own = `${path}.${process.pid}`;
  await writeFile(own, `${headOf(files, packed)}\n${packed}`, { mode: 0o600 });
  await rename(own, path);
}
