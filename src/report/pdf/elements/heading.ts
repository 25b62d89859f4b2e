import type { Verdict } from '../../../model/verdict.ts';
import { VERDICTS } from '../../words.ts';
import { type Canvas, ensure, skip } from '../file/canvas.ts';
import { artifact, leaf } from '../file/tags.ts';
import { fillPill } from '../shapes.ts';
import { textWidth } from '../text/fonts.ts';
import { iconOperators } from '../text/icons.ts';
import type { Inline, Run } from '../text/inline.ts';
import { printable } from '../text/printable.ts';
import { drawText, paragraph, paragraphHeight } from '../text/text.ts';
import { COLORS, STYLES, type TextStyle, VERDICT_COLORS } from '../theme.ts';
import { type TableOptions, table, tableTop } from './table.ts';

export interface HeadingOptions {
  /** Name that links lead to. */
  readonly destination?: string;
  /** Where it stands in the outline; the entry made is returned. */
  readonly outline?: { readonly under: PDFKit.PDFOutline; readonly title?: string };
  readonly verdict?: Verdict;
  /** Height that must still fit below it on the page, in points. */
  readonly keep?: number;
  readonly before?: number;
}

const HEADING_AFTER = { 1: 10, 2: 7, 3: 5, 4: 3 } as const;
const HEADING_BEFORE = { 1: 0, 2: 20, 3: 18, 4: 12 } as const;

/** Writes a heading that never stands alone at the foot of a page. Returns its outline entry, if it has one. */
export function heading(
  canvas: Canvas,
  level: 1 | 2 | 3 | 4,
  text: Inline,
  options: HeadingOptions = {},
): PDFKit.PDFOutline | undefined {
  const style = STYLES[`h${level}`];
  const badge = options.verdict === undefined ? 0 : badgeWidth(canvas, options.verdict) + 14;
  const height = paragraphHeight(canvas, text, style, canvas.frame.width - badge);
  skip(canvas, options.before ?? HEADING_BEFORE[level]);
  ensure(canvas, height + (options.keep ?? 64));
  const entry = mark(canvas, text, options);
  const top = canvas.y;
  paragraph(canvas, text, { style, type: `H${level}`, narrow: badge, after: HEADING_AFTER[level] });
  if (options.verdict !== undefined) {
    const x = canvas.frame.left + canvas.frame.width - badgeWidth(canvas, options.verdict);
    drawBadge(canvas, options.verdict, { x, y: top + (style.leading - 18) / 2 });
  }
  return entry;
}

function mark(canvas: Canvas, text: Inline, options: HeadingOptions): PDFKit.PDFOutline | undefined {
  const { destination, outline } = options;
  if (destination !== undefined) {
    canvas.doc.addNamedDestination(destination, 'XYZ', 0, Math.max(0, canvas.y - 12), 0);
    canvas.pageOf.set(destination, canvas.labels.length);
  }
  if (outline === undefined) return undefined;
  const place = { top: Math.max(0, canvas.y - 12), left: canvas.frame.pageWidth, fit: false, expanded: false };
  return outline.under.addItem(shown(canvas, outline.title ?? plainText(text)), place);
}

/** A heading with a table that begins on the same page. */
export function headedTable(canvas: Canvas, level: 2 | 3 | 4, text: string, options: TableOptions): void {
  heading(canvas, level, text, { keep: tableTop(canvas, options) });
  table(canvas, options);
}

/** A title as its pages show it: bookmarks hide and reorder nothing either. */
function shown(canvas: Canvas, title: string): string {
  const segments = printable(title.replaceAll('\n', ' '), canvas.faces.sans);
  return segments.map((it) => it.actual ?? it.text).join('');
}

/** The text of an inline, without its looks. */
export function plainText(inline: Inline): string {
  if (typeof inline === 'string') return inline;
  return inline.map((part) => (typeof part === 'string' ? part : part.text)).join('');
}

/** Symbol and word of a verdict for use in a line of text. */
export function verdictRuns(verdict: Verdict): (string | Run)[] {
  const { color } = VERDICT_COLORS[verdict];
  return [{ text: '', icon: verdict, color }, ` ${VERDICTS[verdict].word}`];
}

const BADGE_STYLE: TextStyle = { ...STYLES.label, size: 8.5 };

function badgeWidth(canvas: Canvas, verdict: Verdict): number {
  return textWidth(canvas.faces.bold, VERDICTS[verdict].word, BADGE_STYLE.size) + 30;
}

/** A verdict as symbol and word in a tinted box. */
function drawBadge(canvas: Canvas, verdict: Verdict, at: { x: number; y: number }): void {
  const { color, tint } = VERDICT_COLORS[verdict];
  const box = { x: at.x, y: at.y, width: badgeWidth(canvas, verdict), height: 18 };
  artifact(canvas, () => fillPill(canvas, box, 9, tint));
  leaf(canvas, 'P', () => {
    canvas.doc.addContent(iconOperators(verdict, { x: at.x + 8, y: at.y + 4.5, size: 9, color }));
    drawText(canvas, VERDICTS[verdict].word, { x: at.x + 22, y: at.y + 12.1 }, { ...BADGE_STYLE, color: COLORS.ink });
  });
}
