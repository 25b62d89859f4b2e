import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WitnessmarkError } from '../../src/model/error.ts';
import type { Written } from './written.ts';

/**
 * Writes all of it below `root`, or nothing: throws `new-exists` where a file is there already, and
 * never touches one. Gives a line for each file.
 */
export function put(root: string, { files, append }: Written): string[] {
  for (const path of files.keys())
    if (existsSync(join(root, path))) throw new WitnessmarkError('new-exists', `${path} is there already`);
  for (const [path, content] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content, { flag: 'wx' });
  }
  if (append !== undefined) appendFileSync(join(root, append.path), append.text);
  return [...[...files.keys()].map((path) => `wrote ${path}`), ...(append ? [`added to ${append.path}`] : [])];
}
