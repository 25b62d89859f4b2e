import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arnAccount } from '../../../src/evaluate/functions/arn.ts';
import { join } from '../../../src/evaluate/functions/lists.ts';
import { ageDays } from '../../../src/evaluate/functions/time.ts';

describe('ageDays', () => {
  it('counts days of 24 hours, with fractions, in any offset', () => {
    expect(ageDays('2026-01-01T00:00:00Z', '2026-04-01T12:00:00.000Z')).toBe(90.5);
    expect(ageDays('2026-01-01T02:00:00+02:00', '2026-01-01T00:00:00Z')).toBe(0);
    expect(ageDays('2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z')).toBe(-1);
  });

  it.each([null, 'N/A', '', '2026-01-01', '2026-13-01T00:00:00Z', 5])('refuses %j', (value) => {
    expect(() => ageDays(value, '2026-01-01T00:00:00Z')).toThrow('expected a time');
  });

  it('gives back any number of days that is added', () => {
    const moment = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, fc.integer({ min: 0, max: 4000 }), (start, days) => {
        const end = new Date(start.getTime() + days * 86_400_000);
        expect(ageDays(start.toISOString(), end.toISOString())).toBe(days);
      }),
    );
  });
});

describe('arnAccount', () => {
  it('takes the account out of an ARN', () => {
    expect(arnAccount('arn:aws:iam::111122223333:role/a:b')).toBe('111122223333');
    expect(arnAccount('arn:aws:s3:::bucket')).toBe('');
    expect(() => arnAccount('bucket')).toThrow('expected an ARN');
  });
});

describe('join', () => {
  it('joins texts and numbers', () => {
    expect(join(['a', 1, true], ', ')).toBe('a, 1, true');
    expect(join([], ', ')).toBe('');
    expect(() => join([null], ', ')).toThrow('list of texts');
  });
});
