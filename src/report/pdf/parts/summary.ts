import type { Verdict } from '../../../model/verdict.ts';
import { count, longDay, percent, plural } from '../../numbers.ts';
import { callout } from '../elements/blocks.ts';
import { type Book, PARTS } from '../elements/book.ts';
import { verdictChart } from '../elements/chart.ts';
import { heading } from '../elements/heading.ts';
import { tiles } from '../elements/tiles.ts';
import { newPage, setLabel } from '../file/canvas.ts';
import { within } from '../file/tags.ts';
import type { Inline } from '../text/inline.ts';
import { COLORS } from '../theme.ts';
import { changesInBrief } from './changes-brief.ts';
import { needs } from './needs.ts';

/** The page to read if only one is read: the conclusion, what changed, and what needs a person. */
export function summary(book: Book): void {
  const { canvas, report } = book;
  setLabel(canvas, PARTS.summary.title);
  newPage(canvas);
  within(canvas, 'Sect', () => {
    const { title, destination } = PARTS.summary;
    heading(canvas, 1, title, { destination, outline: { under: canvas.doc.outline } });
    callout(canvas, conclusion(book), { color: COLORS.accent, tint: COLORS.panel });
    figures(book);
    heading(canvas, 2, 'Verdicts', { before: 2, keep: 130 });
    verdictChart(canvas, report.summary.verdicts);
    changesInBrief(book);
    needs(book);
  });
}

/** Whole sentences that can be quoted. They count; that all is well is for nobody but the reader to say. */
function conclusion({ report }: Book): Inline[] {
  const { summary: it, framework, coverage, days, period } = report;
  const rest = OPEN.filter(([verdict]) => it.verdicts[verdict] > 0).map(
    ([verdict, one, many]) => `${count(it.verdicts[verdict])} ${it.verdicts[verdict] === 1 ? one : many}`,
  );
  const others = rest.length === 0 ? '' : ` Of the others, ${joined(rest)}.`;
  return [
    [
      {
        text: `Of the ${plural(framework.controls, 'control')} of ${framework.title}, ${are(it.verdicts.met)} met, ${are(it.verdicts.met_with_exceptions)} met with exceptions and ${are(it.verdicts.not_met)} not met.`,
        face: 'bold',
      },
      others,
    ],
    `At the end of ${longDay(period.to)} (UTC), ${plural(it.failing, 'subject')} failed without a valid exception. The accounts in scope were observed on ${count(coverage.observedDays)} of ${plural(days, 'day')} (${percent(coverage.observedDays, days)}). ${plural(it.automated, 'control')} ${it.automated === 1 ? 'rests' : 'rest'} on evidence collected from AWS, ${count(it.manualOnly)} on statements and documents of people alone.`,
  ];
}

const OPEN: readonly (readonly [Verdict, one: string, many: string])[] = [
  ['awaiting_attestation', 'awaits a statement or document', 'await a statement or document'],
  ['inconclusive', 'is inconclusive', 'are inconclusive'],
  ['not_assessed', 'is not assessed', 'are not assessed'],
  ['not_applicable', 'is not applicable', 'are not applicable'],
];

const joined = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

const are = (number: number): string => `${count(number)} ${number === 1 ? 'is' : 'are'}`;

const noun = (number: number): string => (number === 1 ? 'control' : 'controls');

function figures({ canvas, report }: Book): void {
  const { summary: it, coverage, days } = report;
  const open = it.verdicts.awaiting_attestation;
  tiles(canvas, [
    {
      value: count(it.failing),
      label: `${it.failing === 1 ? 'subject' : 'subjects'} failing now, not accepted`,
      color: it.failing > 0 ? COLORS.red : COLORS.green,
    },
    { value: count(it.remediated), label: 'failures put right in the period' },
    {
      value: count(it.verdicts.inconclusive),
      label: `${noun(it.verdicts.inconclusive)} inconclusive`,
      ...(it.verdicts.inconclusive > 0 ? { color: COLORS.amber } : {}),
    },
    {
      value: count(open),
      label: `${noun(open)} that ${open === 1 ? 'awaits' : 'await'} a person`,
      ...(open > 0 ? { color: COLORS.blue } : {}),
    },
    { value: `${count(coverage.observedDays)}/${count(days)}`, label: 'days observed' },
  ]);
}
