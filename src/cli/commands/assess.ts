import { assessPeriod } from '../../app/assess.ts';
import { openFailures } from '../../assess/verdict.ts';
import type { Report } from '../../model/report.ts';
import { VERDICTS } from '../../report/words.ts';
import type { AssessOptions } from '../assessing.ts';
import { definitionOf, withAssessOptions } from '../assessing.ts';
import { command } from '../command.ts';
import type { Exit, Output } from '../output.ts';
import { columns, EXIT } from '../output.ts';
import { withStore } from '../session.ts';

export const assessCommand = () =>
  command<AssessOptions>(
    { name: 'assess', description: 'verdicts of a framework over a period', configure: withAssessOptions },
    ({ options, out }) =>
      withStore(options, async (store) => {
        const { report } = await assessPeriod(store, await definitionOf(store, options));
        out.emit(report);
        showReport(report, out);
        return exitOf(report);
      }),
  );

/** The verdicts as a terminal shows them: counts, then what fails now. */
export function showReport(report: Report, out: Output): void {
  const { framework, period, summary, coverage } = report;
  out.print(`${framework.title} (${framework.version}), ${period.from} to ${period.to}`);
  out.print(
    `ledger ${report.ledger.origin}, ${report.ledger.size} entries; runs on ${coverage.observedDays} of ${report.days} days`,
  );
  out.print();
  const verdicts = Object.entries(summary.verdicts).filter(([, n]) => n > 0) as [keyof typeof VERDICTS, number][];
  for (const line of columns(verdicts.map(([verdict, n]) => [String(n).padStart(4), VERDICTS[verdict].word])))
    out.print(line);
  const interrupted = report.runs.filter((it) => it.state === 'interrupted');
  for (const { mode, startedAt } of interrupted.slice(0, 5)) out.print(`interrupted: the ${mode} of ${startedAt}`);
  if (interrupted.length > 5) out.print(`  … and ${interrupted.length - 5} more, in the report`);
  const failing = report.controls.flatMap((control) =>
    control.sources
      .filter((source) => source.strength !== 'supporting')
      .flatMap((source) => openFailures(source).map((it) => [control.id, source.source, it.account, it.name])),
  );
  if (failing.length === 0) return;
  out.print();
  out.print(`failing at the end of the period, with no exception: ${summary.failing} findings`);
  for (const line of columns(failing.slice(0, 15))) out.print(`  ${line}`);
  if (failing.length > 15) out.print(`  … and ${failing.length - 15} more lines, in the report`);
}

/** A report that could not see everything says so in its exit code. */
export function exitOf(report: Report): Exit {
  return report.coverage.failedTasks > 0 || report.coverage.gaps.length > 0 ? EXIT.incomplete : EXIT.good;
}
