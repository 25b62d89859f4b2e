import type { Verdict } from '../../../model/verdict.ts';
import { OUTCOMES, STRENGTHS, TERMS, VERDICTS, type Word } from '../../words.ts';
import { facts } from '../elements/blocks.ts';
import { heading, verdictRuns } from '../elements/heading.ts';
import { type TableOptions, table, tableTop } from '../elements/table.ts';
import type { Canvas } from '../file/canvas.ts';
import { STYLES } from '../theme.ts';

/** What verdicts, outcomes, strengths and the other words of the report mean, in plain words. */
export function glossary(canvas: Canvas): void {
  const verdicts: TableOptions = {
    columns: [
      { head: 'Verdict', width: 126, names: true },
      { head: 'Meaning', share: 1 },
    ],
    rows: (Object.keys(VERDICTS) as Verdict[]).map((it) => [verdictRuns(it), VERDICTS[it].means]),
  };
  heading(canvas, 3, 'Verdicts of a control over the period', { before: 0, keep: tableTop(canvas, verdicts) });
  table(canvas, verdicts);
  words(canvas, 'Outcomes of one subject under one source', Object.values(OUTCOMES));
  words(canvas, 'Strength of a source', Object.values(STRENGTHS));
  words(canvas, 'Other words, in the order of the alphabet', TERMS);
}

function words(canvas: Canvas, title: string, entries: readonly Word[]): void {
  heading(canvas, 3, title, { before: 4, keep: 44 });
  facts(
    canvas,
    entries.map(({ word, means }) => [word, means] as const),
    { nameWidth: 136, style: STYLES.small, after: 10 },
  );
}
