import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** `const _hE = "httpError";`, as the SDK names what its schemas say again and again. */
const CONSTANT = /^const (_\w+) = ("[^"\\\n]*");$/gm;
const COMPUTED_KEY = /\[(_\w+)\]:/g;

/**
 * What the SDK's clients hold that a function does not use falls away. The schemas of a client say every shape of every
 * operation, with keys that are constants: `{ [_hE]: 404 }`. esbuild has to take a computed key for something that could
 * do anything, and keeps all of them: half a megabyte for EC2 alone. Written out, `{ "httpError": 404 }`, it is the same object and
 * is kept where an operation asks for it. And of a `package.json` only name and version are ever asked.
 */
export const leanSdk: Plugin = {
  name: 'lean-sdk',
  setup(it) {
    it.onLoad({ filter: /[\\/]@aws-sdk[\\/].*[\\/]schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: plainKeys(await readFile(path, 'utf8')),
    }));
    it.onLoad({ filter: /[\\/]package\.json$/ }, async ({ path }) => {
      const { name, version } = JSON.parse(await readFile(path, 'utf8')) as { name: string; version: string };
      return { contents: JSON.stringify({ name, version }), loader: 'json' };
    });
  },
};

/** The same module with every computed key that is one of its constants written out. */
export function plainKeys(text: string): string {
  const constants = new Map([...text.matchAll(CONSTANT)].map(([, name = '', value = '']) => [name, value]));
  return text.replace(COMPUTED_KEY, (whole, name: string) => {
    const value = constants.get(name);
    // Written out, this one key would set the prototype.
    return value === undefined || value === '"__proto__"' ? whole : `${value}:`;
  });
}
