import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Body } from '../../../src/model/entry.ts';
import type { Evidence } from '../../../src/model/evidence.ts';

/** Every line of the gzipped files of a folder, read as a stranger would. */
export async function linesIn(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).sort();
  const texts = await Promise.all(
    files.map(async (it) => gunzipSync(await readFile(join(folder, it))).toString('utf8')),
  );
  return texts.flatMap((it) => it.trimEnd().split('\n'));
}

/** Every body in a store's folder: one JSON document a line. */
export async function bodiesIn(store: string): Promise<Body[]> {
  return (await linesIn(join(store, 'evidence'))).map((line) => JSON.parse(line) as Body);
}

export const evidenceIn = async (store: string): Promise<Evidence[]> =>
  (await bodiesIn(store)).filter((it) => it.kind === 'evidence');

/** What `collect --json` prints. */
export interface Collected {
  readonly run: string;
  readonly expected: number;
  readonly collected: number;
  readonly failed: number;
  readonly outcomes: Record<string, number>;
  readonly calls: number;
  readonly throttles: number;
  readonly seconds: number;
}

/** What a line of `evidence list --json` holds, as far as the tests look. */
export interface Listed {
  readonly source: string;
  readonly subject: string;
  readonly account: string;
  readonly region: string;
  readonly outcome: string;
  readonly reason: string;
}
