import type { Verdict } from '../../model/verdict.ts';
import { count, duration, longDay, plural, shortMinute } from '../numbers.ts';
import { type Book, byText, type SharedInterval } from './book.ts';
import { headedTable, heading, verdictRuns } from './heading.ts';
import type { Inline, Run } from './inline.ts';
import { paragraph } from './text.ts';
import { COLORS } from './theme.ts';

/** So many rows of each kind stand in the summary; the rest is pointed to. */
const SHOWN = 15;

function controlLinks(book: Book, ids: readonly string[]): (string | Run)[] {
  const shown = ids.slice(0, 6).flatMap((id, index): (string | Run)[] => {
    const link = book.controls.get(id);
    const run: Run = link === undefined ? { text: id } : { text: id, link };
    return index === 0 ? [run] : [', ', run];
  });
  return ids.length > 6 ? [...shown, ` and ${count(ids.length - 6)} more`] : shown;
}

const resource = ({ interval }: SharedInterval): Inline => [
  { text: interval.name === '' ? interval.subject : interval.name, face: 'bold' },
  { text: `\n${interval.account} · ${interval.region}`, color: COLORS.muted },
];

/** What each table of intervals begins a row with: whose it is, what was expected, and from when. */
const beginning = (row: SharedInterval) => [resource(row), row.source.title, shortMinute(row.interval.from)];

/** Subjects that fail at the end of the period without an exception, oldest first. */
export function failing(book: Book, intervals: readonly SharedInterval[]): void {
  const rows = intervals
    .filter(({ interval }) => interval.to === null && interval.exception === null)
    .sort((a, b) => byText(a.interval.from, b.interval.from) || byText(a.interval.subject, b.interval.subject));
  if (rows.length === 0) {
    nothing(
      book,
      'What fails now',
      `Nothing was failing without a valid exception at the end of ${longDay(book.report.period.to)} (UTC).`,
    );
    return;
  }
  headedTable(book.canvas, 2, 'What fails now', {
    columns: [
      { head: 'Resource', share: 8, names: true },
      { head: 'What is expected', share: 8 },
      { head: 'Failing since (UTC)', width: 76 },
      { head: 'Controls', share: 5 },
    ],
    rows: rows.slice(0, SHOWN).map((row) => [...beginning(row), controlLinks(book, row.controls)]),
    more: more(rows.length, 'failing subject', 'failing.csv'),
  });
}

function nothing({ canvas }: Book, title: string, sentence: string): void {
  heading(canvas, 2, title);
  paragraph(canvas, sentence);
}

function more(total: number, what: string, file: string): string | undefined {
  return total > SHOWN ? `… and ${plural(total - SHOWN, `further ${what}`)}, see ${file}.` : undefined;
}

/** What people still have to provide. */
export function people(book: Book): void {
  const rows = book.report.controls.flatMap((control) =>
    control.verdict === 'not_applicable'
      ? []
      : control.manual.filter((it) => it.status !== 'valid').map((it) => ({ control, it })),
  );
  if (rows.length === 0) {
    nothing(
      book,
      'What needs a person',
      'Every statement and document that a person has to provide is on record and valid.',
    );
    return;
  }
  headedTable(book.canvas, 2, 'What needs a person', {
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
export function unknown(book: Book): void {
  const open: readonly Verdict[] = ['inconclusive', 'not_assessed'];
  const rows = book.report.controls.filter((control) => open.includes(control.verdict));
  if (rows.length === 0) return;
  headedTable(book.canvas, 2, 'What could not be determined', {
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
export function remediated(book: Book, intervals: readonly SharedInterval[]): void {
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
      { head: 'Failing from (UTC)', width: 76 },
      { head: 'Time to put right', width: 56 },
      { head: 'Controls', share: 4 },
    ],
    rows: rows
      .slice(0, SHOWN)
      .map((row) => [...beginning(row), duration(row.interval.seconds ?? 0), controlLinks(book, row.controls)]),
    more: more(rows.length, 'interval', 'failing.csv'),
  });
}

/** Events that a selector says should not have happened, newest first. There is nothing to put right about them. */
export function unwanted(book: Book, intervals: readonly SharedInterval[]): void {
  const rows = intervals
    .filter(({ source }) => source.events !== undefined)
    .sort((a, b) => byText(b.interval.from, a.interval.from) || byText(a.interval.subject, b.interval.subject));
  if (rows.length === 0) return;
  headedTable(book.canvas, 2, 'Events that need an explanation', {
    columns: [
      { head: 'Event', share: 8, names: true },
      { head: 'What was expected', share: 8 },
      { head: 'When (UTC)', width: 76 },
      { head: 'Controls', share: 4 },
    ],
    rows: rows.slice(0, SHOWN).map((row) => [...beginning(row), controlLinks(book, row.controls)]),
    more: more(rows.length, 'event', 'failing.csv'),
  });
}
