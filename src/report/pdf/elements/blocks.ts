import { type Canvas, ensure, newPage, room } from '../file/canvas.ts';
import { artifact, close, leaf, open, within } from '../file/tags.ts';
import { fillBox } from '../shapes.ts';
import { breakLines, type Inline, type Line } from '../text/inline.ts';
import { baseline, drawLines, drawText, paragraph } from '../text/text.ts';
import { COLORS, type Color, STYLES, type TextStyle } from '../theme.ts';

/** A bulleted list. */
export function list(canvas: Canvas, items: readonly Inline[], style: TextStyle = STYLES.body): void {
  within(canvas, 'L', () => {
    for (const item of items) {
      within(canvas, 'LI', () => {
        ensure(canvas, style.leading * 2);
        const y = canvas.y + baseline(style);
        leaf(canvas, 'Lbl', () =>
          drawText(canvas, '•', { x: canvas.frame.left + 3, y }, { ...style, color: COLORS.accent }),
        );
        paragraph(canvas, item, { style, type: 'LBody', indent: 14, after: 3 });
      });
    }
  });
  canvas.y += 5;
}

/** Names with their values in two columns, read as a table. */
export function facts(
  canvas: Canvas,
  rows: readonly (readonly [string, Inline])[],
  options: { nameWidth?: number; style?: TextStyle; after?: number } = {},
): void {
  const style = options.style ?? STYLES.body;
  const nameWidth = options.nameWidth ?? 118;
  const label: TextStyle = { ...style, face: 'sans', color: COLORS.muted };
  const valueX = canvas.frame.left + nameWidth;
  within(canvas, 'Table', () => {
    for (const [name, value] of rows) {
      const names = breakLines(canvas.faces, name, label, nameWidth - 12);
      const values = breakLines(canvas.faces, value, style, canvas.frame.width - nameWidth);
      const height = Math.max(names.length, values.length) * style.leading;
      ensure(canvas, Math.min(height, canvas.frame.bottom - canvas.frame.top));
      within(canvas, 'TR', () => {
        const [top, page] = [canvas.y, canvas.labels.length];
        cell(canvas, 'TH', names, { x: canvas.frame.left, top, style: label });
        cellOverPages(canvas, values, { x: valueX, style });
        if (page === canvas.labels.length) canvas.y = Math.max(canvas.y, top + names.length * style.leading);
        canvas.y += 3;
      });
    }
  });
  canvas.y += options.after ?? 8;
}

function cell(
  canvas: Canvas,
  type: 'TH' | 'TD',
  lines: readonly Line[],
  place: { x: number; top: number; style: TextStyle },
): void {
  const node = open(canvas, type, type === 'TH' ? { scope: 'Row' } : {});
  drawLines(canvas, node, lines, place);
  close(node);
}

/** A value may be longer than the rest of the page (a long list of accounts). */
function cellOverPages(canvas: Canvas, lines: readonly Line[], place: { x: number; style: TextStyle }): void {
  const node = open(canvas, 'TD');
  let rest = lines;
  while (rest.length > 0) {
    if (room(canvas) < place.style.leading) newPage(canvas);
    const part = rest.slice(0, Math.max(1, Math.floor(room(canvas) / place.style.leading + 0.001)));
    drawLines(canvas, node, part, { ...place, top: canvas.y });
    canvas.y += part.length * place.style.leading;
    rest = rest.slice(part.length);
  }
  close(node);
}

/** Exact text, such as an expression, in a grey box with a name above; goes on over pages. */
export function exact(canvas: Canvas, name: string, text: string): void {
  const style = STYLES.mono;
  const lines = breakLines(canvas.faces, text, style, canvas.frame.width - 20);
  ensure(canvas, 12 + Math.min(lines.length, 3) * style.leading + 12);
  paragraph(canvas, name, { style: STYLES.label, after: 2 });
  const node = open(canvas, 'P');
  let rest: readonly Line[] = lines;
  while (rest.length > 0) {
    if (room(canvas) < style.leading + 10) newPage(canvas);
    const part = rest.slice(0, Math.max(1, Math.floor((room(canvas) - 10) / style.leading)));
    const height = part.length * style.leading + 10;
    const { left, width } = canvas.frame;
    const top = canvas.y;
    artifact(canvas, () => fillBox(canvas, { x: left, y: top, width, height }, COLORS.panel));
    drawLines(canvas, node, part, { x: left + 10, top: top + 5, style });
    canvas.y += height;
    rest = rest.slice(part.length);
  }
  close(node);
  canvas.y += 7;
}

/** Sentences in a tinted box with a bar at its left edge. Long ones go on over pages. */
export function callout(canvas: Canvas, sentences: readonly Inline[], look: { color: Color; tint: Color }): void {
  const style = STYLES.body;
  const width = canvas.frame.width - 26;
  for (const [index, sentence] of sentences.entries()) {
    const lines = breakLines(canvas.faces, sentence, style, width);
    const node = open(canvas, 'P');
    let rest: readonly Line[] = lines;
    let top = index === 0 ? 8 : 2;
    while (rest.length > 0) {
      if (room(canvas) < top + style.leading * Math.min(2, rest.length) + 8) newPage(canvas);
      const part = rest.slice(0, Math.max(1, Math.floor((room(canvas) - top - 8) / style.leading)));
      rest = rest.slice(part.length);
      const bottom = rest.length === 0 && index === sentences.length - 1 ? 8 : 2;
      const box = {
        x: canvas.frame.left,
        y: canvas.y,
        width: canvas.frame.width,
        height: part.length * style.leading + top + bottom,
      };
      artifact(canvas, () => {
        fillBox(canvas, box, look.tint);
        fillBox(canvas, { ...box, width: 3 }, look.color);
      });
      drawLines(canvas, node, part, { x: canvas.frame.left + 15, top: canvas.y + top, style });
      canvas.y += box.height;
      top = 8;
    }
    close(node);
  }
  canvas.y += 10;
}
