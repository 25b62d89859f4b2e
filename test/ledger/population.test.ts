import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { populationDigest } from '../../src/ledger/population.ts';

/** As it is specified: lines of bytes, in the order of the bytes. */
function specified(states: readonly (readonly [string, string])[]): string {
  const digest = createHash('sha256');
  const lines = states.map(([subject, hash]) => Buffer.from(`${subject}\t${hash}\n`)).sort(Buffer.compare);
  for (const line of lines) digest.update(line);
  return digest.digest('hex');
}

const subject = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'é', '日', '\uFB01', '\uFFFD', '😀', '𠀀') }),
  fc.string({ unit: 'grapheme' }),
);

describe('populationDigest', () => {
  it('sorts lines by their bytes, also where UTF-16 has another order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(subject, fc.constantFrom('0a', 'ff'))), (states) => {
        expect(populationDigest(states)).toBe(specified(states));
      }),
      { numRuns: 500 },
    );
    const states = [['\uFB01', '00'] as const, ['😀', '00'] as const];
    expect(populationDigest(states)).toBe(specified(states.toReversed()));
  });

  it('is that of nothing where nobody is', () => {
    expect(populationDigest([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});
