import { describe, expect, it } from 'vitest';
import { failingIntervals } from '../../src/assess/subjects.ts';
import { remediationText } from '../../src/report/pdf/parts/remediation-line.ts';
import { remediationOf } from '../../src/report/remediation.ts';
import { failure, history, on, row } from '../assess/rows-of.ts';
import { interval } from './sample-report.ts';

const DAY = 86_400;
const closed = (days: number) =>
  interval({
    subject: `arn:${days}`,
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-02-01T00:00:00.000Z',
    seconds: days * DAY,
  });
const open = (from: string, exception: string | null = null) =>
  interval({ subject: `arn:${from}`, from: `${from}T02:00:00.000Z`, exception });
const event = interval({ subject: 'e', from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:00:00.000Z', seconds: 0 });

describe('time to remediate', () => {
  it('is the median and the longest of what was put right, beside what is still open', () => {
    const found = remediationOf([closed(6), open('2026-10-12'), closed(2), closed(1), event]);
    expect(found).toEqual({
      total: 4,
      putRight: 3,
      median: 2 * DAY,
      longest: 6 * DAY,
      unknown: 0,
      open: 1,
      accepted: 0,
      openSince: '2026-10-12T02:00:00.000Z',
    });
    expect(remediationText(found)).toBe(
      'Put right: 3 of 4 failures; median 2 d, longest 6 d; 1 open since 2026-10-12.',
    );
  });

  it('takes the mean of the two in the middle', () => {
    expect(remediationOf([closed(1), closed(2), closed(7), closed(4)]).median).toBe(3 * DAY);
  });

  it.each([
    [[closed(4)], 'Put right: 1 of 1 failure, after 4 d.'],
    [[open('2026-03-02', 'EX-1')], 'Put right: 0 of 1 failure; 1 open since 2026-03-02, accepted under an exception.'],
    [
      [open('2026-03-02', 'EX-1'), open('2026-03-01')],
      'Put right: 0 of 2 failures; 2 open, the oldest since 2026-03-01, 1 of them accepted under an exception.',
    ],
    [
      [open('2026-03-02', 'EX-1'), open('2026-03-01', 'EX-1')],
      'Put right: 0 of 2 failures; 2 open, the oldest since 2026-03-01, all accepted under exceptions.',
    ],
  ])('reads as a sentence (%#)', (intervals, text) => expect(remediationText(remediationOf(intervals))).toBe(text));

  it('is nothing where nothing failed, or only events did', () => {
    expect(remediationOf([])).toMatchObject({ total: 0, median: null, longest: null, openSince: null });
    expect(remediationOf([event])).toMatchObject({ total: 0, putRight: 0 });
  });

  it('does not take the removal of what judged a subject for a remediation', () => {
    const removed = row(1, {
      at: on(6),
      change: 'changed',
      outcome: 'inconclusive',
      reason: 'AWS does not list the rule any more',
      failures: { source: failure({ name: 'SourceRemoved' }) },
    });
    const found = remediationOf(failingIntervals([...history([[3, 'non_compliant']]), removed], on(1)));
    expect(found).toMatchObject({ total: 1, putRight: 0, open: 0, unknown: 1, longest: null });
    expect(remediationText(found)).toBe('Put right: 0 of 1 failure; 1 of which it is not known whether it ended.');
  });
});
