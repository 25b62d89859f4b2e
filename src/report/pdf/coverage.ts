import type { Report } from '../../model/report.ts';
import { count, daySpan, percent, plural } from '../numbers.ts';
import { facts } from './blocks.ts';
import { type Book, PARTS } from './book.ts';
import { newPage, setLabel } from './canvas.ts';
import { heading } from './heading.ts';
import { RUN_DAYS, strip } from './strip.ts';
import { table } from './table.ts';
import { within } from './tags.ts';
import { paragraph } from './text.ts';

/** On which days the period was observed, what was asked for and answered, and where the gaps are. */
export function coverage({ canvas, report }: Book): void {
  setLabel(canvas, PARTS.coverage.title);
  newPage(canvas);
  within(canvas, 'Sect', () => {
    const { title, destination } = PARTS.coverage;
    heading(canvas, 1, title, { destination, outline: { under: canvas.doc.outline } });
    paragraph(
      canvas,
      `A source counts as covered when it was observed on at least ${percent(report.coverageThreshold, 1)} of the days of the period. Every run states in advance what it is going to ask; what was not answered is listed, never left out.`,
      { after: 10 },
    );
    heading(canvas, 2, 'Runs day by day', { before: 8 });
    strip(canvas, { from: report.period.from, codes: report.coverage.days, looks: RUN_DAYS });
    facts(canvas, numbers(report), { nameWidth: 170, after: 4 });
    heading(canvas, 2, 'Gaps');
    gaps(canvas, report);
    heading(canvas, 2, 'Reads that failed');
    failedReads(canvas, report);
  });
}

function numbers(report: Report): [string, string][] {
  const it = report.coverage;
  return [
    [
      'Days with a run',
      `${count(it.observedDays)} of ${count(report.days)} (${percent(it.observedDays, report.days)})`,
    ],
    ['Runs in the period', count(report.runs.length)],
    ['Tasks expected', `${count(it.expectedTasks)} (one per account, region and service of each run)`],
    ['Tasks collected', `${count(it.collectedTasks)} (${percent(it.collectedTasks, it.expectedTasks)})`],
    ['Tasks that failed', count(it.failedTasks)],
    ['Tasks without any answer', count(Math.max(0, it.expectedTasks - it.collectedTasks - it.failedTasks))],
  ];
}

function gaps(canvas: Book['canvas'], report: Report): void {
  if (report.coverage.gaps.length === 0) {
    paragraph(canvas, 'There is no day without a run in the period.');
    return;
  }
  table(canvas, {
    columns: [
      { head: 'Days', width: 140, names: true },
      { head: 'Cause', share: 1 },
    ],
    rows: report.coverage.gaps.map((gap) => [daySpan(gap.from, gap.to), gap.cause]),
  });
}

function failedReads(canvas: Book['canvas'], report: Report): void {
  const reads = report.notCollected;
  if (reads.length === 0) {
    paragraph(canvas, 'Every read of every run was answered.');
    return;
  }
  const controls = new Set(reads.flatMap((read) => read.controls));
  paragraph(canvas, [
    `${plural(reads.length, 'kind')} of read failed in the period and left something open for ${plural(controls.size, 'control')}. The real errors are in the `,
    { text: 'appendix', link: PARTS.appendix.destination },
    ' and in not-collected.csv.',
  ]);
}
