import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rngOf } from '../collect/planted/rng.ts';
import { FUZZ_KINDS } from './kinds.ts';
import { mutate } from './mutate.ts';
import { fuzz } from './run.ts';
import { scratchFolder } from './scratch.ts';

const folder = scratchFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const COUNT = 300;
/** Of computing: other tests take the cores as well. */
const SLOW_MS = 2_000;
const MOST_MIB = 512;

describe('mutated inputs', () => {
  it.each([...FUZZ_KINDS.keys()])('of %s are accepted or refused, in time and memory', async (name) => {
    const kind = FUZZ_KINDS.get(name);
    if (kind === undefined) throw new Error(name);
    const scratch = mkdtempSync(join(folder, name));
    const { crashes, slowestCpu, memory, inputs, accepted, refused } = await fuzz(kind, {
      seed: 1,
      from: 0,
      count: COUNT,
      scratch,
    });
    expect(crashes).toEqual([]);
    expect(inputs).toBe(COUNT);
    expect(refused).toBeGreaterThan(0);
    expect(accepted + refused).toBe(COUNT);
    expect(slowestCpu).toBeLessThan(SLOW_MS);
    expect(memory).toBeLessThan(MOST_MIB);
  });

  it('are the same for the same seed and number', () => {
    const seeds = [Buffer.from('a: 1\nb: [x, y]\n')];
    expect(mutate(seeds, rngOf(7))).toEqual(mutate(seeds, rngOf(7)));
  });

  it('that break a reader are reported with their number', async () => {
    const kind = {
      name: 'broken',
      start: async () => ({
        seeds: [Buffer.from('abc')],
        read: (input: Buffer) => {
          if (input.length !== 3) throw new TypeError('length');
          return 'accepted' as const;
        },
      }),
    };
    const { crashes } = await fuzz(kind, { seed: 1, from: 0, count: 50, scratch: folder });
    expect(crashes[0]).toMatchObject({
      input: expect.any(Number),
      error: expect.stringContaining('TypeError: length'),
    });
  });
});
