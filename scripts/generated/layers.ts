import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * What a process has loaded already when it imports something dynamically: first the entry of a function, then the use
 * cases that the entry imports when it is called.
 */
export interface Layers {
  readonly entry: string;
  readonly useCases: readonly string[];
}

const NAMESPACE = 'layer';
/**
 * What is imported dynamically: our modules, and what the SDK's chain of credentials tries. Not all that there is, for to
 * be asked about each of the thousands of imports takes esbuild longer than to bundle them.
 */
const DYNAMIC =
  /\.(ts|mjs)$|^@aws-sdk\/(credential-provider-|nested-clients\/|core\/client$)|^@smithy\/(credential-provider-imds|core\/event-streams)$|^\.\/load\w+\.js$/;
const FUNCTION = /[\\/]functions[\\/][^\\/]+$/;

/**
 * Few files in place of many. esbuild puts modules into one file where exactly the same entries and dynamic imports
 * reach them, and so each client of a service that shares a part of the SDK with the store takes that part into a file of
 * its own: Collect loaded 45 files, at half a millisecond each. Here each dynamic import also reaches what is loaded by
 * then anyway: the entry is one file, the use case another, and what comes later holds only what is new.
 */
export const layers = ({ entry, useCases }: Layers): Plugin => ({
  name: 'layers',
  setup(it) {
    it.onResolve({ filter: DYNAMIC }, async ({ path, kind, importer, resolveDir, with: attributes, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === NAMESPACE) return undefined;
      const found = await it.resolve(path, { kind, importer, resolveDir, with: attributes, pluginData: NAMESPACE });
      // Modules of Node are loaded as they are.
      if (found.external || found.errors.length > 0 || found.path === entry) return undefined;
      const isFirst = useCases.includes(found.path) || FUNCTION.test(importer);
      return { path: found.path, namespace: NAMESPACE, pluginData: isFirst ? [entry] : [entry, ...useCases] };
    });
    it.onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ path, pluginData }) => {
      const below = (pluginData as readonly string[]).filter((loaded) => loaded !== path);
      const names = hasDefault(await readFile(path, 'utf8')) ? ['*', '{ default }'] : ['*'];
      const lines = [
        ...below.map((loaded) => `import ${JSON.stringify(loaded)};`),
        ...names.map((name) => `export ${name} from ${JSON.stringify(path)};`),
      ];
      return { contents: lines.join('\n'), resolveDir: dirname(path) };
    });
  },
});

/** A module in CommonJS has one: all that it exports. */
const hasDefault = (text: string): boolean =>
  /^export default\b|\bas default\b/m.test(text) || !/^export\b|[;}]export\b/m.test(text);
