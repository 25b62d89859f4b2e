import { canonicalize } from '../../ledger/canonical.ts';
import type { Report } from '../../model/report.ts';
import { minute, plural } from '../numbers.ts';
import type { Sides } from './change.ts';
import { change, paired } from './change.ts';
import { errorOf } from './inconclusive.ts';
import type { Change } from './types.ts';

/** Period, scope, coverage, runs that fell short, and reads that failed: what the two reports could see. */
export function frameChanges(sides: Sides): Change[] {
  const [old, now] = [sides.old.report, sides.new.report];
  const told = (kind: 'period' | 'scope' | 'coverage', of: (report: Report) => string): Change[] =>
    of(old) === of(now) ? [] : [change(kind, { before: of(old), after: of(now) })];
  return [
    ...told('period', ({ period, days }) => `${period.from} to ${period.to}, ${plural(days, 'day')}`),
    ...told('scope', ({ scope }) => `accounts ${list(scope.accounts)}; regions ${list(scope.regions)}`),
    ...told('coverage', coverageOf),
    ...runChanges(sides),
    ...[...paired(old.notCollected, now.notCollected, readKey)].flatMap((it) => readChange(...it)),
  ];
}

const list = (values: readonly string[]): string => values.toSorted().join(', ');

function coverageOf({ coverage, days, coverageThreshold }: Report): string {
  const { observedDays, gaps, expectedTasks, collectedTasks, failedTasks } = coverage;
  return [
    `runs on ${observedDays} of ${plural(days, 'day')} (${Math.round(coverageThreshold * 100)} % asked for)`,
    plural(gaps.length, 'gap'),
    `${collectedTasks} of ${plural(expectedTasks, 'task')} collected, ${failedTasks} failed`,
  ].join('; ');
}

/** Only runs that the old report lacks, or that it knew otherwise. */
function runChanges(sides: Sides): Change[] {
  const known = new Map(sides.old.report.runs.map((it) => [it.id, it]));
  return sides.new.report.runs.flatMap((run) => {
    const before = known.get(run.id)?.state ?? null;
    if (run.state === 'complete' || before === run.state) return [];
    const failures = run.failed.flatMap((task) =>
      task.failures.flatMap((it) =>
        errorOf(it).map((error) => `${task.account}/${task.region} ${task.service}: ${error}`),
      ),
    );
    return [
      change('run_failed', {
        subject: run.id,
        before,
        after: `${run.state}: ${run.mode} of ${minute(run.startedAt)}, ${run.collected} of ${plural(run.expected, 'task')} collected`,
        notes: failures,
        entries: sides.refs('new', [run.entry]),
      }),
    ];
  });
}

type Read = Report['notCollected'][number];

const readKey = ({ account, region, service, failure }: Read): string =>
  canonicalize([account, region, service, failure.operation, failure.kind, failure.name]);

function readChange(before: Read | undefined, after: Read | undefined): Change[] {
  const shown = after ?? before;
  if (!shown || (before && after)) return [];
  const { account, region, controls, failure, service } = shown;
  return [
    change(after ? 'not_collected' : 'collected_again', {
      controls,
      subject: `${service} ${failure.operation}`,
      account,
      region,
      before: before ? timesOf(before) : null,
      after: after ? timesOf(after) : null,
      notes: errorOf(failure),
    }),
  ];
}

const timesOf = ({ first, last, runs, subjects }: Read): string =>
  `${minute(first)} to ${minute(last)}, in ${plural(runs, 'run')}, ${plural(subjects, 'subject')} touched`;
