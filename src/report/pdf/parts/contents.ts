import type { Report } from '../../../model/report.ts';
import { type Book, PARTS, partsOf, setDestination } from '../elements/book.ts';
import { type Canvas, ensure, newPage, setLabel } from '../file/canvas.ts';
import { artifact, close, open, within } from '../file/tags.ts';
import { rule } from '../shapes.ts';
import { breakLines, type Inline } from '../text/inline.ts';
import { drawLines, paragraph } from '../text/text.ts';
import { COLORS, STYLES, type TextStyle } from '../theme.ts';

/** The parts of the report and its control sets, with page numbers. */
export function contents({ canvas, report }: Book): void {
  setLabel(canvas, 'Contents');
  newPage(canvas);
  within(canvas, 'Sect', () => {
    paragraph(canvas, 'Contents', { style: STYLES.h1, type: 'H1', after: 14 });
    within(canvas, 'TOC', () => {
      for (const part of partsOf(report)) {
        entry(canvas, part.title, part.destination, 0);
        if (part.destination === PARTS.results.destination) sets(canvas, report);
      }
    });
  });
}

/** A set without controls has no section to lead to. */
function sets(canvas: Canvas, report: Report): void {
  const used = new Set(report.controls.map((it) => it.set));
  for (const [index, set] of report.sets.entries()) {
    if (used.has(set.id)) entry(canvas, `${set.id}  ${set.title}`, setDestination(index), 1);
  }
}

function entry(canvas: Canvas, title: string, destination: string, level: 0 | 1): void {
  const style: TextStyle = level === 0 ? STYLES.strong : STYLES.body;
  const indent = level * 16;
  const { left, width } = canvas.frame;
  const text: Inline = [{ text: title, link: destination, color: COLORS.ink }];
  const lines = breakLines(canvas.faces, text, style, width - indent - 50);
  const height = lines.length * style.leading + (level === 0 ? 12 : 5);
  ensure(canvas, height);
  const node = open(canvas, 'TOCI');
  drawLines(canvas, node, lines, { x: left + indent, top: canvas.y + (level === 0 ? 6 : 2), style });
  const number = breakLines(canvas.faces, [{ text: '', pageOf: destination }], style, 50);
  const top = canvas.y + (level === 0 ? 6 : 2) + (lines.length - 1) * style.leading;
  drawLines(canvas, node, number, { x: left + width - 50, top, style, width: 50, align: 'right' });
  close(node);
  canvas.y += height;
  const y = canvas.y;
  if (level === 0) artifact(canvas, () => rule(canvas, { x: left, y, width }, 0.5, COLORS.hairline));
}
