import { expect, describe as group, it } from 'vitest';
import { DAY_CODES } from '../../src/model/report.ts';
import { describe, RUN_DAYS, SOURCE_DAYS } from '../../src/report/pdf/elements/strip.ts';

group('a day strip', () => {
  it('is put in words as spans of days', () => {
    const strip = { from: '2026-01-30', codes: 'ccff.c', looks: SOURCE_DAYS };
    expect(describe(strip)).toBe(
      'Day by day: 2026-01-30 to 2026-01-31 all compliant; 2026-02-01 to 2026-02-02 failing; 2026-02-03 not observed; 2026-02-04 all compliant.',
    );
  });

  it('says so when a restless period is not told in full', () => {
    const strip = { from: '2026-01-01', codes: 'cf'.repeat(30), looks: SOURCE_DAYS };
    expect(describe(strip)).toContain('and 20 further changes, see report.json.');
  });

  it('has a look for every code, each with a sign of its own', () => {
    expect(Object.keys(SOURCE_DAYS).toSorted()).toEqual(Object.keys(DAY_CODES).toSorted());
    for (const looks of [SOURCE_DAYS, RUN_DAYS]) {
      const signs = Object.values(looks).map((look) => look.sign);
      expect(new Set(signs).size).toBe(signs.length);
    }
  });
});
