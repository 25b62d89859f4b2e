import type { ControlChange, ControlState, PreviousReport } from '../../../model/change.ts';
import { count, daySpan, plural } from '../../numbers.ts';
import { zoned } from '../../times.ts';
import { facts } from '../elements/blocks.ts';
import { type Book, PARTS } from '../elements/book.ts';
import { headedTable, heading, verdictRuns } from '../elements/heading.ts';
import { newPage, setLabel } from '../file/canvas.ts';
import { within } from '../file/tags.ts';
import type { Inline } from '../text/inline.ts';
import { paragraph } from '../text/text.ts';
import { COLORS, STYLES } from '../theme.ts';
import { type ChangeKind, changesOf, EXCEPTION_STATES } from './change-kinds.ts';
import { controlLinks, exceptionLinks } from './links.ts';

const TITLES: readonly (readonly [ChangeKind, string])[] = [
  ['newly_not_met', 'Newly not met'],
  ['newly_met', 'Newly met'],
  ['other_verdict', 'Other changes of verdict'],
  ['same_verdict', 'Same verdict, other counts'],
  ['added', 'Controls that the last report did not have'],
  ['removed', 'Controls that this report no longer has'],
];

/** Everything that is not as it was in the last report of the same framework and scope; nothing for the first one. */
export function changes(book: Book): void {
  const { canvas, report } = book;
  const { previous } = report;
  if (previous === null) return;
  setLabel(canvas, PARTS.changes.title);
  newPage(canvas);
  within(canvas, 'Sect', () => {
    const { title, destination } = PARTS.changes;
    heading(canvas, 1, title, { destination, outline: { under: canvas.doc.outline } });
    paragraph(
      canvas,
      'Two reports are compared here, not two days: a verdict can be another one because resources changed, because more or fewer days were observed, because the framework changed, or because people stated something else. The section of each control says why it has its verdict now.',
      { after: 10 },
    );
    facts(canvas, comparison(book, previous), { nameWidth: 128, after: 6 });
    paragraph(canvas, COUNTS, { style: STYLES.note, after: 0 });
    for (const [kind, name] of TITLES) controlTable(book, name, changesOf(previous, kind));
    exceptionTable(book, previous);
  });
}

const COUNTS =
  'Failing: open failures without a valid exception under the sources that count. Inconclusive: subjects that could not be judged. Both as before → now, at the end of each period, added up over the sources of the control; – where that report has no such control.';

function comparison({ report }: Book, previous: PreviousReport): [string, Inline][] {
  return [
    ['Last report', [{ text: previous.id, face: 'bold' }]],
    ['Its period', daySpan(previous.period.from, previous.period.to)],
    ['Made', zoned(previous.at, report.timeZone)],
    [
      'Where that is recorded',
      `entry #${previous.entry} of the ledger; it rested on the first ${plural(previous.treeSize, 'entry', 'entries')}`,
    ],
    ['This report', `${report.id}, ${daySpan(report.period.from, report.period.to)}`],
    ['Controls that changed', count(previous.controls.length)],
    ['Controls as they were', `${count(previous.unchanged)}, which are not listed`],
  ];
}

function controlTable(book: Book, name: string, rows: readonly ControlChange[]): void {
  if (rows.length === 0) return;
  const titles = new Map(book.report.controls.map((it) => [it.id, it.title]));
  headedTable(book.canvas, 2, `${name} (${count(rows.length)})`, {
    columns: [
      { head: 'Control', share: 1, names: true },
      { head: 'Before', width: 96 },
      { head: 'Now', width: 96 },
      { head: 'Failing', width: 42, align: 'right' },
      { head: 'Inconclusive', width: 48, align: 'right' },
    ],
    rows: rows.map(({ control, before, after }) => [
      [...controlLinks(book, [control]), `  ${titles.get(control) ?? ''}`],
      verdict(before),
      verdict(after),
      both(before?.failing, after?.failing),
      both(before?.inconclusive, after?.inconclusive),
    ]),
    after: 2,
  });
}

const verdict = (state: ControlState | null): Inline =>
  state === null ? [{ text: 'none', color: COLORS.muted }] : verdictRuns(state.verdict);

const both = (before: number | undefined, after: number | undefined): Inline => {
  const text = `${before === undefined ? '–' : count(before)} → ${after === undefined ? '–' : count(after)}`;
  return before === after ? text : [{ text, face: 'bold' }];
};

function exceptionTable(book: Book, { exceptions }: PreviousReport): void {
  if (exceptions.length === 0) {
    heading(book.canvas, 2, 'Exceptions', { keep: STYLES.body.leading });
    paragraph(
      book.canvas,
      'Every exception on record is in the state that it was in; none came and none was withdrawn.',
    );
    return;
  }
  const state = (it: (typeof exceptions)[number]['before']): Inline =>
    it === null ? [{ text: 'not on record', color: COLORS.muted }] : EXCEPTION_STATES[it];
  headedTable(book.canvas, 2, `Exceptions (${count(exceptions.length)})`, {
    columns: [
      { head: 'Exception', share: 1, names: true },
      { head: 'Before', width: 130 },
      { head: 'Now', width: 130 },
    ],
    rows: exceptions.map((it) => [exceptionLinks(book, [it.exception]), state(it.before), state(it.after)]),
  });
}
