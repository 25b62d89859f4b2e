import type { ControlResult, FailingInterval, InconclusiveSubject, SourceResult } from '../../model/report.ts';
import { count, duration, percent, plural, shortMinute } from '../numbers.ts';
import { STRENGTHS } from '../words.ts';
import { exact } from './blocks.ts';
import { type Book, byText } from './book.ts';
import { type Canvas, ensure } from './canvas.ts';
import { heading } from './heading.ts';
import type { Inline, Run } from './inline.ts';
import { SOURCE_DAYS, strip } from './strip.ts';
import { type TableOptions, table, tableTop } from './table.ts';
import { paragraph } from './text.ts';
import { COLORS, STYLES } from './theme.ts';

/** At most so many rows stand in the PDF; the CSV files have all of them, and the PDF says so. */
const FAILING_SHOWN = 40;
const INCONCLUSIVE_SHOWN = 20;

/** One source of evidence of a control: what was tested, on what, on which days, and what came out. */
export function sourceSection(book: Book, control: ControlResult, source: SourceResult): void {
  const { canvas } = book;
  heading(canvas, 4, source.title, { keep: 110 });
  paragraph(
    canvas,
    [
      { text: STRENGTHS[source.strength].word, face: 'bold' },
      { text: '  ·  ', color: COLORS.muted },
      { text: source.source, face: 'mono' },
      { text: '  ·  ', color: COLORS.muted },
      source.why,
    ],
    { style: STYLES.small, after: 6 },
  );
  expressions(book, source);
  // The numbers and the strip belong together.
  ensure(canvas, 120);
  numbers(book, source);
  strip(canvas, { from: book.report.period.from, codes: source.days, looks: SOURCE_DAYS });
  if (source.failing.length > 0) failing(book, control, source);
  if (source.inconclusive.length > 0) inconclusive(book, source);
  canvas.y += 4;
}

function expressions({ canvas }: Book, source: SourceResult): void {
  if (source.applies !== undefined) exact(canvas, 'Concerns subjects for which', source.applies);
  if (source.expect !== undefined)
    exact(canvas, source.source.startsWith('cloudtrail:') ? 'Events that match' : 'Expected', source.expect);
  if (source.expect === undefined) {
    const judge = 'AWS applied its own rule; its judgement of each subject is recorded as it was given.';
    paragraph(canvas, judge, { style: STYLES.note, after: 4 });
  }
  const notes: (string | Run)[] = [];
  for (const [name, value] of Object.entries(source.params)) {
    notes.push({ text: `${name} = ${JSON.stringify(value)}`, face: 'mono' }, '   ');
  }
  if (notes.length > 0) paragraph(canvas, ['Parameters: ', ...notes], { style: STYLES.note, after: 3 });
  if (source.expressionSha256 !== undefined) {
    paragraph(canvas, ['SHA-256 of the test: ', { text: source.expressionSha256, face: 'mono' }], {
      style: STYLES.note,
      after: 5,
    });
  }
}

function numbers({ canvas, report }: Book, source: SourceResult): void {
  const { counts } = source;
  const bad: Inline = [{ text: count(counts.non_compliant), face: 'bold', color: COLORS.red }];
  const events = source.events === undefined ? [] : [{ head: 'Events matched', value: count(source.events) }];
  const cells = [
    { head: 'Subjects', value: count(source.population) },
    { head: 'Compliant', value: count(counts.compliant) },
    { head: 'Failing', value: counts.non_compliant > 0 ? bad : '0' },
    { head: 'Inconclusive', value: count(counts.inconclusive) },
    { head: 'Not applicable', value: count(counts.not_applicable) },
    ...events,
    { head: 'Days observed', value: `${count(source.observedDays)} (${percent(source.observedDays, report.days)})` },
    { head: 'Observations', value: count(source.observations) },
  ];
  table(canvas, {
    columns: cells.map(({ head }) => ({ head, share: 1, style: STYLES.body })),
    rows: [cells.map(({ value }) => value)],
    after: source.population === 0 ? 4 : 9,
  });
  if (source.population > 0 || source.observations === 0) return;
  const none = source.events === undefined ? 'No resources of this type' : 'No subjects';
  paragraph(canvas, `${none}, ${plural(source.observations, 'observation')}: recorded as such, and not a pass.`, {
    style: STYLES.note,
    after: 6,
  });
}

/** Open intervals first, then those that ended, newest first. */
function byUrgency(a: FailingInterval, b: FailingInterval): number {
  if ((a.to === null) !== (b.to === null)) return a.to === null ? -1 : 1;
  return byText(b.to ?? '', a.to ?? '') || byText(a.from, b.from) || byText(a.subject, b.subject);
}

function failing(book: Book, control: ControlResult, source: SourceResult): void {
  const { canvas } = book;
  const rows = [...source.failing].sort(byUrgency);
  const rest = rows.length - FAILING_SHOWN;
  titled(canvas, 'Subjects that failed, with every interval', {
    columns: [
      { head: 'Subject', share: 7, names: true },
      { head: 'Reason', share: 3 },
      { head: 'Failing (UTC)', width: 84 },
      { head: 'Lasted', width: 40, align: 'right' },
    ],
    rows: rows.slice(0, FAILING_SHOWN).map((it) => [subject(it), reason(book, it), times(it), lasted(it)]),
    more:
      rest > 0
        ? `… and ${plural(rest, 'further interval')}, see failing.csv (control ${control.id}, ${source.source}).`
        : undefined,
    after: 8,
  });
  if (rows.some((it) => it.to === null && it.exception === null)) {
    paragraph(canvas, [{ text: 'To put it right. ', face: 'bold' }, source.remediation], { after: 8 });
  }
}

function subject(it: FailingInterval): Inline {
  const entries = it.entries.length === 0 ? '' : ` · ledger ${it.entries.map((entry) => `#${entry}`).join(', ')}`;
  return [
    ...subjectRuns(it.subject, it.name),
    { text: `\n${it.account} · ${it.region}${entries}`, color: COLORS.muted },
  ];
}

/** An identifier with the name at its end set off; a name that it does not end in stands above. */
function subjectRuns(id: string, name: string): (string | Run)[] {
  if (name === '' || name === id) return [{ text: id, face: 'mono' }];
  if (!id.endsWith(name))
    return [
      { text: `${name}\n`, face: 'bold' },
      { text: id, face: 'mono' },
    ];
  return [
    { text: id.slice(0, -name.length), face: 'mono', color: COLORS.muted },
    { text: name, face: 'mono' },
  ];
}

/** A table under a small title that never parts from it. */
function titled(canvas: Canvas, title: string, options: TableOptions): void {
  ensure(canvas, STYLES.strong.leading + 2 + tableTop(canvas, options));
  paragraph(canvas, title, { style: STYLES.strong, after: 2 });
  table(canvas, options);
}

function reason(book: Book, it: FailingInterval): Inline {
  if (it.exception === null) return it.reason;
  const link = book.exceptions.get(it.exception);
  const name: Run = { text: it.exception, face: 'bold', ...(link === undefined ? {} : { link }) };
  return [it.reason, '\nAccepted under exception ', name];
}

const times = (it: FailingInterval): Inline => [
  `${shortMinute(it.from)} to\n`,
  it.to === null ? { text: 'still failing', face: 'bold' } : shortMinute(it.to),
];

const lasted = (it: FailingInterval): string => (it.seconds === null ? 'open' : duration(it.seconds));

function inconclusive({ canvas }: Book, source: SourceResult): void {
  const rest = source.inconclusive.length - INCONCLUSIVE_SHOWN;
  titled(canvas, 'Subjects that could not be judged, with the real error', {
    columns: [
      { head: 'Subject', share: 5, names: true },
      { head: 'What was answered', share: 8 },
      { head: 'Since (UTC)', width: 72 },
    ],
    rows: source.inconclusive.slice(0, INCONCLUSIVE_SHOWN).map((it) => [
      [
        { text: it.subject, face: 'mono' },
        { text: `\n${it.account} · ${it.region} · ledger #${it.entry}`, color: COLORS.muted },
      ],
      answer(it),
      shortMinute(it.since),
    ]),
    more:
      rest > 0
        ? `… and ${plural(rest, 'further subject')}, see evidence.csv (${source.source}, outcome inconclusive).`
        : undefined,
    after: 8,
  });
}

function answer(it: InconclusiveSubject): Inline {
  if (it.failure === null) return it.reason;
  const { operation, name, message, status, requestId } = it.failure;
  const details = [status === null ? '' : `HTTP ${status}`, requestId === null ? '' : `request ${requestId}`].filter(
    Boolean,
  );
  return [
    `${it.reason}\n`,
    { text: `${operation}: ${name}: ${message}`, face: 'mono' },
    { text: details.length > 0 ? `\n${details.join(' · ')}` : '', color: COLORS.muted },
  ];
}
