import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LINE_WIDTH = 120;

/** The three lists of source files, each rewritten from the files of its folder: path → text. */
export function registries(root: string): Map<string, string> {
  return new Map([
    rewritten(root, 'src/collect/services.ts', (text) =>
      list(text, 'export const services', namesIn(root, 'src/collect/resources').map(serviceLine)),
    ),
    rewritten(root, 'src/adapters/aws/clients.ts', (text) =>
      list(text, 'const clients', namesIn(root, 'src/adapters/aws/clients').map(clientLine)),
    ),
    rewritten(root, 'src/report/formats.ts', (text) => formats(text, namesIn(root, 'src/report/formats'))),
  ]);
}

function rewritten(root: string, path: string, rewrite: (text: string) => string): [string, string] {
  return [path, rewrite(readFileSync(join(root, path), 'utf8'))];
}

/** Names of the TypeScript files that stand directly in a folder, in order. */
function namesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => name.slice(0, -'.ts'.length));
}

const serviceLine = (id: string): string => `${id}: async () => (await import('./resources/${id}.ts')).service`;
const clientLine = (id: string): string => `${id}: async () => (await import('./clients/${id}.ts')).client`;

function list(text: string, declaration: string, lines: readonly string[]): string {
  return replaceOnce(text, new RegExp(`(${declaration}: [^\\n]* = \\{\\n)[\\s\\S]*?(\\n\\};)`), (_, head, tail) => {
    return `${head}${lines.map((line) => `  ${line},`).join('\n')}${tail}`;
  });
}

function formats(text: string, names: readonly string[]): string {
  const imports = names
    .map((name) => `import { format as ${camelCase(name)} } from './formats/${name}.ts';\n`)
    .join('');
  const oneLine = `const FILES: readonly ReportFormat[] = [${names.map(camelCase).join(', ')}];`;
  const lines = names.map((name) => `\n  ${camelCase(name)},`).join('');
  const files = oneLine.length <= LINE_WIDTH ? oneLine : `const FILES: readonly ReportFormat[] = [${lines}\n];`;
  const imported = replaceOnce(text, /(?:import \{ format as \w+ \} from '\.\/formats\/[^']+';\n)+/, () => imports);
  return replaceOnce(imported, /const FILES: readonly ReportFormat\[\] = \[[\s\S]*?\];/, () => files);
}

/** `not-collected-csv` → `notCollectedCsv`. */
export function camelCase(name: string): string {
  return name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function replaceOnce(text: string, pattern: RegExp, replace: (...groups: string[]) => string): string {
  if (!pattern.test(text)) throw new Error(`expected ${pattern} in a registry: it was changed by hand`);
  return text.replace(pattern, replace);
}
