import { describe, expect, it } from 'vitest';
import { notCollected, noteTouched, type Touched } from '../../src/assess/not-collected.ts';
import type { ReportedRun } from '../../src/model/report.ts';
import type { Failure } from '../../src/model/retrieval.ts';
import type { HeadRow } from '../../src/ports/evidence-index.ts';
import { ACCOUNT, failure, OTHER, on, REGION, row } from './rows-of.ts';

const PLACE = { account: ACCOUNT, region: REGION, service: 's3' };

function run(day: number, failures: Failure[], place = PLACE): ReportedRun {
  return {
    id: `00000000-0000-8000-8000-0000000000${String(day).padStart(2, '0')}`,
    mode: 'collect',
    via: 'aws',
    startedAt: on(day),
    endedAt: on(day),
    expected: 1,
    collected: 0,
    failed: [{ ...place, failures }],
    calls: 1,
    state: 'incomplete',
    entry: day,
  };
}
function notCollectedOf(runs: ReportedRun[], evidence: HeadRow[], controls: typeof CONTROLS) {
  const touched: Touched = new Map();
  noteTouched(touched, evidence);
  return notCollected(runs, touched, controls);
}

const CONTROLS = new Map([
  ['check:a-b', new Set(['X10', 'X2'])],
  ['check:a-c', new Set(['X3'])],
]);

describe('what was not collected', () => {
  it('takes the same failure of several runs together, whatever its request id and message', () => {
    const runs = [5, 3, 4].map((day) => run(day, [failure({ requestId: `R${day}`, message: `try ${day}` })]));
    expect(notCollectedOf(runs, [], CONTROLS)).toMatchObject([{ ...PLACE, first: on(3), last: on(5), runs: 3 }]);
  });

  it('keeps apart what differs in place, operation, kind or error', () => {
    const others = [
      { operation: 's3:GetBucketAcl' },
      { kind: 'throttled' as const },
      { name: 'AccessDeniedException' },
    ];
    const runs = [
      run(3, [failure(), ...others.map(failure)]),
      run(4, [failure()], { ...PLACE, account: OTHER }),
      run(5, [failure()], { ...PLACE, region: 'us-east-1' }),
    ];
    expect(notCollectedOf(runs, [], CONTROLS)).toHaveLength(6);
  });

  it('counts one run once, even where the failure stands in it twice', () => {
    expect(notCollectedOf([run(3, [failure(), failure({ message: 'another bucket' })])], [], CONTROLS)).toMatchObject([
      { runs: 1 },
    ]);
  });

  it('names the subjects that it left open, and their controls in natural order', () => {
    const evidence = [
      row(0, { subject: 'a', failures: { policy: failure({ requestId: 'R9' }) } }),
      row(1, { subject: 'a', failures: { policy: failure() } }),
      row(2, { subject: 'b', source: 'check:a-c', failures: { policy: failure() } }),
      row(3, { subject: 'c', failures: { policy: failure({ operation: 's3:GetBucketAcl' }) } }),
      row(4, { subject: 'd', account: OTHER, failures: { policy: failure() } }),
    ];
    expect(notCollectedOf([run(3, [failure()])], evidence, CONTROLS)).toMatchObject([
      { subjects: 2, controls: ['X2', 'X3', 'X10'] },
    ]);
  });

  it('is nothing where no run failed', () => {
    expect(
      notCollectedOf([{ ...run(3, []), failed: [] }], [row(0, { failures: { policy: failure() } })], CONTROLS),
    ).toEqual([]);
  });
});
