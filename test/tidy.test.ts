import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../scripts/generated/root.ts';

const LEFT_OUT = new Set([
  'node_modules',
  '.git',
  'dist',
  'demo-out',
  'coverage',
  '.serverless',
  '.emulators',
  'witnessmark-store',
]);

/** Every file of the project, with `/` between folders. */
function filesIn(folder: string): string[] {
  return readdirSync(join(projectRoot, folder), { withFileTypes: true }).flatMap((it) => {
    const path = folder === '' ? it.name : `${folder}/${it.name}`;
    if (LEFT_OUT.has(it.name)) return [];
    return it.isDirectory() ? filesIn(path) : [path];
  });
}

const files = filesIn('');
const sources = files.filter((it) => /^(src|functions|scripts)\/.*\.ts$/.test(it));
const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');
const isText = (path: string): boolean => !/\.(ttf|br|gz|pdf|zip|der|png)$/.test(path);

/** Code without comments. */
const codeOf = (path: string): string => read(path).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

describe('the tree', () => {
  it('has no file of a kind that does not belong here', () => {
    const kinds = new Set(
      '.ts .mjs .css .md .json .yaml .yml .sh .png .svg .ttf .br .txt .gz .csv .pem .html .go .mod .sum .py .jsonl .pdf .der .npmrc .gitignore'.split(
        ' ',
      ),
    );
    const named = new Set([
      'LICENSE',
      'NOTICE',
      '.gitignore',
      '.npmrc',
      '.gitattributes',
      '.editorconfig',
      'Dockerfile',
      'pom.xml',
    ]);
    const stray = files.filter(
      (it) => !it.startsWith('.ci/') && !kinds.has(extname(it)) && !named.has(it.split('/').at(-1) ?? ''),
    );
    expect(stray).toEqual([]);
  });

  it('has no left-overs of editors, merges and operating systems', () => {
    expect(files.filter((it) => /(\.orig|\.rej|\.bak|\.swp|~|\.DS_Store|\.only\.ts|copy\.ts)$/.test(it))).toEqual([]);
    expect(sources.filter((it) => /^(<{7}|>{7}) /m.test(read(it)))).toEqual([]);
  });

  it('has its licence, notice and entry points', () => {
    expect(read('LICENSE')).toContain('Apache License');
    expect(read('NOTICE')).toContain('Witnessmark');
    const { license, bin } = JSON.parse(read('package.json')) as { license: string; bin: Record<string, string> };
    expect(license).toBe('Apache-2.0');
    for (const path of Object.values(bin)) expect(files).toContain(path);
  });

  it('names no folder outside of itself, but in tests and CI, where it may be absent', () => {
    const checked = files.filter((it) => isText(it) && !/^(test|\.ci)\//.test(it));
    expect(checked.filter((it) => read(it).split('\n').some(namesOutside))).toEqual([]);
  });
});

const OUTSIDE = /(?:\.\.|\/work)\/shared\b/;

/** An import of `../shared/once.ts` is one of the own tree. */
function namesOutside(line: string): boolean {
  return OUTSIDE.test(line) && !/^\s*(?:import|export|\} from)\b/.test(line);
}

describe('sources', () => {
  it('have at most 300 lines each', () => {
    const long = sources.filter((it) => it.startsWith('src/') && read(it).trimEnd().split('\n').length > 300);
    expect(long).toEqual([]);
  });

  it('leave nothing to be done', () => {
    expect(
      [...sources, ...files.filter((it) => it.startsWith('frameworks/') && it.endsWith('.yaml'))].filter((it) =>
        /\b(TODO|FIXME|XXX|HACK)\b/.test(read(it)),
      ),
    ).toEqual([]);
  });

  it('ask the clock and chance in adapters, in the command line and on the page only', () => {
    const isEdge = (it: string): boolean =>
      /^(src\/(adapters|cli|pack\/verify-page\/page)|scripts|functions)\//.test(it);
    const asking = sources.filter(
      (it) => !isEdge(it) && /Date\.now\(\)|new Date\(\)|Math\.random\(\)/.test(codeOf(it)),
    );
    expect(asking).toEqual([]);
  });

  it('have no default exports and import with an extension', () => {
    expect(sources.filter((it) => /^export default /m.test(codeOf(it)))).toEqual([]);
    expect(sources.filter((it) => /from '\.{1,2}\/[^']*(?<!\.(?:ts|json|mjs))'/.test(codeOf(it)))).toEqual([]);
  });
});
