import type { ControlResult } from '../../model/report.ts';
import type { Verdict } from '../../model/verdict.ts';
import { count, percent, plural } from '../numbers.ts';
import { VERDICTS } from '../words.ts';
import { type Book, PARTS, sharedIntervals } from './book.ts';
import { newPage, setLabel } from './canvas.ts';
import { verdictChart } from './chart.ts';
import { failing, people, remediated, unknown, unwanted } from './findings.ts';
import { headedTable, heading } from './heading.ts';
import { within } from './tags.ts';
import { paragraph } from './text.ts';
import { COLORS, STYLES } from './theme.ts';
import { tiles } from './tiles.ts';

/** Verdicts at a glance, then what fails, what needs a person, what is unknown and what was put right. */
export function summary(book: Book): void {
  const { canvas, report } = book;
  setLabel(canvas, PARTS.summary.title);
  newPage(canvas);
  within(canvas, 'Sect', () => {
    const { title, destination } = PARTS.summary;
    heading(canvas, 1, title, { destination, outline: { under: canvas.doc.outline } });
    paragraph(canvas, lead(book), { after: 14 });
    figures(book);
    heading(canvas, 2, 'Verdicts', { before: 6, keep: 150 });
    verdictChart(canvas, report.summary.verdicts);
    const intervals = sharedIntervals(report.controls);
    failing(book, intervals);
    people(book);
    unknown(book);
    remediated(book, intervals);
    unwanted(book, intervals);
    accepted(book);
    bySet(book);
  });
}

function lead({ report }: Book): string {
  const { summary: it, framework, coverage, days } = report;
  const decided = it.verdicts.met + it.verdicts.met_with_exceptions;
  return [
    `Of the ${plural(framework.controls, 'control')} of ${framework.title}, ${are(decided)} met or met with exceptions and ${are(it.verdicts.not_met)} not met.`,
    `${plural(it.automated, 'control')} ${it.automated === 1 ? 'rests' : 'rest'} on evidence collected from AWS, ${count(it.manualOnly)} on statements and documents of people alone.`,
    `The accounts in scope were observed on ${count(coverage.observedDays)} of ${plural(days, 'day')} (${percent(coverage.observedDays, days)}).`,
    'What could not be determined is stated as inconclusive; it counts neither as a pass nor as a failure.',
  ].join(' ');
}

const are = (number: number): string => `${count(number)} ${number === 1 ? 'is' : 'are'}`;

function figures({ canvas, report }: Book): void {
  const { summary: it, coverage, days } = report;
  const open = it.verdicts.awaiting_attestation;
  tiles(canvas, [
    {
      value: count(it.failing),
      label: 'subjects failing now, not accepted',
      color: it.failing > 0 ? COLORS.red : COLORS.green,
    },
    { value: count(it.remediated), label: 'failures put right in the period' },
    {
      value: count(it.verdicts.inconclusive),
      label: 'controls inconclusive',
      ...(it.verdicts.inconclusive > 0 ? { color: COLORS.amber } : {}),
    },
    { value: count(open), label: 'controls that await a person', ...(open > 0 ? { color: COLORS.blue } : {}) },
    { value: `${count(coverage.observedDays)}/${count(days)}`, label: 'days observed' },
  ]);
}

function accepted({ canvas, report }: Book): void {
  if (report.exceptions.length === 0) return;
  const of = (state: string): number => report.exceptions.filter((it) => it.state === state).length;
  heading(canvas, 2, 'Accepted risks');
  paragraph(canvas, [
    `${plural(report.exceptions.length, 'exception')} on record: ${count(of('in_force'))} in force, ${count(of('expired'))} expired, ${count(of('unused'))} without effect in this period. See the `,
    { text: PARTS.exceptions.title.toLowerCase(), link: PARTS.exceptions.destination },
    '.',
  ]);
}

function bySet({ canvas, report }: Book): void {
  const occurs = (it: Verdict): boolean => report.controls.some((control) => control.verdict === it);
  const verdicts = (Object.keys(VERDICTS) as Verdict[]).filter(occurs);
  const tally = (controls: readonly ControlResult[], verdict: Verdict): string => {
    const number = controls.filter((control) => control.verdict === verdict).length;
    return number === 0 ? '·' : count(number);
  };
  headedTable(canvas, 2, 'By control set', {
    columns: [
      { head: 'Control set', share: 1, names: true },
      ...verdicts.map((it) => ({ head: VERDICTS[it].word, width: 47, align: 'right' as const, style: STYLES.small })),
    ],
    rows: report.sets.map((set) => {
      const controls = report.controls.filter((control) => control.set === set.id);
      return [[{ text: `${set.id}  `, face: 'bold' }, set.title], ...verdicts.map((it) => tally(controls, it))];
    }),
  });
}
