import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawKey, sampleOf, sampleSize } from '../../src/assess/sample.ts';
import { row } from './rows-of.ts';

const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => row(index, { subject: `box-${index}`, name: `box ${index}` }));

describe('a sample', () => {
  it('is all of a small population, and never more than 25', () => {
    expect([0, 1, 5, 6, 49, 50, 99, 249, 250, 1_000_000].map(sampleSize)).toEqual([0, 1, 5, 5, 5, 5, 10, 25, 25, 25]);
  });

  it('is drawn by the smallest hashes, whatever the order of the population', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.string(), fc.integer(), (count, root, turn) => {
        const all = rows(count);
        const turned = all.toSorted((a, b) => ((a.index * 7919 + turn) % 97) - ((b.index * 7919 + turn) % 97));
        const drawn = sampleOf('check:a-b', root, turned);
        const keys = all.map((it) => [drawKey(root, 'check:a-b', it.evidence), it.index] as const).sort();
        expect(drawn.items.map((it) => it.entry)).toEqual(keys.slice(0, sampleSize(count)).map(([, index]) => index));
        expect(drawn.population).toBe(count);
      }),
      { numRuns: 60 },
    );
  });

  it('is another one for another ledger, source or place', () => {
    const { evidence } = row(0, {});
    const keys = [
      drawKey('a', 'check:a-b', evidence),
      drawKey('b', 'check:a-b', evidence),
      drawKey('a', 'check:a-c', evidence),
      drawKey('a', 'check:a-b', { ...evidence, region: 'us-east-1' }),
      drawKey('a', 'check:a-b', { ...evidence, account: '444455556666' }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
