import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/**
 * pkijs sets the names of its classes in static blocks, which esbuild has to keep, and with them every class.
 * As static fields they mean the same, and what is not used falls away: an eighth of the page that verifies.
 */
export const usedOfPkijs: Plugin = {
  name: 'used-of-pkijs',
  setup(it) {
    it.onLoad({ filter: /[\\/]pkijs[\\/]build[\\/]index\.js$/ }, ({ path }) => {
      const blocks = /^\tstatic \{\n((?:\t\tthis\.\w+ = [^;\n]+;\n)+)\t\}$/gm;
      const fields = (_: string, lines: string): string => lines.replace(/^\t\tthis\./gm, '\tstatic ');
      return { contents: readFileSync(path, 'utf8').replace(blocks, fields), loader: 'js' };
    });
  },
};
