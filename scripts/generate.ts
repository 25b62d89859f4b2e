import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { registries } from './generated/registry.ts';
import { projectRoot } from './generated/root.ts';

/**
 * Writes everything that is made from something else: the lists of services, clients and formats,
 * the JSON Schemas, what a deployment takes from the readers, the test vectors and five pages. With `--check` it writes nothing, names every file that is not
 * as it would be written, and fails.
 */
const SCHEMAS = 'frameworks/schema';

function onDisk(path: string): string | undefined {
  try {
    return readFileSync(join(projectRoot, path), 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(projectRoot, path)), { recursive: true });
  writeFileSync(join(projectRoot, path), text);
  console.log(`wrote ${path}`);
}

/** Schemas of files that nobody writes any more. */
function leftOver(files: ReadonlyMap<string, string>): string[] {
  mkdirSync(join(projectRoot, SCHEMAS), { recursive: true });
  return readdirSync(join(projectRoot, SCHEMAS))
    .map((name) => `${SCHEMAS}/${name}`)
    .filter((path) => !files.has(path));
}

const isCheck = process.argv.includes('--check');
// The pages are made from what the lists name, so the lists are right before anything of src/ is loaded.
const stale = [...registries(projectRoot)].filter(([path, text]) => onDisk(path) !== text);
if (!isCheck) for (const [path, text] of stale) write(path, text);

const { generatedFiles } = await import('./generated/all.ts');
const files = await generatedFiles();
const different = [...files].filter(([path, text]) => onDisk(path) !== text);
const extra = leftOver(files);
if (isCheck) {
  const names = [...different.map(([path]) => path), ...extra];
  for (const name of names) console.error(`${name} is not as \`npm run generate\` writes it`);
  if (names.length > 0) process.exitCode = 1;
} else {
  for (const [path, text] of different) write(path, text);
  for (const path of extra) rmSync(join(projectRoot, path));
}
