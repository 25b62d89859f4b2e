import type { Verdict } from '../../model/verdict.ts';
import { OUTCOMES, STRENGTHS, VERDICTS, type Word } from '../words.ts';
import { facts } from './blocks.ts';
import type { Canvas } from './canvas.ts';
import { verdictRuns } from './heading.ts';
import { table } from './table.ts';
import { paragraph } from './text.ts';
import { STYLES } from './theme.ts';

/** What verdicts, outcomes and strengths mean, in plain words. */
export function glossary(canvas: Canvas): void {
  paragraph(canvas, 'Verdicts of a control over the period', { style: STYLES.h4, type: 'H3', after: 2 });
  table(canvas, {
    columns: [
      { head: 'Verdict', width: 126, names: true },
      { head: 'Meaning', share: 1 },
    ],
    rows: (Object.keys(VERDICTS) as Verdict[]).map((it) => [verdictRuns(it), VERDICTS[it].means]),
  });
  words(canvas, 'Outcomes of one subject under one source', Object.values(OUTCOMES));
  words(canvas, 'Strength of a source', Object.values(STRENGTHS));
}

function words(canvas: Canvas, title: string, entries: readonly Word[]): void {
  paragraph(canvas, title, { style: STYLES.h4, type: 'H3', after: 4 });
  facts(
    canvas,
    entries.map(({ word, means }) => [word, means] as const),
    { nameWidth: 136, style: STYLES.small, after: 10 },
  );
}
