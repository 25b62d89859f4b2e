import type { Verdict } from '../../model/verdict.ts';
import { count, percent } from '../numbers.ts';
import { VERDICTS } from '../words.ts';
import { type Canvas, ensure } from './canvas.ts';
import { textWidth } from './fonts.ts';
import { iconOperators } from './icons.ts';
import { type Box, fillBox, pt } from './shapes.ts';
import { leaf } from './tags.ts';
import { drawText } from './text.ts';
import { COLORS, STYLES, VERDICT_COLORS } from './theme.ts';

const ROW = 21;
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
  const y = at.y + 13.4;
  canvas.doc.addContent(iconOperators(row.verdict, { x: left, y: at.y + 5.5, size: 9, color }));
  drawText(canvas, VERDICTS[row.verdict].word, { x: left + 16, y }, STYLES.body);
  const box: Box = { x: left + LABEL, y: at.y + 4, width: Math.max(at.length, 0.8), height: 12 };
  if (row.value === 0) fillBox(canvas, { ...box, width: 0.8 }, COLORS.rule);
  else pattern(canvas, box, row.verdict);
  const number = count(row.value);
  const end = box.x + box.width + 8;
  drawText(canvas, number, { x: end, y }, STYLES.strong);
  const numberWidth = textWidth(canvas.faces.bold, number, STYLES.strong.size);
  drawText(canvas, at.share, { x: end + numberWidth + 6, y }, STYLES.note);
}

/** Solid for the two ends of the scale, hatched for what is open, outlined for what does not count. */
function pattern(canvas: Canvas, box: Box, verdict: Verdict): void {
  const { color, tint } = VERDICT_COLORS[verdict];
  if (verdict === 'met' || verdict === 'not_met') {
    fillBox(canvas, box, color);
    return;
  }
  fillBox(canvas, box, tint);
  const lines: string[] = [];
  const step = HATCHES[verdict] ?? 0;
  if (step > 0) {
    for (let x = box.x - box.height; x < box.x + box.width; x += step) {
      lines.push(`${pt(x)} ${pt(box.y + box.height)} m ${pt(x + box.height)} ${pt(box.y)} l`);
    }
  }
  const outline = `${pt(box.x)} ${pt(box.y)} ${pt(box.width)} ${pt(box.height)} re`;
  canvas.doc.addContent(
    `q ${outline} W n ${color.join(' ')} RG 1 w ${lines.join(' ')} ${lines.length > 0 ? 'S' : ''} ${outline} S Q`,
  );
}

/** Distance of the hatching lines, in points. */
const HATCHES: Readonly<Partial<Record<Verdict, number>>> = {
  met_with_exceptions: 3,
  inconclusive: 5,
  awaiting_attestation: 9,
};
