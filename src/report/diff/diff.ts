import { canonicalize } from '../../ledger/canonical.ts';
import { WitnessmarkError } from '../../model/error.ts';
import type { Report } from '../../model/report.ts';
import { addDays, plural } from '../numbers.ts';
import { countsOf, merged, sidesOf } from './change.ts';
import { controlChanges } from './controls.ts';
import { frameChanges } from './frame.ts';
import { sourceChanges } from './sources.ts';
import { statementChanges } from './statements.ts';
import { subjectChanges } from './subjects.ts';
import type { DiffSide, ReportDiff, ReportHead } from './types.ts';

/**
 * Everything that differs between two reports of one framework, each change with the ledger entries
 * that it rests on. Pure. It takes both reports at their word: whether they are genuine is for `verify`.
 * @throws WitnessmarkError `diff-other-framework`
 */
export function diffReports(old: DiffSide, now: DiffSide): ReportDiff {
  const [was, is] = [old.report, now.report];
  if (was.framework.id !== is.framework.id)
    throw new WitnessmarkError(
      'diff-other-framework',
      `the old report is about ${was.framework.id}, the new one about ${is.framework.id}`,
      { hint: 'compare two reports of one framework' },
    );
  const sides = sidesOf(old, now);
  const controls = controlChanges(sides);
  const changes = merged([
    ...controls.changes,
    ...subjectChanges(sides),
    ...statementChanges(sides),
    ...sourceChanges(sides),
    ...frameChanges(sides),
  ]);
  return {
    v: 1,
    kind: 'witnessmark-report-diff',
    old: headOf(was),
    new: headOf(is),
    warnings: warningsOf(was, is, countsOf(changes).test_changed ?? 0),
    counts: countsOf(changes),
    unchangedControls: controls.unchanged,
    changes,
  };
}

function headOf(report: Report): ReportHead {
  const { id, title, software, asOf, framework, scope, period, days, ledger } = report;
  const { origin, size, root } = ledger;
  return { id, title, software, asOf, framework, scope, period, days, ledger: { origin, size, root } };
}

function warningsOf(was: Report, is: Report, tests: number): string[] {
  const { period } = is;
  const told: [boolean, string][] = [
    [
      was.framework.sha256 !== is.framework.sha256,
      `The rules themselves changed: the definition of ${is.framework.id} was ${was.framework.version}, ${was.framework.sha256}, and is ${is.framework.version}, ${is.framework.sha256}. A changed verdict may come from that. ${tests === 0 ? 'Every test that both have is the same.' : `${plural(tests, 'test')} of those that both have ${tests === 1 ? 'is' : 'are'} not the same, and listed.`}`,
    ],
    [
      period.to < was.period.to || (period.to === was.period.to && is.ledger.size < was.ledger.size),
      'The new report ends before the old one: they may have been given in the wrong order.',
    ],
    [
      period.from > addDays(was.period.to, 1),
      `Nothing is told of the days between the two periods, ${was.period.to} to ${period.from}.`,
    ],
    [
      canonicalize(sorted(was.scope)) !== canonicalize(sorted(is.scope)),
      'The two reports are about different accounts or regions: subjects may appear or be missing because of that.',
    ],
    [
      was.coverageThreshold !== is.coverageThreshold,
      `Another share of observed days was asked for: ${was.coverageThreshold} before, ${is.coverageThreshold} now. A changed verdict may come from that.`,
    ],
  ];
  return told.flatMap(([applies, text]) => (applies ? [text] : []));
}

const sorted = ({ accounts, regions }: Report['scope']) => [accounts.toSorted(), regions.toSorted()];
