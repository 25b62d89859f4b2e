import type { ControlResult, SourceResult } from '../../../model/report.ts';
import { count, percent, plural } from '../../numbers.ts';
import { STRENGTHS } from '../../words.ts';
import { exact } from '../elements/blocks.ts';
import type { Book } from '../elements/book.ts';
import { heading } from '../elements/heading.ts';
import { SOURCE_DAYS, strip } from '../elements/strip.ts';
import { table } from '../elements/table.ts';
import { ensure } from '../file/canvas.ts';
import type { Inline, Run } from '../text/inline.ts';
import { paragraph } from '../text/text.ts';
import { COLORS, STYLES } from '../theme.ts';
import { failing, inconclusive } from './failures.ts';
import { type Samples, sampled } from './sampled.ts';

/** One source of evidence of a control: what was tested, on what, on which days, and what came out. In steps of a page. */
export function* sourceSection(
  book: Book,
  samples: Samples,
  control: ControlResult,
  source: SourceResult,
): Generator<void> {
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
  if (source.failing.length > 0) yield* failing(book, source);
  if (source.inconclusive.length > 0) yield* inconclusive(book, source);
  yield* sampled(book, samples.get(source.source), control.id);
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
