import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { CATALOGUE_FILE } from '../src/adapters/aws/catalogue.ts';
import { loadCatalogueFiles } from '../src/adapters/local/catalogue-files.ts';
import { packCatalogue } from '../src/catalog/packed.ts';
import { namespaceZod } from './generated/namespace-zod.ts';
import { functionModules } from './generated/roles.ts';
import { projectRoot } from './generated/root.ts';

/** Bytes, all functions together: more than they need, so that a slip shows and growth does not. */
export const LIMITS = { raw: 9_000_000, gzip: 2_500_000 };

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
  await build({
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
    // CommonJS among the dependencies asks for modules of Node at run time.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    plugins: [namespaceZod],
    logLevel: 'warning',
  });
  writeFileSync(join(outdir, CATALOGUE_FILE), JSON.stringify(packCatalogue(await loadCatalogueFiles())));
  const files = readdirSync(outdir, { recursive: true, encoding: 'utf8' })
    .filter((it) => /\.(mjs|json)$/.test(it))
    .sort();
  const bytes = files.map((it) => readFileSync(join(outdir, it)));
  const total = (sizeOf: (it: Buffer) => number): number => bytes.reduce((sum, it) => sum + sizeOf(it), 0);
  return { files, raw: total((it) => it.length), gzip: total((it) => gzipSync(it).length) };
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
