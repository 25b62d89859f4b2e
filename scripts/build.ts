import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { CATALOGUE_FILE } from '../src/adapters/aws/catalogue.ts';
import { loadCatalogueFiles } from '../src/adapters/local/catalogue-files.ts';
import { packCatalogue } from '../src/catalog/packed.ts';
import { namespaceZod } from './generated/namespace-zod.ts';
import { functionModules } from './generated/roles.ts';
import { projectRoot } from './generated/root.ts';

/** Bytes of one function's zip. */
export const MOST_ZIPPED = 5 * 1024 * 1024;

/** What a module reads from beside itself at run time: it has to lie beside the file that the module is bundled into. */
const BESIDE: Readonly<Record<string, string>> = {
  'src/report/pdf/fonts.ts': 'src/report/pdf/fonts',
  'src/report/pdf/fallback.ts': 'src/report/pdf/fonts',
  'src/pack/verify-page/page.ts': 'src/pack/verify-page/verify.html',
  // The colour profile of PDF/A. Its Helvetica, which it has too, is never used.
  'node_modules/pdfkit/js/pdfkit.node.mjs': 'node_modules/pdfkit/js/data/sRGB_IEC61966_2_1.icc',
};

/** What one function weighs, with what it loads when a task needs it. */
interface Weight {
  readonly name: string;
  /** Names of its files, without the folder. */
  readonly files: readonly string[];
  readonly raw: number;
  /** Each file compressed on its own, as in a zip. */
  readonly gzip: number;
}

/**
 * Bundles each function into a folder of its own under this one, which it empties first: ESM, split, so that a
 * function loads the SDK client of a service when a task needs it and not before. The catalogue lies beside those
 * that read it, in one file, for YAML takes a second to read.
 */
export async function buildFunctions(outdir: string): Promise<Weight[]> {
  rmSync(outdir, { recursive: true, force: true });
  const names = [...(await functionModules()).keys()];
  const all = join(outdir, 'all');
  const { metafile } = await build({
    metafile: true,
    absWorkingDir: projectRoot,
    entryPoints: names.map((name) => `functions/${name}.ts`),
    outdir: all,
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
    // Names stay, for whoever reads a stack.
    minifyWhitespace: true,
    minifySyntax: true,
    // CommonJS among the dependencies asks for modules of Node at run time; some of them import createRequire themselves.
    banner: {
      js: "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);",
    },
    plugins: [namespaceZod],
    logLevel: 'warning',
  });
  const bundled = Object.keys(metafile.inputs);
  const lost = Object.keys(BESIDE).find((module) => !bundled.some((it) => it.endsWith(module)));
  if (lost !== undefined) throw new Error(`${lost} is in no bundle: what lies beside it has another place now`);
  const catalogue = JSON.stringify(packCatalogue(await loadCatalogueFiles()));
  for (const name of names) gather({ metafile, all, name, folder: join(outdir, name), catalogue });
  rmSync(all, { recursive: true });
  return names.map((name) => weightOf(name, join(outdir, name)));
}

interface Gathering {
  readonly metafile: Metafile;
  readonly all: string;
  readonly name: string;
  readonly folder: string;
  readonly catalogue: string;
}

/** Copies what an entry can reach, and what that reads, into a folder of its own. */
function gather({ metafile, all, name, folder, catalogue }: Gathering): void {
  for (const output of reachable(metafile, relative(projectRoot, join(all, `${name}.mjs`)))) {
    const target = join(folder, relative(all, join(projectRoot, output)));
    cpSync(join(projectRoot, output), target);
    const { inputs } = metafile.outputs[output] ?? { inputs: {} };
    for (const [module, asset] of Object.entries(BESIDE)) {
      // By its end: the folder of dependencies may be a link.
      if (!Object.keys(inputs).some((it) => it.endsWith(module))) continue;
      const beside = join(dirname(target), asset.slice(dirname(module).length + 1));
      cpSync(join(projectRoot, asset), beside, { recursive: true });
    }
    if (READS_CATALOGUE in inputs) writeFileSync(join(folder, CATALOGUE_FILE), catalogue);
  }
}

const READS_CATALOGUE = 'src/adapters/aws/catalogue.ts';

/** An output and all that it imports, at once or when it is needed. */
function reachable({ outputs }: Metafile, from: string, found = new Set<string>()): Set<string> {
  if (found.has(from) || outputs[from] === undefined) return found;
  found.add(from);
  for (const { path } of outputs[from].imports) reachable({ outputs } as Metafile, path, found);
  return found;
}

function weightOf(name: string, folder: string): Weight {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((it) => statSync(join(folder, it)).isFile())
    .sort();
  const bytes = files.map((it) => readFileSync(join(folder, it)));
  const total = (sizeOf: (it: Buffer) => number): number => bytes.reduce((sum, it) => sum + sizeOf(it), 0);
  return { name, files, raw: total((it) => it.length), gzip: total((it) => gzipSync(it).length) };
}

/** `npm run build`: writes `dist/functions` and prints what each weighs; fails above the limit. */
async function main(): Promise<void> {
  const weights = await buildFunctions(join(projectRoot, 'dist/functions'));
  const mb = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
  for (const { name, files, raw, gzip } of weights) {
    console.log(
      `${name.padEnd(14)} ${String(files.length).padStart(4)} files ${mb(raw).padStart(8)} ${mb(gzip).padStart(8)} zipped`,
    );
  }
  const heavy = weights.filter((it) => it.gzip > MOST_ZIPPED);
  if (heavy.length === 0) return;
  console.error(`build: expected at most ${mb(MOST_ZIPPED)} zipped: ${heavy.map((it) => it.name).join(', ')}`);
  process.exitCode = 1;
}

if (import.meta.main) await main();
