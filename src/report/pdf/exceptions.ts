import type { Report } from '../../model/report.ts';
import { count, plural } from '../numbers.ts';
import { facts } from './blocks.ts';
import { type Book, PARTS } from './book.ts';
import { newPage, setLabel } from './canvas.ts';
import { heading } from './heading.ts';
import type { Inline } from './inline.ts';
import { within } from './tags.ts';
import { paragraph } from './text.ts';
import { STYLES } from './theme.ts';

type ReportedException = Report['exceptions'][number];

const STATES: Readonly<Record<ReportedException['state'], string>> = {
  in_force: 'In force',
  expired: 'Expired: what it covered counts as failing again',
  unused: 'Without effect: nothing that it covers failed in the period',
};
const SUBJECTS_SHOWN = 12;

/** Every accepted risk: who accepted what, why, and until when. */
export function exceptionsRegister(book: Book): void {
  const { canvas, report } = book;
  setLabel(canvas, PARTS.exceptions.title);
  newPage(canvas);
  within(canvas, 'Sect', () => {
    const { title, destination } = PARTS.exceptions;
    heading(canvas, 1, title, { destination, outline: { under: canvas.doc.outline } });
    paragraph(canvas, 'An exception never turns a failure into a pass: the failure stays visible beside it.', {
      after: 2,
    });
    if (report.exceptions.length === 0) paragraph(canvas, 'No exception is on record.');
    for (const it of report.exceptions) {
      heading(canvas, 2, it.id, { destination: book.exceptions.get(it.id) ?? '', keep: 110 });
      facts(canvas, rows(book, it), { nameWidth: 96, style: STYLES.body });
    }
  });
}

function rows(book: Book, it: ReportedException): [string, Inline][] {
  const link = it.control === undefined ? undefined : book.controls.get(it.control);
  const rest = it.subjects.length - SUBJECTS_SHOWN;
  const shown = it.subjects.slice(0, SUBJECTS_SHOWN).join('\n');
  const subjects = `${shown}${rest > 0 ? `\n… and ${count(rest)} more, see exceptions.csv` : ''}`;
  return [
    ['State', [{ text: STATES[it.state], face: 'bold' }]],
    ['Reason', it.reason],
    ['Owner', it.owner],
    ['Approved', `by ${it.approver} on ${it.approved}`],
    ['Expires', it.expires],
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
