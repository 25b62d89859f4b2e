import type { Verdict } from '../../../model/verdict.ts';
import { count, percent } from '../../numbers.ts';
import { VERDICTS } from '../../words.ts';
import { type Canvas, ensure } from '../file/canvas.ts';
import { leaf } from '../file/tags.ts';
import { type Box, boxPath, fillBox, pt } from '../shapes.ts';
import { textWidth } from '../text/fonts.ts';
import { iconOperators } from '../text/icons.ts';
import { drawText } from '../text/text.ts';
import { COLORS, STYLES, VERDICT_COLORS } from '../theme.ts';

const ROW = 17;
const LABEL = 142;

/** One bar for each verdict, with symbol, word, number and share: readable without colour. */
export function verdictChart(canvas: Canvas, verdicts: Readonly<Record<Verdict, number>>): void {
  const rows = (Object.keys(VERDICTS) as Verdict[]).map((verdict) => ({ verdict, value: verdicts[verdict] }));
  const total = rows.reduce((sum, row) => sum + row.value, 0);
  const height = rows.length * ROW;
  ensure(canvas, height);
  const { left, width } = canvas.frame;
  const [top, largest] = [canvas.y, Math.max(1, ...rows.map((row) => row.value))];
  const alt = `Controls by verdict: ${rows.map((row) => `${VERDICTS[row.verdict].word} ${row.value}`).join(', ')}.`;
  const draw = (): void =>
    rows.forEach((row, index) => {
      const y = top + index * ROW;
      const scale = (width - LABEL - 62) / largest;
      bar(canvas, row, { y, length: row.value * scale, share: percent(row.value, total) });
    });
  leaf(canvas, 'Figure', draw, { alt, bbox: [left, top, left + width, top + height] });
  canvas.y = top + height + 8;
}

function bar(
  canvas: Canvas,
  row: { verdict: Verdict; value: number },
  at: { y: number; length: number; share: string },
): void {
  const { color } = VERDICT_COLORS[row.verdict];
  const { left } = canvas.frame;
  const y = at.y + 11.6;
  canvas.doc.addContent(iconOperators(row.verdict, { x: left, y: at.y + 3.8, size: 9, color }));
  drawText(canvas, VERDICTS[row.verdict].word, { x: left + 16, y }, STYLES.body);
  const box: Box = { x: left + LABEL, y: at.y + 3, width: Math.max(at.length, 0.8), height: 11 };
  if (row.value === 0) fillBox(canvas, { ...box, width: 0.8 }, COLORS.rule);
  else canvas.doc.addContent(barOperators(row.verdict, box));
  const number = count(row.value);
  const end = box.x + box.width + 8;
  drawText(canvas, number, { x: end, y }, STYLES.strong);
  const numberWidth = textWidth(canvas.faces.bold, number, STYLES.strong.size);
  drawText(canvas, at.share, { x: end + numberWidth + 6, y }, STYLES.note);
}

/** Operators of one bar. Every verdict has a pattern of its own, so that bars differ on paper without colour too. */
export function barOperators(verdict: Verdict, box: Box): string {
  const { color, tint } = VERDICT_COLORS[verdict];
  const outline = boxPath(box);
  if (verdict === 'not_met') return `${color.join(' ')} rg ${outline} f`;
  const lines = PATTERNS[verdict](box);
  const strokes = lines === '' ? '' : `${lines} S `;
  const dash = DASHED.has(verdict) ? '[3 2] 0 d ' : '';
  return `${tint.join(' ')} rg ${outline} f q ${outline} W n ${color.join(' ')} RG 0.9 w ${strokes}${dash}${outline} S Q`;
}

const DASHED: ReadonlySet<Verdict> = new Set(['not_assessed']);

type Lines = (box: Box) => string;

const line = (x1: number, y1: number, x2: number, y2: number): string => `${pt(x1)} ${pt(y1)} m ${pt(x2)} ${pt(y2)} l`;

/** Slanted lines, `step` points apart; they rise to the right, or fall. */
const slanted =
  (step: number, rises: boolean): Lines =>
  ({ x, y, width, height }) => {
    const lines: string[] = [];
    for (let at = x - height; at < x + width; at += step) {
      lines.push(rises ? line(at, y + height, at + height, y) : line(at, y, at + height, y + height));
    }
    return lines.join(' ');
  };

const upright =
  (step: number): Lines =>
  ({ x, y, width, height }) => {
    const lines: string[] = [];
    for (let at = x + step; at < x + width; at += step) lines.push(line(at, y, at, y + height));
    return lines.join(' ');
  };

const level: Lines = ({ x, y, width, height }) =>
  [1, 2, 3].map((it) => line(x, y + (height * it) / 4, x + width, y + (height * it) / 4)).join(' ');

const PATTERNS: Readonly<Record<Verdict, Lines>> = {
  not_met: () => '',
  inconclusive: slanted(5, true),
  awaiting_attestation: upright(5),
  not_assessed: () => '',
  met_with_exceptions: slanted(3, false),
  met: level,
  not_applicable: () => '',
};
