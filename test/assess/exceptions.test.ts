import { describe, expect, it } from 'vitest';
import { applyExceptions, concerns, inForce } from '../../src/assess/exceptions.ts';
import type { RiskException } from '../../src/model/scope.ts';
import { interval } from './rows-of.ts';

const exception = (given: Partial<RiskException> = {}): RiskException => ({
  id: 'E1',
  source: 'check:a-b',
  subject: 'box-1',
  owner: 'Olga',
  approver: 'Anton',
  approved: '2026-10-05',
  expires: '2026-10-20',
  reason: 'the box is in a locked room',
  ...given,
});

describe('whom an exception concerns', () => {
  it.each([
    ['the subject that it names', {}, true],
    ['no other source', { source: 'check:a-c' }, false],
    ['no variant of its source with other parameters', { source: 'check:a-b@max=60' }, false],
    ['no other subject', { subject: 'box-12' }, false],
    ['every subject with its beginning', { subject: 'box-*' }, true],
    ['every subject there is', { subject: '*' }, true],
    ['no subject with another beginning', { subject: 'chest-*' }, false],
    ['not what stands around an inner asterisk', { subject: 'b*-1' }, false],
    ['the control that it is limited to', { control: 'X1' }, true],
    ['no other control', { control: 'X2' }, false],
  ])('is %s', (_what, given, expected) => {
    expect(concerns(exception(given), 'check:a-b', 'box-1', 'X1')).toBe(expected);
  });
});

describe('an exception for a check', () => {
  it('covers the check with a control’s own parameters too, and no check with a longer name', () => {
    const covers = (source: string) => concerns(exception(), source, 'box-1', 'X1');
    expect(['check:a-b', 'check:a-b@max=60', 'check:a-bc'].map(covers)).toEqual([true, true, false]);
  });
});

describe('an exception is in force', () => {
  it('from the day of its approval to the day of its expiry, both included', () => {
    const days = ['2026-10-04', '2026-10-05', '2026-10-20', '2026-10-21'];
    expect(days.map((day) => inForce(exception(), day))).toEqual([false, true, true, false]);
  });
});

describe('exceptions over intervals', () => {
  const context = { source: 'check:a-b', control: 'X1', lastDay: '2026-10-14' };
  const coveredBy = (exceptions: RiskException[], lastDay = context.lastDay) =>
    applyExceptions([interval(), interval({ subject: 'box-2' })], { ...context, exceptions, lastDay }).map(
      (it) => it.exception,
    );

  it('mark what they cover and leave the rest as it is', () => {
    expect(coveredBy([exception()])).toEqual(['E1', null]);
  });

  it('leave alone what was put right: there is nothing left to accept', () => {
    const closed = interval({ to: '2026-10-12T02:00:00.000Z' });
    expect(applyExceptions([closed], { ...context, exceptions: [exception()] })).toEqual([closed]);
  });

  it('count on the last day of the period only', () => {
    expect(coveredBy([exception()], '2026-10-21')).toEqual([null, null]);
    expect(coveredBy([exception()], '2026-10-04')).toEqual([null, null]);
  });

  it('give way to one that is in force where the first has expired', () => {
    const renewed = exception({ id: 'E2', approved: '2026-10-10' });
    expect(coveredBy([exception({ expires: '2026-10-09' }), renewed])).toEqual(['E2', null]);
  });
});
