import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, overlaps } from '../../../src/evaluate/functions/wildcard.ts';

/** The definition itself, word for word and slow. */
function matches(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [head, rest] = [pattern[0], pattern.slice(1)];
  if (head === '*') return matches(rest, text) || (text !== '' && matches(pattern, text.slice(1)));
  return text !== '' && (head === '?' || head === text[0]) && matches(rest, text.slice(1));
}

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 7 });
const text = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 7 });
const everyText = ['', 'a', 'b', ':'].flatMap((x) =>
  ['', 'a', 'b'].flatMap((y) => ['', 'a', ':'].map((z) => x + y + z)),
);

describe('covers', () => {
  it('is plain matching where the second has no wildcards', () => {
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        expect(covers(p, t)).toBe(matches(p, t));
      }),
    );
  });

  it('never says that a pattern covers another one with a text that only the other has', () => {
    fc.assert(
      fc.property(pattern, pattern, text, (p, q, t) => {
        if (covers(p, q) && matches(q, t)) expect(matches(p, t)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['*', 's3:*', true],
    ['s3:*', 's3:Get*', true],
    ['s3:Get*', 's3:*', false],
    ['?', '*', false],
    ['a?*', 'a*', false],
    ['arn:aws:s3:::b/*', 'arn:aws:s3:::b', false],
  ])('%s over %s: %s', (p, q, expected) => expect(covers(p, q)).toBe(expected));
});

it('covers: the property above is tried often enough to mean something', () => {
  const counted = fc.sample(fc.tuple(pattern, pattern, text), { numRuns: 3000, seed: 1 });
  expect(counted.filter(([p, q, t]) => covers(p, q) && matches(q, t)).length).toBeGreaterThan(20);
});

describe('overlaps', () => {
  it('is true whenever a text fits both', () => {
    fc.assert(
      fc.property(pattern, pattern, (p, q) => {
        if (everyText.some((t) => matches(p, t) && matches(q, t))) expect(overlaps(p, q)).toBe(true);
      }),
    );
  });

  it('is symmetric, and plain matching where one has no wildcards', () => {
    fc.assert(
      fc.property(pattern, pattern, (p, q) => {
        expect(overlaps(p, q)).toBe(overlaps(q, p));
      }),
    );
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        expect(overlaps(p, t)).toBe(matches(p, t));
      }),
    );
  });
});
