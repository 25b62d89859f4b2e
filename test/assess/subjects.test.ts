import { describe, expect, it } from 'vitest';
import {
  eventInterval,
  failingIntervals,
  histories,
  inconclusiveAtEnd,
  inconclusiveEvent,
} from '../../src/assess/subjects.ts';
import { ACCOUNT, failure, history, OTHER, on, row } from './rows-of.ts';

const START = on(1, '00:00:00.000');
const HOUR = 3600;
const seen = (steps: Parameters<typeof history>[0], start = START) =>
  failingIntervals(history(steps), start).map(({ from, to }) => [from, to]);

describe('histories', () => {
  it('keep a subject of two accounts or regions apart', () => {
    const rows = [row(0, {}), row(1, { account: OTHER }), row(2, { region: 'us-east-1' }), row(3, {})];
    expect(histories(rows).map((it) => it.map(({ index }) => index))).toEqual([[0, 3], [1], [2]]);
  });
});

describe('failing intervals', () => {
  it('last from first seen failing to first seen otherwise, with the entries that say so', () => {
    const [only, ...more] = failingIntervals(
      history([
        [2, 'compliant'],
        [3, 'non_compliant'],
        [5, 'compliant'],
      ]),
      START,
    );
    expect(more).toEqual([]);
    expect(only).toMatchObject({ from: on(3), to: on(5), seconds: 48 * HOUR, entries: [1, 2], exception: null });
  });

  it('are open where nothing ended them', () => {
    const [only] = failingIntervals(history([[3, 'non_compliant']]), START);
    expect(only).toMatchObject({ from: on(3), to: null, seconds: null, entries: [0] });
  });

  it('end where the rule that failed them is gone, and say that this is no remediation', () => {
    const removed = failure({ name: 'SourceRemoved', message: 'AWS does not list the rule any more' });
    const rows = [
      ...history([[3, 'non_compliant']]),
      row(1, {
        at: on(6),
        change: 'changed',
        outcome: 'inconclusive',
        reason: 'AWS does not list the rule any more',
        failures: { source: removed },
      }),
    ];
    const [only] = failingIntervals(rows, START);
    expect(only).toMatchObject({ from: on(3), to: on(6) });
    expect(only?.reason).toContain('whether it ended is not known: AWS does not list the rule any more');
    expect(inconclusiveAtEnd(rows)).toMatchObject({ since: on(6), failure: removed });
  });

  it('are not ended by a state that could not be read', () => {
    expect(
      seen([
        [3, 'non_compliant'],
        [4, 'inconclusive'],
      ]),
    ).toEqual([[on(3), null]]);
    expect(
      seen([
        [3, 'non_compliant'],
        [4, 'inconclusive'],
        [6, 'compliant'],
      ]),
    ).toEqual([[on(3), on(6)]]);
    expect(
      seen([
        [3, 'non_compliant'],
        [4, 'inconclusive'],
        [6, 'non_compliant'],
      ]),
    ).toEqual([[on(3), null]]);
  });

  it('are ended when the check does not apply any more, and when the subject is gone', () => {
    expect(
      seen([
        [3, 'non_compliant'],
        [4, 'not_applicable'],
      ]),
    ).toEqual([[on(3), on(4)]]);
    expect(
      seen([
        [3, 'non_compliant'],
        [4, 'absent'],
      ]),
    ).toEqual([[on(3), on(4)]]);
  });

  it('are several where a subject failed again or came back', () => {
    expect(
      seen([
        [3, 'non_compliant'],
        [4, 'compliant'],
        [6, 'non_compliant'],
        [7, 'compliant'],
      ]),
    ).toEqual([
      [on(3), on(4)],
      [on(6), on(7)],
    ]);
    expect(
      seen([
        [3, 'non_compliant'],
        [4, 'absent'],
        [6, 'non_compliant'],
      ]),
    ).toEqual([
      [on(3), on(4)],
      [on(6), null],
    ]);
  });

  it('go on through a keyframe and a change of facts', () => {
    expect(
      seen([
        [3, 'non_compliant'],
        [4, 'non_compliant'],
        [5, 'compliant'],
      ]),
    ).toEqual([[on(3), on(5)]]);
  });

  it('that began before the period keep their beginning; those that ended before it are left out', () => {
    const start = on(10, '00:00:00.000');
    expect(
      seen(
        [
          [3, 'non_compliant'],
          [12, 'compliant'],
        ],
        start,
      ),
    ).toEqual([[on(3), on(12)]]);
    expect(seen([[3, 'non_compliant']], start)).toEqual([[on(3), null]]);
    expect(
      seen(
        [
          [3, 'non_compliant'],
          [9, 'compliant'],
          [12, 'non_compliant'],
        ],
        start,
      ),
    ).toEqual([[on(12), null]]);
  });

  it('are none for a subject that is known only as gone', () => {
    expect(seen([[3, 'absent']])).toEqual([]);
  });
});

describe('an event that should not have happened', () => {
  const event = {
    eventID: 'e1',
    eventTime: on(4, '11:12:13.000'),
    eventName: 'ConsoleLogin',
    eventSource: 'signin.amazonaws.com',
    actor: 'root',
    file: 'f',
    fileSha256: '0'.repeat(64),
    record: 0,
  };

  it('fails at its own time and for no length of time', () => {
    const it = eventInterval(row(7, { at: on(9), change: 'event', outcome: 'non_compliant', event }));
    expect(it).toMatchObject({ from: event.eventTime, to: event.eventTime, seconds: 0, entries: [7] });
  });

  it('is inconclusive since its own time where it could not be judged', () => {
    expect(inconclusiveEvent(row(7, { at: on(9), change: 'event', outcome: 'inconclusive', event }))).toMatchObject([
      { since: event.eventTime, entry: 7, failure: null },
    ]);
    expect(inconclusiveEvent(row(7, { change: 'event', outcome: 'compliant', event }))).toEqual([]);
  });
});

describe('a subject that is inconclusive at the end', () => {
  const sinceOf = (steps: Parameters<typeof history>[0]) => inconclusiveAtEnd(history(steps))?.since;

  it('has been so since it was last known, not since it ever was', () => {
    expect(
      sinceOf([
        [2, 'inconclusive'],
        [3, 'compliant'],
        [5, 'inconclusive'],
        [6, 'inconclusive'],
      ]),
    ).toBe(on(5));
    expect(
      sinceOf([
        [2, 'inconclusive'],
        [3, 'inconclusive'],
      ]),
    ).toBe(on(2));
    expect(
      sinceOf([
        [2, 'inconclusive'],
        [3, 'absent'],
        [5, 'inconclusive'],
      ]),
    ).toBe(on(5));
  });

  it('is told with the real error and the newest evidence', () => {
    const denied = failure();
    const rows = [
      row(4, { at: on(2), outcome: 'inconclusive', failures: { policy: denied }, reason: 'first' }),
      row(9, { at: on(3), outcome: 'inconclusive', failures: { policy: denied }, reason: 'then' }),
    ];
    expect(inconclusiveAtEnd(rows)).toEqual({
      subject: 'arn:aws:s3:::bucket',
      account: ACCOUNT,
      region: 'eu-west-1',
      since: on(2),
      reason: 'then',
      failure: denied,
      entry: 9,
    });
  });

  it('is told with the same one of several errors, in whatever order they are given', () => {
    const [one, other] = [failure({ message: 'one' }), failure({ message: 'other' })];
    const told = [
      { b: other, a: one },
      { a: one, b: other },
    ].map((failures) => inconclusiveAtEnd([row(0, { outcome: 'inconclusive', failures })]));
    expect(told.map((it) => it?.failure?.message)).toEqual(['one', 'one']);
  });

  it('is not one that is gone, or known again, or never seen', () => {
    expect(
      inconclusiveAtEnd(
        history([
          [2, 'inconclusive'],
          [3, 'absent'],
        ]),
      ),
    ).toBeUndefined();
    expect(
      inconclusiveAtEnd(
        history([
          [2, 'inconclusive'],
          [3, 'compliant'],
        ]),
      ),
    ).toBeUndefined();
    expect(inconclusiveAtEnd([])).toBeUndefined();
  });
});
