import type { ControlResult, ReportedReview } from '../../../model/report.ts';
import type { Conclusion } from '../../../model/scope.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { count } from '../../numbers.ts';
import { VERDICTS } from '../../words.ts';
import { callout } from '../elements/blocks.ts';
import type { Canvas } from '../file/canvas.ts';
import type { Inline } from '../text/inline.ts';
import { paragraph } from '../text/text.ts';
import { COLORS, STYLES } from '../theme.ts';

/** A reviewer's conclusion in the words of audit work papers. */
const CONCLUSIONS: Readonly<Record<Conclusion, string>> = {
  effective: 'Operating effectively',
  effective_with_exceptions: 'Operating effectively with exceptions noted',
  not_effective: 'Not operating effectively',
  not_concluded: 'Not concluded',
};

/** What a reviewer concluded on a control, or that nobody did. It stands beside the verdict. */
export function review(canvas: Canvas, control: ControlResult): void {
  if (control.review === null) {
    paragraph(canvas, 'Reviewer’s conclusion: none on record.', { style: STYLES.note, after: 5 });
    return;
  }
  callout(canvas, sentences(control.verdict, control.review), { color: COLORS.accent, tint: COLORS.panel });
}

function sentences(verdict: Verdict, it: ReportedReview): Inline[] {
  const differs = difference(verdict, it.conclusion);
  const apart = 'The review stands beside the verdict and does not change it.';
  return [
    [
      { text: `Reviewer’s conclusion: ${CONCLUSIONS[it.conclusion]}`, face: 'bold' },
      { text: `  ·  ${it.reviewer}, ${it.on}`, color: COLORS.muted },
    ],
    it.comment,
    ...(differs === undefined ? [] : [[{ text: differs, face: 'bold' as const }]]),
    [{ text: `${seen(it)} ${apart}`, color: COLORS.muted }],
  ];
}

/** How much of the evidence the reviewer can have seen. */
function seen({ ledger_size: size, newer }: ReportedReview): string {
  if (size === undefined) return 'Which report was reviewed is not stated, so it is not known what the reviewer saw.';
  const at = `Reviewed at ledger size ${count(size)}`;
  if (newer === null) return `${at}; it is not known how much evidence is newer.`;
  if (newer === 0) return `${at}; no evidence under this control is newer.`;
  const items =
    newer === 1 ? '1 item of evidence is newer and was' : `${count(newer)} items of evidence are newer and were`;
  return `${at}; ${items} not seen.`;
}

/** One sentence where conclusion and verdict do not say the same; undefined where they agree or nothing was concluded. */
export function difference(verdict: Verdict, conclusion: Conclusion): string | undefined {
  if (conclusion === 'not_concluded') return undefined;
  const isPass = verdict === 'met' || verdict === 'met_with_exceptions';
  const word = VERDICTS[verdict].word;
  if (verdict === 'not_met' ? conclusion !== 'not_effective' : isPass && conclusion === 'not_effective')
    return `The conclusion contradicts the verdict “${word}”; both are shown as they are.`;
  if (verdict === 'met_with_exceptions' && conclusion === 'effective')
    return `The conclusion names no exceptions; the verdict is “${word}”.`;
  if (isPass || verdict === 'not_met') return undefined;
  return `The verdict is “${word}”: the evidence in this report alone does not bear the conclusion out.`;
}
