import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { layers } from '../../scripts/generated/layers.ts';
import { plainKeys } from '../../scripts/generated/lean-sdk.ts';
import { leanSources, pureSchemas } from '../../scripts/generated/lean-sources.ts';

const folder = mkdtempSync(join(tmpdir(), 'wm-lean-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the keys of an SDK client's schemas", () => {
  it('are written out where they are constants of the module, and mean the same', () => {
    const text = [
      'const _hE = "httpError";',
      'const _p = "__proto__";',
      'const n0 = "x";',
      'export var A$ = [-3, n0, { [_hE]: 404, [_other]: 1, [_p]: 2 }];',
    ].join('\n');
    expect(plainKeys(text)).toContain('{ "httpError": 404, [_other]: 1, [_p]: 2 }');
  });
});

describe('a schema', () => {
  it.each([
    ['export const A = z.string();\n', 'export const A = /* @__PURE__ */ (() => z.string())();\n'],
    [
      'const A = z\n  .object({\n    a: z.string().transform((it) => {\n      const b = it;\n      return b;\n    }),\n  })\n  .optional();\n\nconst b = 1;\n',
      'const A = /* @__PURE__ */ (() => z\n  .object({\n    a: z.string().transform((it) => {\n      const b = it;\n      return b;\n    }),\n  })\n  .optional())();\n\nconst b = 1;\n',
    ],
    [
      'export const B = A.extend({ b: z.int() });\n',
      'export const B = /* @__PURE__ */ (() => A.extend({ b: z.int() }))();\n',
    ],
  ])('is marked as what may be left out: %j', (text, expected) => {
    expect(pureSchemas(text)).toBe(expected);
  });

  it.each([
    'const a = zip.of();\n',
    '  const A = z.string();\n',
    "const A = Buffer.from('a');\n",
    'export type A = z.infer<typeof B>;\n',
  ])('is not what only looks like one: %j', (text) => {
    expect(pureSchemas(text)).toBe(text);
  });
});

describe('a bundle in layers', () => {
  it('has one file for the entry, one for the use case and one for what comes later, each module once', async () => {
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    write(
      'counted.mjs',
      'globalThis.counted = (globalThis.counted ?? 0) + 1;\nexport const counted = globalThis.counted;\n',
    );
    write('both.mjs', "export { counted } from './counted.mjs';\nexport const both = 'both';\n");
    write('shared.mjs', "export const shared = 'shared';\n");
    write(
      'entry.mjs',
      "import { counted } from './both.mjs';\nexport const run = async () => [counted, ...(await (await import('./use.mjs')).use())];\n",
    );
    write(
      'use.mjs',
      "import { both } from './both.mjs';\nimport { shared } from './shared.mjs';\nexport const use = async () => [both, shared, ...(await Promise.all([import('./a.mjs'), import('./b.mjs')])).map((it) => it.said)];\n",
    );
    for (const name of ['a', 'b']) {
      write(
        `${name}.mjs`,
        `import { both, counted } from './both.mjs';\nimport { shared } from './shared.mjs';\nexport const said = ['${name}', both, counted, shared].join(' ');\n`,
      );
    }
    const useCases = [join(folder, 'use.mjs')];
    const { metafile } = await build({
      absWorkingDir: folder,
      entryPoints: ['entry.mjs'],
      outdir: 'out',
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      metafile: true,
      plugins: [layers({ entry: join(folder, 'entry.mjs'), useCases })],
    });
    const held = Object.values(metafile.outputs).map(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    );
    expect(held.filter((it) => it.length > 0).map((it) => it.sort())).toEqual(
      expect.arrayContaining([
        ['both.mjs', 'counted.mjs', 'entry.mjs'],
        ['shared.mjs', 'use.mjs'],
        ['a.mjs'],
        ['b.mjs'],
      ]),
    );
    const { run } = await import(pathToFileURL(join(folder, 'out/entry.mjs')).href);
    expect(await run()).toEqual([1, 'both', 'shared', 'a both 1 shared', 'b both 1 shared']);
  });

  it('leaves out modules of ours of which nothing is used, and schemas that nobody checks with', async () => {
    const sources = join(folder, 'src');
    mkdirSync(sources);
    symlinkSync(join(import.meta.dirname, '../../node_modules'), join(folder, 'node_modules'));
    writeFileSync(
      join(sources, 'unused.ts'),
      "import { z } from 'zod';\nglobalThis.effect = z.string().min(7);\nexport const a = 1;\n",
    );
    writeFileSync(
      join(sources, 'schemas.ts'),
      "import { z } from 'zod';\nexport const Unused = z.string().regex(/unused/);\nexport const Used = z.string().regex(/used-one/);\n",
    );
    writeFileSync(
      join(sources, 'entry.ts'),
      "import { a } from './unused.ts';\nimport { Used } from './schemas.ts';\nexport const check = (it: string): boolean => Used.safeParse(it).success;\n",
    );
    const { outputFiles } = await build({
      entryPoints: [join(sources, 'entry.ts')],
      bundle: true,
      format: 'esm',
      write: false,
      plugins: [leanSources({ entry: join(sources, 'entry.ts'), useCases: [] })],
    });
    const text = outputFiles[0]?.text ?? '';
    expect(text).toContain('/used-one/');
    expect(text).not.toMatch(/\/unused\/|globalThis\.effect/);
  });
});

it('can hold of every module that none is imported for its effect alone', () => {
  const root = join(import.meta.dirname, '../..');
  const found = ['src', 'functions'].flatMap((under) =>
    readdirSync(join(root, under), { recursive: true, encoding: 'utf8' }).map((path) => join(under, path)),
  );
  // The page that verifies is another program, bundled in another way.
  const sources = found.filter((path) => path.endsWith('.ts') && !path.startsWith('src/pack/verify-page/'));
  expect(sources.length).toBeGreaterThan(500);
  const forEffect = sources.filter((path) => /^import ['"]/m.test(readFileSync(join(root, path), 'utf8')));
  expect(forEffect).toEqual([]);
});
