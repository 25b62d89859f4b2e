import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ahead, batched, inChunks, merge } from '../../src/adapters/aws/dynamodb-index/streams.ts';

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

describe('streams', () => {
  it('merges sorted streams to what sorting all of it gives', async () => {
    const byNumber = (a: number, b: number) => a - b;
    const lists = fc.array(
      fc.array(fc.nat(50)).map((it) => it.sort(byNumber)),
      { maxLength: 9 },
    );
    await fc.assert(
      fc.asyncProperty(lists, async (sorted) => {
        const merged = await Array.fromAsync(merge(sorted.map(each), byNumber));
        expect(merged).toEqual(sorted.flat().sort(byNumber));
      }),
    );
  });

  it('cuts into chunks that together are all of it', async () => {
    expect(await Array.fromAsync(inChunks([1, 2, 3, 4, 5], 2))).toEqual([[1, 2], [3, 4], [5]]);
    expect(await Array.fromAsync(inChunks([], 2))).toEqual([]);
  });

  it('works ahead in order, never on more than its limit', async () => {
    let [under, most] = [0, 0];
    const results = ahead([5, 1, 4, 0, 3, 2], 3, async (it) => {
      most = Math.max(most, ++under);
      await setTimeout(it);
      under -= 1;
      return it;
    });
    expect(await Array.fromAsync(results)).toEqual([5, 1, 4, 0, 3, 2]);
    expect(most).toBe(3);
  });

  it('ends with the first error, in order', async () => {
    const results = ahead([1, 2, 3], 3, async (it) => {
      if (it >= 2) throw new Error(`no ${it}`);
      return it;
    });
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const it of results) seen.push(it);
      })(),
    ).rejects.toThrow('no 2');
    expect(seen).toEqual([1]);
  });

  it('asks once for what is asked at once, in bounded portions, and fails only who asked', async () => {
    const loads: number[] = [];
    const ask = batched(3, async (keys) => {
      loads.push(keys.length);
      if (keys.includes('bad')) throw new Error('bad');
      return new Map(keys.map((key) => [key, key.length]));
    });
    expect(await Promise.all(['a', 'bb', 'a', 'ccc', 'dddd'].map(ask))).toEqual([1, 2, 1, 3, 4]);
    expect(loads).toEqual([3, 1]);
    await expect(ask('bad')).rejects.toThrow('bad');
    expect(await ask('good')).toBe(4);
  });
});
