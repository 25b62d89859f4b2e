import { PAGE } from './page.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

/** A file of the page that `witnessmark serve` shows. */
export interface ConsoleFile {
  readonly mediaType: string;
  readonly content: string;
}

/** The page and what it needs, by path. It asks the API like anybody else does. */
export const CONSOLE: ReadonlyMap<string, ConsoleFile> = new Map([
  ['/', { mediaType: 'text/html; charset=utf-8', content: PAGE }],
  ['/console.js', { mediaType: 'text/javascript; charset=utf-8', content: SCRIPT }],
  ['/console.css', { mediaType: 'text/css; charset=utf-8', content: STYLE }],
]);
