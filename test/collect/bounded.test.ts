import { describe, expect, it } from 'vitest';
import { forEachBounded } from '../../src/collect/bounded.ts';

describe('work with a bound', () => {
  it('has no more under way than the limit, and leaves nothing out', async () => {
    const done: number[] = [];
    let [now, most] = [0, 0];
    await forEachBounded(Array(20).keys(), 3, async (item) => {
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
      done.push(item);
    });
    expect(most).toBe(3);
    expect(done.sort((a, b) => a - b)).toEqual([...Array(20).keys()]);
  });

  it('ends with the first error, begins nothing after it, and leaves nothing running', async () => {
    const [begun, ended]: number[][] = [[], []];
    const slow = Promise.withResolvers<void>();
    const all = forEachBounded(Array(10).keys(), 2, async (item) => {
      begun?.push(item);
      if (item === 1) throw new Error('the first');
      await slow.promise;
      ended?.push(item);
      throw new Error('the second');
    });
    setTimeout(slow.resolve, 5);
    await expect(all).rejects.toThrow('the first');
    expect([begun, ended]).toEqual([[0, 1], [0]]);
  });
});
