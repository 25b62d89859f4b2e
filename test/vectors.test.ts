import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../scripts/generated/root.ts';
import { OPERATIONS, outcomeOf } from '../scripts/generated/vectors/operations.ts';
import { vectorFiles } from '../scripts/generated/vectors.ts';

interface Committed {
  readonly name: string;
  readonly do: string;
  readonly in: unknown;
  readonly out?: unknown;
  readonly refused?: string;
}

const FOLDER = join(projectRoot, 'docs/vectors');
const names = readdirSync(FOLDER).filter((it) => it.endsWith('.json'));
const vectorsOf = (name: string): Committed[] => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')).vectors;

describe('the test vectors of docs/FORMAT.md', () => {
  it.each(names)('%s comes out as it was committed', async (name) => {
    const vectors = vectorsOf(name);
    expect(vectors.length).toBeGreaterThan(20);
    expect(new Set(vectors.map((it) => `${it.do} ${it.name} ${JSON.stringify(it.in)}`)).size).toBe(vectors.length);
    for (const vector of vectors) {
      const expected = vector.refused === undefined ? { out: vector.out } : { refused: true };
      expect.soft(await outcomeOf(vector.do, vector.in), vector.name).toEqual(expected);
    }
  });

  it('are those that `npm run generate` writes, and no others', async () => {
    const files = await vectorFiles();
    expect([...files.keys()].toSorted()).toEqual(names.map((it) => `docs/vectors/${it}`).toSorted());
    for (const [path, text] of files) expect(readFileSync(join(projectRoot, path), 'utf8') === text, path).toBe(true);
  });

  it('use every operation, and the README tells each', () => {
    const used = new Set(names.flatMap((it) => vectorsOf(it).map((vector) => vector.do)));
    expect([...used].toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
    const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
    const told = [...readme.matchAll(/^\| `([^`]+)` \| /gm)].map(([, name]) => name);
    expect(told.toSorted()).toEqual([...used].toSorted());
  });
});
