import type { ControlChange, PreviousReport } from '../../../model/change.ts';
import { count, daySpan, plural } from '../../numbers.ts';
import { zoned } from '../../times.ts';
import { facts } from '../elements/blocks.ts';
import { type Book, PARTS } from '../elements/book.ts';
import { heading } from '../elements/heading.ts';
import type { Inline, Run } from '../text/inline.ts';
import { paragraph } from '../text/text.ts';
import { STYLES } from '../theme.ts';
import { changesOf, exceptionMoves } from './change-kinds.ts';
import { controlLinks, exceptionLinks } from './links.ts';

/** So many ids stand in a row of the executive page; all are in the part about changes. */
const NAMED = 8;

/** What changed since the last report, in a few lines. */
export function changesInBrief(book: Book): void {
  const { canvas, report } = book;
  heading(canvas, 2, 'What changed since the last report', { before: 12, keep: 40 });
  const { previous } = report;
  if (previous === null) {
    paragraph(canvas, 'This is the first report of this framework and scope.', { after: 4 });
    return;
  }
  const { title, destination } = PARTS.changes;
  paragraph(
    canvas,
    [
      'Compared with ',
      { text: previous.id, face: 'bold' },
      ` (${daySpan(previous.period.from, previous.period.to)}), made ${zoned(previous.at, report.timeZone)}, ledger entry #${previous.entry}. All changes: `,
      { text: title, link: destination },
      '.',
    ],
    { after: 5 },
  );
  facts(canvas, rows(book, previous), { nameWidth: 104, style: STYLES.small, after: 0 });
}

function rows(book: Book, previous: PreviousReport): [string, Inline][] {
  const named = (list: readonly ControlChange[]): Inline => {
    if (list.length === 0) return 'none';
    const links = controlLinks(
      book,
      list.map((it) => it.control),
      NAMED,
    );
    return [{ text: `${count(list.length)}: `, face: 'bold' }, ...links];
  };
  return [
    ['Newly not met', named(changesOf(previous, 'newly_not_met'))],
    ['Newly met', named(changesOf(previous, 'newly_met'))],
    ['Other controls', others(previous)],
    ['Exceptions', exceptions(book, previous)],
  ];
}

function others(previous: PreviousReport): string {
  const number = (kind: Parameters<typeof changesOf>[1]): number => changesOf(previous, kind).length;
  const parts: [number, string][] = [
    [number('other_verdict'), 'with another change of verdict'],
    [number('same_verdict'), 'with other counts only'],
    [number('added'), 'added'],
    [number('removed'), 'removed'],
  ];
  const told = parts.filter(([value]) => value > 0).map(([value, words]) => `${count(value)} ${words}`);
  return [...told, `${count(previous.unchanged)} as before`].join('; ');
}

function exceptions(book: Book, previous: PreviousReport): Inline {
  const { came, lapsed, withdrawn, other } = exceptionMoves(previous.exceptions);
  const parts: [readonly string[], string][] = [
    [came, 'came'],
    [lapsed, 'lapsed'],
    [withdrawn, 'withdrawn'],
  ];
  const named = parts.flatMap(([ids, word]): (string | Run)[] =>
    ids.length === 0 ? [] : [`${count(ids.length)} ${word} (`, ...exceptionLinks(book, ids, 3), '); '],
  );
  const rest = other.length > 0 ? `${plural(other.length, 'exception')} in another state` : '';
  if (named.length === 0) return rest === '' ? 'none came, none lapsed' : `none came, none lapsed; ${rest}`;
  return rest === '' ? [...named.slice(0, -1), ')'] : [...named, rest];
}
