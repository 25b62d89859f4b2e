import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rngOf } from '../collect/planted/rng.ts';
import { FUZZ_KINDS } from './kinds.ts';
import { mutate } from './mutate.ts';
import { fuzz } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'wm-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Packs and SDK calls take milliseconds each. */
const COUNTS: Readonly<Record<string, number>> = {
  pack: 20,
  http: 150,
  recording: 100,
  answers: 200,
  lines: 190,
  yaml: 250,
};
/** The limit is 2 seconds; here other tests take the cores as well. */
const SLOW_MS = 10_000;
const MOST_MIB = 512;

describe('mutated inputs', () => {
  it.each([...FUZZ_KINDS.keys()])('of %s are accepted or refused, in time and memory', async (name) => {
    const kind = FUZZ_KINDS.get(name);
    if (kind === undefined) throw new Error(name);
    const count = COUNTS[name] ?? 300;
    const scratch = mkdtempSync(join(folder, name));
    const { crashes, slowest, memory, inputs, accepted, refused } = await fuzz(kind, {
      seed: 1,
      from: 0,
      count,
      scratch,
    });
    expect(crashes).toEqual([]);
    expect(inputs).toBe(count);
    expect(refused).toBeGreaterThan(0);
    expect(accepted + refused).toBe(count);
    expect(slowest).toBeLessThan(SLOW_MS);
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
