import type { Report } from '../../../model/report.ts';
import { count, plural } from '../../numbers.ts';
import { facts } from '../elements/blocks.ts';
import { type Book, PARTS } from '../elements/book.ts';
import { heading } from '../elements/heading.ts';
import { lazily } from '../elements/rows.ts';
import { table } from '../elements/table.ts';
import { newPage, setLabel } from '../file/canvas.ts';
import { within } from '../file/tags.ts';
import type { Inline } from '../text/inline.ts';
import { paragraph } from '../text/text.ts';
import { STYLES } from '../theme.ts';

type ReportedException = Report['exceptions'][number];

const STATES: Readonly<Record<ReportedException['state'], readonly [word: string, means: string]>> = {
  in_force: ['In force', ''],
  expired: ['Expired', ': what it covered counts as failing again'],
  unused: ['Without effect', ': nothing that it covers failed in the period'],
};
const SUBJECTS_SHOWN = 12;
const DAY = 86_400_000;

/** Every accepted risk: who accepted what, why, and until when. */
export function exceptionsRegister(book: Book): void {
  const { canvas, report } = book;
  setLabel(canvas, PARTS.exceptions.title);
  newPage(canvas);
  within(canvas, 'Sect', () => {
    const { title, destination } = PARTS.exceptions;
    heading(canvas, 1, title, { destination, outline: { under: canvas.doc.outline } });
    paragraph(canvas, 'An exception never turns a failure into a pass: the failure stays visible beside it.', {
      after: 6,
    });
    if (report.exceptions.length === 0) paragraph(canvas, 'No exception is on record.');
    else overview(book);
    for (const it of report.exceptions) {
      heading(canvas, 2, it.id, { destination: book.exceptions.get(it.id) ?? '', keep: 110 });
      facts(canvas, rows(book, it), { nameWidth: 96, style: STYLES.body });
    }
  });
}

function overview({ canvas, report, exceptions }: Book): void {
  table(canvas, {
    columns: [
      { head: 'Exception', share: 3, names: true },
      { head: 'State', width: 70 },
      { head: 'Owner', share: 4 },
      { head: 'Approved by', share: 4 },
      { head: 'Expires', width: 52 },
      { head: 'At the end of the period', share: 4 },
    ],
    rows: lazily(report.exceptions, (it) => [
      [{ text: it.id, link: exceptions.get(it.id) ?? '' }],
      STATES[it.state][0],
      it.owner,
      it.approver,
      it.expires,
      timeLeft(it.expires, report.period.to),
    ]),
    all: 'exceptions.csv',
    after: 2,
  });
}

/** `133 days left` or `expired 26 days before`; the day of expiry is the last on which an exception is valid. */
export function timeLeft(expires: string, end: string): string {
  const days = Math.round((Date.parse(expires) - Date.parse(end)) / DAY);
  if (days === 0) return 'its last day';
  return days > 0 ? `${plural(days, 'day')} left` : `expired ${plural(-days, 'day')} before`;
}

function rows({ report, controls }: Book, it: ReportedException): [string, Inline][] {
  const link = it.control === undefined ? undefined : controls.get(it.control);
  const rest = it.subjects.length - SUBJECTS_SHOWN;
  const shown = it.subjects.slice(0, SUBJECTS_SHOWN).join('\n');
  const subjects = `${shown}${rest > 0 ? `\n… and ${count(rest)} more, see exceptions.csv` : ''}`;
  const [word, means] = STATES[it.state];
  return [
    ['State', [{ text: word, face: 'bold' }, means]],
    ['Reason', it.reason],
    ['Owner', it.owner],
    ['Approved', `by ${it.approver} on ${it.approved}`],
    ['Expires', `${it.expires}; at the end of the period: ${timeLeft(it.expires, report.period.to)}`],
    ['Covers', [{ text: it.source, face: 'mono' }, ' on ', { text: it.subject, face: 'mono' }]],
    [
      'Control',
      link === undefined ? (it.control ?? 'every control that uses this source') : [{ text: it.control ?? '', link }],
    ],
    [
      plural(it.subjects.length, 'subject'),
      it.subjects.length === 0 ? 'none failed' : [{ text: subjects, face: 'mono' }],
    ],
  ];
}
