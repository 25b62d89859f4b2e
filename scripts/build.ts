import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { CATALOGUE_FILE } from '../src/adapters/aws/catalogue.ts';
import { loadCatalogueFiles } from '../src/adapters/local/catalogue-files.ts';
import { packCatalogue } from '../src/catalog/packed.ts';
import { namespaceZod } from './generated/namespace-zod.ts';
import { functionModules } from './generated/roles.ts';
import { projectRoot } from './generated/root.ts';

/** Bytes, all functions together: more than they need, so that a slip shows and growth does not. */
export const LIMITS = { raw: 9_000_000, gzip: 2_500_000 };

/** What a module reads from beside itself at run time: it has to lie beside the file that the module is bundled into. */
const BESIDE: Readonly<Record<string, string>> = {
  'src/report/pdf/fonts.ts': 'src/report/pdf/fonts',
  'src/report/pdf/fallback.ts': 'src/report/pdf/fonts',
  'src/pack/verify-page/page.ts': 'src/pack/verify-page/verify.html',
};

interface Built {
  /** Names of the files that were written, without the folder. */
  readonly files: readonly string[];
  readonly raw: number;
  /** Each file compressed on its own, as in a zip. */
  readonly gzip: number;
}

/**
 * Bundles the functions into a folder, which it empties first: ESM, split, so that a function loads
 * the SDK client of a service when a task needs it and not before. The catalogue lies beside them in
 * one file, for YAML takes a second to read.
 */
export async function buildFunctions(outdir: string): Promise<Built> {
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    metafile: true,
    absWorkingDir: projectRoot,
    entryPoints: [...(await functionModules()).keys()].map((name) => `functions/${name}.ts`),
    outdir,
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
    // CommonJS among the dependencies asks for modules of Node at run time.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    plugins: [namespaceZod],
    logLevel: 'warning',
  });
  putBeside(metafile);
  writeFileSync(join(outdir, CATALOGUE_FILE), JSON.stringify(packCatalogue(await loadCatalogueFiles())));
  const files = readdirSync(outdir, { recursive: true, encoding: 'utf8' })
    .filter((it) => /\.(mjs|json)$/.test(it))
    .sort();
  const bytes = files.map((it) => readFileSync(join(outdir, it)));
  const total = (sizeOf: (it: Buffer) => number): number => bytes.reduce((sum, it) => sum + sizeOf(it), 0);
  return { files, raw: total((it) => it.length), gzip: total((it) => gzipSync(it).length) };
}

/** Copies what bundled modules read to where they look for it. */
function putBeside({ outputs }: Metafile): void {
  for (const [output, { inputs }] of Object.entries(outputs)) {
    for (const [module, asset] of Object.entries(BESIDE)) {
      if (!(module in inputs)) continue;
      const target = join(projectRoot, dirname(output), asset.slice(dirname(module).length + 1));
      cpSync(join(projectRoot, asset), target, { recursive: true });
    }
  }
}

/** `npm run build`: writes `dist/functions` and prints what it weighs; fails above the limits. */
async function main(): Promise<void> {
  const { files, raw, gzip } = await buildFunctions(join(projectRoot, 'dist/functions'));
  const kb = (bytes: number): string => `${Math.round(bytes / 1000)} KB`;
  console.log(`dist/functions: ${files.length} files, ${kb(raw)}, ${kb(gzip)} compressed`);
  if (raw <= LIMITS.raw && gzip <= LIMITS.gzip) return;
  console.error(`build: expected at most ${kb(LIMITS.raw)}, ${kb(LIMITS.gzip)} compressed`);
  process.exitCode = 1;
}

if (import.meta.main) await main();
