import { describe, expect, it } from 'vitest';
import { compareStates, stateOf } from '../../src/assess/compare.ts';
import type { ControlState } from '../../src/model/change.ts';
import type { ControlResult } from '../../src/model/report.ts';
import { ACCOUNT, interval, REGION, source } from './rows-of.ts';

const state = (given: Partial<ControlState> = {}): ControlState => ({
  verdict: 'met',
  subjects: 3,
  failing: 0,
  inconclusive: 0,
  ...given,
});

const result = (given: Partial<ControlResult>): ControlResult => ({
  id: 'X1',
  set: 'X',
  title: 'Boxes are kept shut',
  responsibility: 'customer',
  verdict: 'met',
  reasons: ['it is so'],
  sources: [],
  manual: [],
  review: null,
  ...given,
});

describe('the outcome of a report in short', () => {
  it('counts open failures without exception, and leaves supporting sources out', () => {
    const failing = [
      interval(),
      interval({ exception: 'E1' }),
      interval({ to: '2026-10-04T02:00:00.000Z', seconds: 9 }),
    ];
    const sources = [source({ failing }), source({ strength: 'supporting', failing, population: 99 })];
    const scope = { accounts: [ACCOUNT], regions: [REGION] };
    const report = { id: 'r', scope, exceptions: [], controls: [result({ verdict: 'not_met', sources })] };
    expect(stateOf(report).controls).toEqual({ X1: state({ verdict: 'not_met', failing: 1 }) });
  });
});

describe('two reports compared', () => {
  it('name what is not as it was, in the order of the newer one, what is gone last', () => {
    const before = {
      controls: { A: state(), B: state(), gone: state() },
      exceptions: { E1: 'in_force', E2: 'unused' } as const,
    };
    const after = {
      controls: { fresh: state(), A: state({ verdict: 'not_met', failing: 2 }), B: state({ subjects: 9 }) },
      exceptions: { E1: 'expired', E2: 'unused', E3: 'in_force' } as const,
    };
    expect(compareStates(before, after)).toEqual({
      controls: [
        { control: 'fresh', before: null, after: state() },
        { control: 'A', before: state(), after: state({ verdict: 'not_met', failing: 2 }) },
        { control: 'gone', before: state(), after: null },
      ],
      unchanged: 1,
      exceptions: [
        { exception: 'E1', before: 'in_force', after: 'expired' },
        { exception: 'E3', before: null, after: 'in_force' },
      ],
    });
  });

  it('are the same where nothing but the population is another', () => {
    const before = { controls: { A: state() }, exceptions: {} };
    expect(compareStates(before, { controls: { A: state({ subjects: 99 }) }, exceptions: {} })).toEqual({
      controls: [],
      unchanged: 1,
      exceptions: [],
    });
  });
});
