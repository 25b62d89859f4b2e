import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import type { Layers } from './layers.ts';
import { namespaced } from './namespace-zod.ts';

const OURS = /[\\/](src|functions)[\\/].*\.ts$/;
/** A statement of a module that names a schema, to its end: the first semicolon before a line that is not indented. */
const SCHEMA =
  /^((?:export )?const \w+ =\s+)((?:z\s*\.|[A-Z]\w*\.(?:extend|omit|partial|pick)\()[\s\S]*?);\n(?=[^ \t})\]]|$)/gm;

/**
 * What of our own modules a function does not use falls away: a module of which nothing is used, since none is imported
 * for its effect, and each schema that nothing checks with. To make one calls zod and has no other effect, which esbuild
 * cannot know. Schemas take a few microseconds each, and there are more than a thousand.
 */
export const leanSources = ({ entry, useCases }: Layers): Plugin => ({
  name: 'lean-sources',
  setup(it) {
    const whole = new Set([entry, ...useCases]);
    it.onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, resolveDir }) => {
      const found = resolve(resolveDir, path);
      return OURS.test(found) && !whole.has(found) ? { path: found, sideEffects: false } : undefined;
    });
    it.onLoad({ filter: OURS }, async ({ path }) =>
      path.includes('node_modules')
        ? undefined
        : { contents: pureSchemas(namespaced(await readFile(path, 'utf8'))), loader: 'ts' },
    );
  },
});

/** The same module, each schema marked as an expression that may be left out where nobody uses what it gives. */
export function pureSchemas(text: string): string {
  return text.replace(SCHEMA, '$1/* @__PURE__ */ (() => $2)();\n');
}
