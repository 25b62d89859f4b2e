import { byText } from '../../../model/by-text.ts';
import type { Report, SourceResult } from '../../../model/report.ts';
import { count, daySpan, percent, plural } from '../../numbers.ts';
import { FAILURES } from '../../words.ts';
import { callout, facts } from '../elements/blocks.ts';
import { type Book, PARTS, PLACES } from '../elements/book.ts';
import { headedTable, heading } from '../elements/heading.ts';
import { table } from '../elements/table.ts';
import { newPage, setLabel } from '../file/canvas.ts';
import { within } from '../file/tags.ts';
import type { Inline } from '../text/inline.ts';
import { paragraph } from '../text/text.ts';
import { COLORS, STYLES } from '../theme.ts';
import { calendar } from './calendar.ts';
import { type Cause, causesOf, completenessOf, completenessSentences, distinctSources } from './completeness.ts';
import { controlLinks } from './links.ts';

/** On which days the period was observed, what was asked for and answered, and where the gaps are. */
export function coverage(book: Book): void {
  const { canvas, report } = book;
  setLabel(canvas, PARTS.coverage.title);
  newPage(canvas);
  within(canvas, 'Sect', () => {
    const { title, destination } = PARTS.coverage;
    heading(canvas, 1, title, { destination, outline: { under: canvas.doc.outline } });
    paragraph(
      canvas,
      'Every run states in advance what it is going to ask; what was not answered is listed, never left out.',
      { after: 4 },
    );
    heading(canvas, 2, 'Runs day by day', { before: 6, keep: 120 });
    calendar(canvas, { from: report.period.from, codes: report.coverage.days });
    statement(book);
    gaps(book);
    causes(book);
    thinSources(book);
  });
}

function statement({ canvas, report }: Book): void {
  const it = completenessOf(report);
  heading(canvas, 2, 'Completeness statement', { before: 8, keep: 90 });
  const look = { color: COLORS.accent, tint: COLORS.panel };
  callout(canvas, completenessSentences(it, report.days), look);
  const share = (part: number): string => `${count(part)} (${percent(part, it.planned)})`;
  facts(
    canvas,
    [
      [
        'Days with a run',
        `${count(report.coverage.observedDays)} of ${count(report.days)} (${percent(report.coverage.observedDays, report.days)})`,
      ],
      ['Collection runs', `${count(it.runs)}, of which ${count(it.interrupted)} never ended`],
      ['Tasks planned', `${count(it.planned)} (one for each account, region and service of each run)`],
      ['Tasks without a failed read', share(it.collected)],
      ['Tasks with a failed read', share(it.failed)],
      ['Tasks without any answer', share(it.unanswered)],
      [
        'Subjects at the end',
        `${count(it.subjects)} under ${plural(it.sources, 'source')}; ${count(it.inconclusive)} inconclusive`,
      ],
    ],
    { nameWidth: 170, after: 2 },
  );
  paragraph(
    canvas,
    'On a day without a run nothing was planned, so the share of tasks says nothing about such days. A subject counts once under each source that judges it. These numbers speak of what AWS was asked; they do not show that nothing else exists in the accounts.',
    { after: 0 },
  );
}

function gaps({ canvas, report }: Book): void {
  const rows = report.coverage.gaps;
  if (rows.length === 0) {
    heading(canvas, 2, 'Gaps');
    paragraph(canvas, 'There is no day without a run in the period.');
    return;
  }
  headedTable(canvas, 2, 'Gaps', {
    columns: [
      { head: 'Days', width: 140, names: true },
      { head: 'Cause', share: 1 },
    ],
    rows: rows.map((gap) => [daySpan(gap.from, gap.to), gap.cause]),
  });
}

/** Failed reads and what they left open, by cause. */
function causes(book: Book): void {
  const { canvas, report } = book;
  const rows = causesOf(report);
  heading(canvas, 2, 'What was left open, by cause', { keep: rows.length === 0 ? 20 : 110 });
  if (rows.length === 0) {
    paragraph(canvas, 'Every read of every run that ended was answered, and no subject is inconclusive.');
    return;
  }
  paragraph(canvas, [
    'Reads that failed in the period, with what needed them. The real errors are under ',
    { text: 'What could not be collected', link: PLACES.notCollected },
    ' in the appendix and in not-collected.csv.',
  ]);
  const number = { align: 'right', width: 52 } as const;
  table(canvas, {
    columns: [
      { head: 'Cause', share: 5, names: true },
      { head: 'Kinds of read', ...number },
      { head: 'Subjects in the period', ...number },
      { head: 'Open at the end', ...number },
      { head: 'Controls', share: 3 },
    ],
    rows: rows.map((it) => [cause(it), count(it.reads), count(it.subjects), count(it.atEnd), touched(book, it)]),
    more: 'A kind of read is one operation in one account and region that failed with one error. Subjects in the period: left open at some time, counted for each kind of read. Open at the end: inconclusive under a source at the end of the period, counted once for each source.',
  });
}

function cause({ kind }: Cause): Inline {
  if (kind === null) return [{ text: 'No failed read', face: 'bold' }, '. The reason stands with each subject.'];
  const { word, means } = FAILURES[kind];
  return [
    { text: word, face: 'bold' },
    { text: `. ${means}`, color: COLORS.muted },
  ];
}

const touched = (book: Book, { controls }: Cause): Inline =>
  controls.length === 0
    ? 'none'
    : [{ text: `${count(controls.length)}: `, face: 'bold' }, ...controlLinks(book, controls, 4)];

const THIN_SHOWN = 40;

/** Sources that were observed on too few days, the worst first; those never observed only by name. */
function thinSources(book: Book): void {
  const { canvas, report } = book;
  const all = distinctSources(report);
  const threshold = percent(report.coverageThreshold, 1);
  const thin = all.filter((it) => it.observedDays / report.days < report.coverageThreshold);
  const never = thin.filter((it) => it.observations === 0).sort((a, b) => byText(a.title, b.title));
  const rows = thin
    .filter((it) => it.observations > 0)
    .sort((a, b) => a.observedDays - b.observedDays || byText(a.source, b.source));
  heading(canvas, 2, 'Sources below the threshold', { keep: rows.length === 0 ? 30 : 90 });
  paragraph(
    canvas,
    `${count(thin.length)} of ${plural(all.length, 'source')} ${thin.length === 1 ? 'was' : 'were'} fully observed on fewer than ${threshold} of the days. A day counts for a source when it was observed completely in every account and region in scope, or when it failed somewhere.`,
  );
  if (rows.length > 0) thinTable(book, rows);
  if (never.length > 0) neverObserved(book, never);
}

const NEVER_SHOWN = 24;
/** Beginnings of source names, with what such sources are called; any other is a check or a selector of events. */
const ORIGINS: readonly (readonly [prefix: string, name: string])[] = [
  ['config_rule:', 'AWS Config rules'],
  ['security_hub:', 'Security Hub controls'],
];

function neverObserved({ canvas }: Book, sources: readonly SourceResult[]): void {
  const originOf = ({ source }: SourceResult): string =>
    ORIGINS.find(([prefix]) => source.startsWith(prefix))?.[1] ?? 'Checks and events';
  const named = (list: readonly SourceResult[]): string => {
    const rest = list.length - NEVER_SHOWN;
    const names = list.slice(0, NEVER_SHOWN).map((it) => it.source.slice(it.source.indexOf(':') + 1));
    return `${names.join(', ')}${rest > 0 ? ` … and ${count(rest)} more, each in the sections of its controls` : ''}`;
  };
  paragraph(canvas, [
    {
      text: `${plural(sources.length, 'source')} ${sources.length === 1 ? 'was' : 'were'} never observed in the period. `,
      face: 'bold',
    },
    'A rule of AWS Config or a control of AWS Security Hub that nobody deployed is among these.',
  ]);
  facts(
    canvas,
    [...Map.groupBy(sources, originOf)].map(([origin, list]) => [`${origin}: ${count(list.length)}`, named(list)]),
    { style: STYLES.small },
  );
}

function thinTable(book: Book, rows: readonly SourceResult[]): void {
  const { canvas, report } = book;
  const rest = rows.length - THIN_SHOWN;
  table(canvas, {
    columns: [
      { head: 'Source', share: 5, names: true },
      { head: 'Days observed', width: 56, align: 'right' },
      { head: 'Controls', share: 3 },
    ],
    rows: rows
      .slice(0, THIN_SHOWN)
      .map((it) => [
        it.title,
        `${count(it.observedDays)} of ${count(report.days)}`,
        controlLinks(book, usersOf(report, it), 4),
      ]),
    more: rest > 0 ? `… and ${plural(rest, 'further source')}, each in the sections of its controls.` : undefined,
  });
}

const usersOf = ({ controls }: Report, source: SourceResult): string[] =>
  controls.filter((it) => it.sources.some((one) => one.source === source.source)).map((it) => it.id);
