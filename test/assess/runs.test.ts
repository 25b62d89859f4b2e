import { describe, expect, it } from 'vitest';
import { daysOf } from '../../src/assess/days.ts';
import type { LedgerRun } from '../../src/assess/input.ts';
import { coverageOf, reportedRuns } from '../../src/assess/runs.ts';
import type { FailedTask, Run } from '../../src/model/run.ts';
import { plan } from '../app/bodies-of.ts';
import { ACCOUNT, failure, OTHER, on, REGION } from './rows-of.ts';

const SCOPE = { accounts: [ACCOUNT], regions: [REGION] };
const TASKS = [
  { account: ACCOUNT, region: REGION, service: 's3' },
  { account: ACCOUNT, region: 'global', service: 'iam' },
  { account: OTHER, region: REGION, service: 's3' },
  { account: ACCOUNT, region: 'us-east-1', service: 's3' },
];

/** A run on a day of October; without an end where `failed` is undefined. */
function run(day: number, failed: FailedTask[] | undefined, given: Partial<LedgerRun['plan']> = {}): LedgerRun {
  const id = `00000000-0000-8000-8000-0000000000${String(day).padStart(2, '0')}`;
  const planned = plan({ run: id, at: on(day), tasks: TASKS, ...given });
  const { v, run: own, at, salt, mode } = planned;
  const base = { v, run: own, at, salt, mode, kind: 'run' as const, id };
  const times = { startedAt: at, endedAt: on(day, '02:07:00.000') };
  const counts = { expected: planned.tasks.length, collected: planned.tasks.length - (failed?.length ?? 0) };
  const ended: Run = { ...base, ...times, ...counts, failed: failed ?? [], calls: 12, throttles: 0, files: [] };
  return { entry: day, plan: planned, run: failed ? ended : undefined };
}

const failedAt = (place: (typeof TASKS)[number] | undefined): FailedTask[] =>
  place ? [{ ...place, failures: [failure()] }] : [];
const WEEK = daysOf({ from: '2026-10-01', to: '2026-10-07' });
const coverage = (runs: LedgerRun[]) => coverageOf(WEEK, reportedRuns(runs, SCOPE));

describe('runs as the report lists them', () => {
  it('are complete, incomplete or interrupted', () => {
    const runs = reportedRuns([run(1, []), run(2, failedAt(TASKS[0])), run(3, undefined)], SCOPE);
    expect(runs.map(({ state, collected, endedAt }) => [state, collected, endedAt])).toEqual([
      ['complete', 2, on(1, '02:07:00.000')],
      ['incomplete', 1, on(2, '02:07:00.000')],
      ['interrupted', 0, null],
    ]);
  });

  it('count and name the tasks in scope only', () => {
    const [it] = reportedRuns([run(1, failedAt(TASKS[2]))], SCOPE);
    expect(it).toMatchObject({ expected: 2, collected: 2, failed: [], state: 'complete' });
    expect(JSON.stringify(it)).not.toContain(OTHER);
  });

  it('are left out where they collected nothing in scope', () => {
    expect(reportedRuns([run(1, [], { tasks: TASKS.slice(2) })], SCOPE)).toEqual([]);
    expect(reportedRuns([run(1, [], { tasks: [], mode: 'ingest' })], SCOPE)).toHaveLength(1);
  });
});

describe('coverage of the period', () => {
  it('has a code for each day: complete, incomplete only, none', () => {
    const runs = [run(1, []), run(2, failedAt(TASKS[0])), run(3, failedAt(TASKS[0])), run(3, [])];
    expect(coverage(runs)).toMatchObject({ days: 'cpc....', observedDays: 3 });
  });

  it('says why a day is missing: no run, or one that never ended', () => {
    const { gaps, days } = coverage([run(1, []), run(3, undefined), run(4, []), run(7, [])]);
    expect(days).toBe('c..c..c');
    expect(gaps).toEqual([
      { from: '2026-10-02', to: '2026-10-03', cause: `the run of ${on(3)} started and never ended.` },
      { from: '2026-10-05', to: '2026-10-06', cause: 'The ledger holds no collection run.' },
    ]);
  });

  it('has no gap on a day whose interrupted run was made good by another', () => {
    const all = [1, 2, 3, 4, 5, 6, 7].map((day) => run(day, []));
    expect(coverage([...all, run(4, undefined)]).gaps).toEqual([]);
  });

  it('adds up tasks; those of an interrupted run are not collected', () => {
    const counts = coverage([run(1, []), run(2, failedAt(TASKS[0])), run(3, undefined)]);
    expect(counts).toMatchObject({ expectedTasks: 6, collectedTasks: 3, failedTasks: 3 });
  });

  it('counts collections only: an ingest or a new judgement looks at no resource', () => {
    const others = [run(1, [], { mode: 'ingest', tasks: [] }), run(2, [], { mode: 'evaluate', tasks: [] })];
    expect(coverage(others)).toMatchObject({ days: '.......', observedDays: 0, expectedTasks: 0 });
  });
});
