import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';
import { CATALOGUE_FILE } from '../src/adapters/aws/deployed/catalogue.ts';
import { loadCatalogueFiles } from '../src/adapters/local/catalogue-files.ts';
import { packCatalogue } from '../src/catalog/packed.ts';
import { type Layers, layers } from './generated/layers.ts';
import { leanSdk } from './generated/lean-sdk.ts';
import { leanSources } from './generated/lean-sources.ts';
import { functionModules } from './generated/roles.ts';
import { projectRoot } from './generated/root.ts';
import { usedOfPkijs } from './generated/used-of-pkijs.ts';

/** Bytes of one function's zip: 5 MB. */
export const MOST_ZIPPED = 5_000_000;

/** What a module reads from beside itself at run time: it has to lie beside the file that the module is bundled into. */
const BESIDE: Readonly<Record<string, string>> = {
  'src/report/pdf/font-bytes.ts': 'src/report/pdf/fonts',
  'src/pack/verify-page/page.ts': 'src/pack/verify-page/verify.html',
  // The colour profile of PDF/A. Its Helvetica, which it has too, is never used.
  'node_modules/pdfkit/js/pdfkit.node.mjs': 'node_modules/pdfkit/js/data/sRGB_IEC61966_2_1.icc',
};

/** What one function weighs, with what it loads when a task needs it. */
export interface Weight {
  readonly name: string;
  /** Names of its files, without the folder. */
  readonly files: readonly string[];
  readonly raw: number;
  /** Of the zip that `osls package` makes: its files deflated, each with its name twice. */
  readonly zip: number;
}

/**
 * Bundles each function into a folder of its own under this one, which it empties first: ESM, split, so that a
 * function loads the SDK client of a service when a task needs it and not before. The catalogue lies beside those
 * that read it, in one file, for YAML takes a second to read.
 */
export async function buildFunctions(outdir: string): Promise<Weight[]> {
  rmSync(outdir, { recursive: true, force: true });
  const names = [...(await functionModules()).keys()];
  const catalogue = await catalogueText();
  const beside = await Promise.all(
    names.map((name) => bundle({ entry: `functions/${name}.ts`, folder: join(outdir, name), catalogue })),
  );
  const lost = Object.keys(BESIDE).find((module) => !beside.some((it) => it.has(module)));
  if (lost !== undefined) throw new Error(`${lost} is in no bundle: what lies beside it has another place now`);
  return names.map((name) => weightOf(name, join(outdir, name)));
}

/** What `catalogue.json` holds. */
export const catalogueText = async (): Promise<string> => JSON.stringify(packCatalogue(await loadCatalogueFiles()));

/** One entry and where its bundle goes. */
export interface Bundled {
  readonly entry: string;
  readonly folder: string;
  /** Text that lies beside it if it reads a catalogue. */
  readonly catalogue: string;
  /** The function that the entry starts, where it is another than the entry itself. */
  readonly of?: string;
}

/**
 * Bundles one entry by itself: of modules that functions share, such as those of an SDK client, it then holds only what
 * this one uses. Gives the modules beside which something lies.
 */
export async function bundle({ entry, folder, catalogue, of = entry }: Bundled): Promise<ReadonlySet<string>> {
  const loaded = await layersOf(of);
  const plugins = [layers(loaded), leanSources(loaded), leanSdk, usedOfPkijs];
  const { metafile } = await build({ ...OPTIONS, plugins, entryPoints: [entry], outdir: folder });
  const found = new Set<string>();
  for (const [output, { inputs }] of Object.entries(metafile.outputs)) {
    for (const [module, asset] of Object.entries(BESIDE)) {
      // By its end: the folder of dependencies may be a link.
      if (!Object.keys(inputs).some((it) => it.endsWith(module))) continue;
      const beside = join(projectRoot, dirname(output), asset.slice(dirname(module).length + 1));
      cpSync(join(projectRoot, asset), beside, { recursive: true });
      found.add(module);
    }
    if (READS_CATALOGUE in inputs) writeFileSync(join(folder, CATALOGUE_FILE), catalogue);
  }
  return found;
}

/** What of our own a function imports when it is called. */
const IMPORTS = /\bimport\('(\.\.[^']+)'\)/g;

/** The function's own module, and the use cases that it imports when it is called. */
async function layersOf(module: string): Promise<Layers> {
  const entry = join(projectRoot, module);
  const text = await readFile(entry, 'utf8');
  return { entry, useCases: [...text.matchAll(IMPORTS)].map(([, path = '']) => resolve(dirname(entry), path)) };
}

const READS_CATALOGUE = 'src/adapters/aws/deployed/catalogue.ts';

const OPTIONS = {
  metafile: true,
  absWorkingDir: projectRoot,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // The SDK's ES modules, of which what is not used falls away.
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'none',
  minify: true,
  // For whoever reads a stack.
  keepNames: true,
  // fontkit reads WOFF2 with a decoder of its own, whose dictionary alone is 0.1 MB zipped; Node has one.
  alias: { 'brotli/decompress.js': join(projectRoot, 'scripts/generated/node-brotli.ts') },
  // CommonJS among the dependencies asks for modules of Node at run time; some of them import createRequire themselves.
  banner: {
    js: "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);",
  },
  logLevel: 'warning',
} as const satisfies BuildOptions;

function weightOf(name: string, folder: string): Weight {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((it) => statSync(join(folder, it)).isFile())
    .sort();
  const bytes = files.map((it) => readFileSync(join(folder, it)));
  const total = (sizeOf: (it: Buffer) => number): number => bytes.reduce((sum, it) => sum + sizeOf(it), 0);
  const zip =
    ZIP_END + total((it) => deflateRawSync(it).length) + files.reduce((sum, it) => sum + entryBytes(name, it), 0);
  return { name, files, raw: total((it) => it.length), zip };
}

const ZIP_END = 22;
/** Local header, data descriptor, central header with the time of the file (APPNOTE 4.3), and the name in both headers. */
const entryBytes = (name: string, file: string): number =>
  30 + 16 + 46 + 9 + 2 * Buffer.byteLength(`dist/functions/${name}/${file}`);

/** `npm run build`: writes `dist/functions` and prints what each weighs; fails above the limit. */
async function main(): Promise<void> {
  const weights = await buildFunctions(join(projectRoot, 'dist/functions'));
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
  for (const { name, files, raw, zip } of weights) {
    console.log(
      `${name.padEnd(14)} ${String(files.length).padStart(4)} files ${mb(raw).padStart(8)} ${mb(zip).padStart(8)} zipped`,
    );
  }
  const heavy = weights.filter((it) => it.zip > MOST_ZIPPED);
  if (heavy.length === 0) return;
  console.error(`build: expected at most ${mb(MOST_ZIPPED)} zipped: ${heavy.map((it) => it.name).join(', ')}`);
  process.exitCode = 1;
}

if (import.meta.main) await main();
