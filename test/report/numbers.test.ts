import { describe, expect, it } from 'vitest';
import { addDays, count, duration, longDay, percent, plural } from '../../src/report/numbers.ts';

describe('numbers in words', () => {
  it('groups thousands without asking the locale', () => {
    expect([0, 999, 1000, 1234567].map(count)).toEqual(['0', '999', '1,000', '1,234,567']);
    expect([plural(1, 'entry', 'entries'), plural(2, 'entry', 'entries')]).toEqual(['1 entry', '2 entries']);
  });

  it('gives durations in their two largest units', () => {
    expect([0, 59, 60, 3_599, 90_000, 86_400, 31_536_000].map(duration)).toEqual([
      '0 s',
      '59 s',
      '1 min',
      '59 min 59 s',
      '1 d 1 h',
      '1 d',
      '365 d',
    ]);
  });

  it('rounds a share to 100 only for all and to 0 only for none', () => {
    expect([percent(0, 9), percent(1, 1000), percent(999, 1000), percent(1000, 1000), percent(0, 0)]).toEqual([
      '0 %',
      '1 %',
      '99 %',
      '100 %',
      '0 %',
    ]);
  });

  it('counts days over the ends of months and leap years', () => {
    expect([addDays('2028-02-28', 1), addDays('2026-12-31', 1), addDays('2026-01-01', -1)]).toEqual([
      '2028-02-29',
      '2027-01-01',
      '2025-12-31',
    ]);
    expect(longDay('2026-01-05')).toBe('5 January 2026');
  });
});
