import { byText } from '../../../model/by-text.ts';
import type { ControlResult } from '../../../model/report.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { count, duration, longDay, plural } from '../../numbers.ts';
import { shortZoned } from '../../times.ts';
import { VERDICTS } from '../../words.ts';
import { type Book, PARTS, PLACES, type SharedInterval, sharedIntervals } from '../elements/book.ts';
import { headedTable, heading, verdictRuns } from '../elements/heading.ts';
import { type TableOptions, table, tableTop } from '../elements/table.ts';
import { newPage, setLabel } from '../file/canvas.ts';
import { within } from '../file/tags.ts';
import type { Inline } from '../text/inline.ts';
import { paragraph } from '../text/text.ts';
import { COLORS, STYLES } from '../theme.ts';
import { controlLinks } from './links.ts';
import { FINDINGS } from './needs.ts';
import { timeHead } from './subject.ts';

/** So many rows of each kind stand here; the rest is pointed to. */
const SHOWN = 25;
/** More of what fails, since that is what the reader came for. */
const FAILING_SHOWN = 60;

/** What fails, what people have to provide, what is unknown, what was put right, and each control set in numbers. */
export function findings(book: Book): void {
  const { canvas, report } = book;
  setLabel(canvas, PARTS.findings.title);
  newPage(canvas);
  within(canvas, 'Sect', () => {
    const { title, destination } = PARTS.findings;
    heading(canvas, 1, title, { destination, outline: { under: canvas.doc.outline } });
    const intervals = sharedIntervals(report.controls);
    bySet(book);
    failing(book, intervals);
    accepted(book);
    people(book);
    unknown(book);
    remediated(book, intervals);
    unwanted(book, intervals);
  });
}

const resource = ({ interval }: SharedInterval): Inline => [
  { text: interval.name === '' ? interval.subject : interval.name, face: 'bold' },
  { text: `\n${interval.account} · ${interval.region}`, color: COLORS.muted },
];

/** What each table of intervals begins a row with: whose it is, what was expected, and from when. */
const beginning = ({ report }: Book, row: SharedInterval): Inline[] => [
  resource(row),
  row.source.title,
  shortZoned(row.interval.from, report.timeZone),
];

/** Subjects that fail at the end of the period without an exception, oldest first. */
function failing(book: Book, intervals: readonly SharedInterval[]): void {
  const rows = intervals
    .filter(({ interval }) => interval.to === null && interval.exception === null)
    .sort((a, b) => byText(a.interval.from, b.interval.from) || byText(a.interval.subject, b.interval.subject));
  if (rows.length === 0) {
    const end = longDay(book.report.period.to);
    const sentence = `Nothing was failing without a valid exception at the end of ${end} (UTC).`;
    nothing(book, FINDINGS.failing, sentence, PLACES.failing);
    return;
  }
  placedTable(book, FINDINGS.failing, PLACES.failing, {
    columns: [
      { head: 'Resource', share: 8, names: true },
      { head: 'What is expected', share: 8 },
      { head: timeHead('Failing since', book.report.timeZone), width: 76 },
      { head: 'Controls', share: 5 },
    ],
    rows: rows.slice(0, FAILING_SHOWN).map((row) => [...beginning(book, row), controlLinks(book, row.controls)]),
    more: more(rows.length, 'failing subject', 'failing.csv', FAILING_SHOWN),
  });
}

/** A section that has nothing to list says so: silence could be taken for an oversight. */
function nothing({ canvas }: Book, title: string, sentence: string, destination?: string): void {
  heading(canvas, 2, title, destination === undefined ? {} : { destination });
  paragraph(canvas, sentence);
}

/** A headed table that other pages lead to. */
function placedTable({ canvas }: Book, title: string, destination: string, options: TableOptions): void {
  heading(canvas, 2, title, { destination, keep: tableTop(canvas, options) });
  table(canvas, options);
}

function more(total: number, what: string, file: string, shown = SHOWN): string | undefined {
  return total > shown ? `… and ${plural(total - shown, `further ${what}`)}, see ${file}.` : undefined;
}

/** What people still have to provide. */
function people(book: Book): void {
  const rows = book.report.controls.flatMap((control) =>
    control.verdict === 'not_applicable'
      ? []
      : control.manual.filter((it) => it.status !== 'valid').map((it) => ({ control, it })),
  );
  if (rows.length === 0) {
    const sentence = 'Every statement and document that a person has to provide is on record and valid.';
    nothing(book, FINDINGS.people, sentence, PLACES.people);
    return;
  }
  placedTable(book, FINDINGS.people, PLACES.people, {
    columns: [
      { head: 'Control', width: 74, names: true },
      { head: 'What has to be provided', share: 1 },
      { head: 'State', width: 104 },
    ],
    rows: rows
      .slice(0, SHOWN)
      .map(({ control, it }) => [
        controlLinks(book, [control.id]),
        it.ask,
        it.attestation === null
          ? [{ text: '', icon: 'missing', color: COLORS.blue }, ' Missing']
          : [{ text: '', icon: 'expired', color: COLORS.amber }, ` Expired ${it.attestation.expires}`],
      ]),
    more:
      rows.length > SHOWN
        ? `… and ${plural(rows.length - SHOWN, 'further request')}, each in the section of its control.`
        : undefined,
  });
}

/** Controls that the evidence does not decide, with the first reason. */
function unknown(book: Book): void {
  const open: readonly Verdict[] = ['inconclusive', 'not_assessed'];
  const rows = book.report.controls.filter((control) => open.includes(control.verdict));
  if (rows.length === 0) {
    nothing(book, FINDINGS.unknown, 'No control is inconclusive, and none is without an assessment.', PLACES.unknown);
    return;
  }
  placedTable(book, FINDINGS.unknown, PLACES.unknown, {
    columns: [
      { head: 'Control', width: 74, names: true },
      { head: 'Verdict', width: 96 },
      { head: 'Why', share: 1 },
    ],
    rows: rows
      .slice(0, SHOWN)
      .map((control) => [controlLinks(book, [control.id]), verdictRuns(control.verdict), control.reasons[0] ?? '']),
    more: more(rows.length, 'control', 'controls.csv'),
  });
}

/** Failures that ended within the period, newest first, with the time it took. */
function remediated(book: Book, intervals: readonly SharedInterval[]): void {
  const rows = intervals
    .filter(({ interval, source }) => interval.to !== null && source.events === undefined)
    .sort((a, b) => byText(b.interval.to ?? '', a.interval.to ?? '') || byText(a.interval.subject, b.interval.subject));
  if (rows.length === 0) {
    nothing(book, 'What was put right', 'No failure ended within the period.');
    return;
  }
  headedTable(book.canvas, 2, 'What was put right', {
    columns: [
      { head: 'Resource', share: 8, names: true },
      { head: 'What was expected', share: 8 },
      { head: timeHead('Failing from', book.report.timeZone), width: 76 },
      { head: 'Time to put right', width: 56 },
      { head: 'Controls', share: 4 },
    ],
    rows: rows
      .slice(0, SHOWN)
      .map((row) => [...beginning(book, row), duration(row.interval.seconds ?? 0), controlLinks(book, row.controls)]),
    more: more(rows.length, 'interval', 'failing.csv'),
  });
}

/** Events that a selector says should not have happened, newest first. There is nothing to put right about them. */
function unwanted(book: Book, intervals: readonly SharedInterval[]): void {
  const rows = intervals
    .filter(({ source }) => source.events !== undefined)
    .sort((a, b) => byText(b.interval.from, a.interval.from) || byText(a.interval.subject, b.interval.subject));
  if (rows.length === 0) return;
  headedTable(book.canvas, 2, 'Events that need an explanation', {
    columns: [
      { head: 'Event', share: 8, names: true },
      { head: 'What was expected', share: 8 },
      { head: timeHead('When', book.report.timeZone), width: 76 },
      { head: 'Controls', share: 4 },
    ],
    rows: rows.slice(0, SHOWN).map((row) => [...beginning(book, row), controlLinks(book, row.controls)]),
    more: more(rows.length, 'event', 'failing.csv'),
  });
}

function accepted(book: Book): void {
  const { canvas, report } = book;
  if (report.exceptions.length === 0) {
    nothing(book, 'Accepted risks', 'No exception is on record.');
    return;
  }
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
