import { dayOf } from '../model/primitives.ts';
import type { Gap, Report, ReportedRun } from '../model/report.ts';
import type { Scope } from '../model/scope.ts';
import { stretches } from './days.ts';
import type { LedgerRun } from './input.ts';

type Place = { readonly account: string; readonly region: string };

const isInScope =
  ({ accounts, regions }: Scope) =>
  ({ account, region }: Place): boolean =>
    accounts.includes(account) && (region === 'global' || regions.includes(region));

/** Whether a run is about the scope at all: a collection that planned nothing in it says nothing of it. */
export const concernsScope = ({ plan }: Pick<LedgerRun, 'plan'>, scope: Scope): boolean =>
  plan.mode !== 'collect' || plan.tasks.some(isInScope(scope));

/**
 * Runs as the report lists them: their tasks in scope only, for other accounts are no business of its
 * readers. A plan without its end is an interrupted run.
 */
export function reportedRuns(runs: readonly LedgerRun[], scope: Scope): ReportedRun[] {
  return runs
    .filter((it) => concernsScope(it, scope))
    .map(({ entry, plan, run }) => {
      const expected = plan.tasks.filter(isInScope(scope)).length;
      const failed = (run?.failed ?? []).filter(isInScope(scope));
      return {
        id: plan.run,
        mode: plan.mode,
        via: plan.via,
        startedAt: run?.startedAt ?? plan.at,
        endedAt: run?.endedAt ?? null,
        expected,
        collected: run ? expected - failed.length : 0,
        failed,
        calls: run?.calls ?? 0,
        state: !run ? 'interrupted' : failed.length > 0 ? 'incomplete' : 'complete',
        entry,
      };
    });
}

/** Which days of the period had a collection, and why the others had none. */
export function coverageOf(days: readonly string[], all: readonly ReportedRun[]): Report['coverage'] {
  const runs = all.filter((it) => it.mode === 'collect');
  const strip = days.map((day) => dayCode(runs.filter((it) => dayOf(it.startedAt) === day))).join('');
  const sum = (pick: (run: ReportedRun) => number): number => runs.reduce((total, run) => total + pick(run), 0);
  return {
    days: strip,
    observedDays: [...strip].filter((code) => code !== '.').length,
    gaps: gapsOf(days, strip, runs),
    expectedTasks: sum((it) => it.expected),
    collectedTasks: sum((it) => it.collected),
    failedTasks: sum((it) => it.expected - it.collected),
  };
}

function dayCode(runs: readonly ReportedRun[]): string {
  const ended = runs.filter((it) => it.state !== 'interrupted');
  if (ended.length === 0) return '.';
  return ended.some((it) => it.state === 'complete') ? 'c' : 'p';
}

function gapsOf(days: readonly string[], strip: string, runs: readonly ReportedRun[]): Gap[] {
  return stretches(strip, (code) => code === '.').map(([first, last]) => {
    const from = days[first] ?? '';
    const to = days[last] ?? '';
    const interrupted = runs.filter(
      (it) => it.state === 'interrupted' && dayOf(it.startedAt) >= from && dayOf(it.startedAt) <= to,
    );
    const cause =
      interrupted.length > 0
        ? `${interrupted.map((it) => `the run of ${it.startedAt} started and never ended`).join('; ')}.`
        : 'The ledger holds no collection run.';
    return { from, to, cause };
  });
}
