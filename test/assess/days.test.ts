import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysOf, endOf, startOf, stretches } from '../../src/assess/days.ts';

const dayNumber = fc.integer({ min: 0, max: 30_000 });
const dayAt = (n: number): string => new Date(n * 86_400_000).toISOString().slice(0, 10);

describe('the days of a period', () => {
  it('are all of them in order, both ends included, whatever months and leap years lie between', () => {
    fc.assert(
      fc.property(dayNumber, fc.integer({ min: 0, max: 800 }), (first, more) => {
        const days = daysOf({ from: dayAt(first), to: dayAt(first + more) });
        expect(days).toEqual(Array.from({ length: more + 1 }, (_, at) => dayAt(first + at)));
      }),
      { numRuns: 50 },
    );
  });

  it('hold 29 February in leap years only', () => {
    expect(daysOf({ from: '2028-02-28', to: '2028-03-01' })).toEqual(['2028-02-28', '2028-02-29', '2028-03-01']);
    expect(daysOf({ from: '2026-02-28', to: '2026-03-01' })).toEqual(['2026-02-28', '2026-03-01']);
  });

  it('begin with the first and end with the last millisecond', () => {
    const period = { from: '2026-10-01', to: '2026-10-31' };
    expect(Date.parse(startOf(period))).toBe(Date.UTC(2026, 9, 1));
    expect(Date.parse(endOf(period)) + 1).toBe(Date.UTC(2026, 10, 1));
  });
});

describe('stretches of a strip', () => {
  const strip = fc.string({ unit: fc.constantFrom('c', 'f', '.'), maxLength: 60 });
  const isGap = (code: string): boolean => code === '.';

  it('hold every wanted day and no other', () => {
    fc.assert(
      fc.property(strip, (text) => {
        const inside = new Set(stretches(text, isGap).flatMap(([from, to]) => range(from, to)));
        expect([...text].map((code, at) => inside.has(at) === isGap(code))).toEqual([...text].map(() => true));
      }),
    );
  });

  it('are as long as they can be, in order and apart', () => {
    fc.assert(
      fc.property(strip, (text) => {
        const found = stretches(text, isGap);
        for (const [at, [from, to]] of found.entries()) {
          expect(from).toBeLessThanOrEqual(to);
          expect(from).toBeGreaterThan((found[at - 1]?.[1] ?? -2) + 1);
        }
      }),
    );
  });
});

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
