import { byText } from '../../../model/by-text.ts';
import type { FailingInterval, InconclusiveSubject, SourceResult } from '../../../model/report.ts';
import { duration } from '../../numbers.ts';
import { shortZoned } from '../../times.ts';
import type { Book } from '../elements/book.ts';
import { lazily } from '../elements/rows.ts';
import { titledTable } from '../elements/titled-table.ts';
import type { Inline, Run } from '../text/inline.ts';
import { paragraph } from '../text/text.ts';
import { COLORS } from '../theme.ts';
import { sourceRemediation } from './remediation-line.ts';
import { subjectRuns, timeHead } from './subject.ts';

/** Every interval in which something failed under a source, with how long it took to put right. */
export function* failing(book: Book, source: SourceResult): Generator<void> {
  const { canvas, report } = book;
  const rows = [...source.failing].sort(byUrgency);
  const isEvents = source.events !== undefined;
  const title = isEvents ? 'Events that should not have happened' : 'Subjects that failed, with every interval';
  yield* titledTable(
    canvas,
    { title, note: sourceRemediation(source) },
    {
      columns: [
        { head: isEvents ? 'Event' : 'Subject', share: 7, names: true },
        { head: 'Reason', share: 3 },
        { head: timeHead(isEvents ? 'When' : 'Failing', report.timeZone), width: 84 },
        ...(isEvents ? [] : [{ head: 'Lasted', width: 40, align: 'right' as const }]),
      ],
      rows: lazily(rows, (it) => [
        subject(it),
        reason(book, it),
        ...(isEvents ? [shortZoned(it.from, report.timeZone)] : [times(it, report.timeZone), lasted(it)]),
      ]),
      all: 'failing.csv',
      after: 8,
    },
  );
  if (rows.some((it) => it.to === null && it.exception === null)) {
    paragraph(canvas, [{ text: 'To put it right. ', face: 'bold' }, source.remediation], { after: 8 });
  }
}

/** Open intervals first, then those that ended, newest first. */
function byUrgency(a: FailingInterval, b: FailingInterval): number {
  if ((a.to === null) !== (b.to === null)) return a.to === null ? -1 : 1;
  return byText(b.to ?? '', a.to ?? '') || byText(a.from, b.from) || byText(a.subject, b.subject);
}

function subject(it: FailingInterval): Inline {
  const entries = it.entries.length === 0 ? '' : ` · ledger ${it.entries.map((entry) => `#${entry}`).join(', ')}`;
  return [
    ...subjectRuns(it.subject, it.name),
    { text: `\n${it.account} · ${it.region}${entries}`, color: COLORS.muted },
  ];
}

function reason(book: Book, it: FailingInterval): Inline {
  if (it.exception === null) return it.reason;
  const link = book.exceptions.get(it.exception);
  const name: Run = { text: it.exception, face: 'bold', ...(link === undefined ? {} : { link }) };
  return [it.reason, '\nAccepted under exception ', name];
}

const times = (it: FailingInterval, timeZone: string): Inline => [
  `${shortZoned(it.from, timeZone)} to\n`,
  it.to === null ? { text: 'still failing', face: 'bold' } : shortZoned(it.to, timeZone),
];

const lasted = (it: FailingInterval): string => (it.seconds === null ? 'open' : duration(it.seconds));

/** Every subject that could not be judged, with what AWS answered. */
export function* inconclusive({ canvas, report }: Book, source: SourceResult): Generator<void> {
  yield* titledTable(
    canvas,
    { title: 'Subjects that could not be judged, with the real error' },
    {
      columns: [
        { head: 'Subject', share: 5, names: true },
        { head: 'What was answered', share: 8 },
        { head: timeHead('Since', report.timeZone), width: 72 },
      ],
      rows: lazily(source.inconclusive, (it) => [
        [
          { text: it.subject, face: 'mono' },
          { text: `\n${it.account} · ${it.region} · ledger #${it.entry}`, color: COLORS.muted },
        ],
        answer(it),
        shortZoned(it.since, report.timeZone),
      ]),
      all: 'evidence.csv',
      after: 8,
    },
  );
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
