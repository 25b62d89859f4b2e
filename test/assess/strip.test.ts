import { describe, expect, it } from 'vitest';
import { dayStrip, observedDays } from '../../src/assess/strip.ts';
import type { ObservationRow } from '../../src/ports/evidence-index.ts';
import { ACCOUNT, OTHER, observed, REGION } from './rows-of.ts';

const DAY = '2026-10-01';
const HERE = `${ACCOUNT}/${REGION}`;
const THERE = `${OTHER}/${REGION}`;
const codeOf = (rows: ObservationRow[], places = [HERE]): string => dayStrip([DAY], places, rows);
const compliant = { counts: { compliant: 2 } };
const failing = { counts: { compliant: 2, non_compliant: 1 } };
const unread = { counts: { compliant: 2, inconclusive: 1 } };
const unlisted = { counts: { inconclusive: 1 }, complete: false };

describe('the code of a day', () => {
  it.each([
    ['all compliant', [compliant], 'c'],
    ['one failing', [failing], 'f'],
    ['failing and inconclusive', [{ counts: { non_compliant: 1, inconclusive: 1 } }], 'f'],
    ['some inconclusive', [unread], 'i'],
    ['no subjects', [{}], '0'],
    ['only subjects to which it does not apply', [{ counts: { not_applicable: 4 } }], '0'],
    ['a population that could not be listed', [unlisted], 'x'],
    ['no observation', [], '.'],
  ] as const)('with %s', (_what, given, code) => {
    expect(codeOf(given.map(observed))).toBe(code);
  });

  it('is "population unknown" while one of the places was not observed', () => {
    expect(codeOf([observed(compliant)], [HERE, THERE])).toBe('x');
    expect(codeOf([observed(compliant), observed({ ...compliant, account: OTHER })], [HERE, THERE])).toBe('c');
  });

  it('of resources is known by one complete observation, of events by the newest', () => {
    const incomplete = { ...compliant, complete: false };
    const event = { source: 'cloudtrail:root-activity' };
    expect(codeOf([observed(compliant), observed(incomplete)])).toBe('c');
    expect(codeOf([observed({ ...compliant, ...event }), observed({ ...incomplete, ...event })])).toBe('x');
    expect(codeOf([observed({ ...incomplete, ...event }), observed({ ...compliant, ...event })])).toBe('c');
  });

  it('shows a failure in one place even where another could not be listed', () => {
    expect(codeOf([observed(failing), observed({ ...unlisted, account: OTHER })], [HERE, THERE])).toBe('f');
  });

  it('is compliant when subjects are compliant in one place and there are none in the other', () => {
    expect(codeOf([observed(compliant), observed({ account: OTHER })], [HERE, THERE])).toBe('c');
  });

  it('takes the runs of a day together: one complete run is enough, one failure is too', () => {
    const later = { at: `${DAY}T14:00:00.000Z` };
    expect(codeOf([observed(unlisted), observed({ ...compliant, ...later })])).toBe('c');
    expect(codeOf([observed(compliant), observed({ ...unlisted, ...later })])).toBe('c');
    expect(codeOf([observed(failing), observed({ ...compliant, ...later })])).toBe('f');
    expect(codeOf([observed(unread), observed({ ...compliant, ...later })])).toBe('i');
  });

  it('belongs to the day that is covered, not to the day of the ingest', () => {
    const late = observed({ ...compliant, day: '2026-10-02', at: '2026-10-09T02:00:00.000Z' });
    expect(dayStrip(['2026-10-01', '2026-10-02', '2026-10-09'], [HERE], [late])).toBe('.c.');
  });
});

describe('observed days', () => {
  it('are those on which every place was listed, whatever was found', () => {
    expect(observedDays('cfi0x.')).toBe(4);
    expect(observedDays('')).toBe(0);
  });
});
