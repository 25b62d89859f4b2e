import { type Canvas, ensure, type Node, newPage, room } from './canvas.ts';
import { showOperand, textWidth } from './fonts.ts';
import { iconOperators } from './icons.ts';
import { breakLines, type Inline, type Line, type Piece, runSize } from './inline.ts';
import { pt } from './shapes.ts';
import { close, hold, mark, open } from './tags.ts';
import { COLORS, STYLES, type TextStyle } from './theme.ts';

/** Draws one stretch of text with its baseline at `y`; marks nothing. */
export function drawText(canvas: Canvas, text: string, at: { x: number; y: number }, style: TextStyle): void {
  const face = canvas.faces[style.face];
  canvas.doc.addContent(
    `BT /${face.id} ${style.size} Tf ${style.color.join(' ')} rg 1 0 0 -1 ${pt(at.x)} ${pt(at.y)} Tm ${showOperand(face, text)} TJ ET`,
  );
}

/** Distance from the top of a line to its baseline. */
export function baseline(style: TextStyle): number {
  return style.leading / 2 + style.size * 0.35;
}

/**
 * Draws lines from `top` downwards as content of `node`. Links become elements of their own below it;
 * page numbers are drawn at the end.
 */
export function drawLines(
  canvas: Canvas,
  node: Node,
  lines: readonly Line[],
  place: { x: number; top: number; style: TextStyle; width?: number; align?: 'left' | 'right' },
): void {
  lines.forEach((line, index) => {
    const shift = place.align === 'right' ? (place.width ?? line.width) - line.width : 0;
    const at = { x: place.x + shift, y: place.top + index * place.style.leading + baseline(place.style) };
    for (const group of groups(line.pieces)) drawGroup(canvas, node, group, at, place.style);
  });
}

/** Neighbouring pieces that belong to the same element. */
function groups(pieces: readonly Piece[]): Piece[][] {
  const result: Piece[][] = [];
  for (const piece of pieces) {
    const last = result.at(-1)?.[0];
    const same = last !== undefined && last.run.link === piece.run.link && !last.run.pageOf && !piece.run.pageOf;
    if (same) result.at(-1)?.push(piece);
    else result.push([piece]);
  }
  return result;
}

function drawGroup(
  canvas: Canvas,
  node: Node,
  group: readonly Piece[],
  at: { x: number; y: number },
  style: TextStyle,
): void {
  const first = group[0];
  const last = group.at(-1);
  if (first === undefined || last === undefined) return;
  if (first.run.pageOf !== undefined) drawPageNumber(canvas, node, first, at, style);
  else if (first.run.link === undefined) mark(canvas, node, () => drawPieces(canvas, group, at, style));
  else {
    const link = open(canvas, 'Link', {}, node);
    mark(canvas, link, () => drawPieces(canvas, group, at, style));
    const area = { x: at.x + first.x, y: at.y - baseline(style), width: last.x + last.width - first.x };
    annotate(canvas, link, first.run.link, { ...area, height: style.leading }, group.map((it) => it.text).join(''));
    close(link);
  }
}

function drawPieces(canvas: Canvas, group: readonly Piece[], at: { x: number; y: number }, style: TextStyle): void {
  for (const piece of group) drawPiece(canvas, piece, at, style);
}

function annotate(
  canvas: Canvas,
  link: Node,
  destination: string,
  area: { x: number; y: number; width: number; height: number },
  text: string,
): void {
  const options = {
    Subtype: 'Link',
    Dest: destination,
    Contents: new String(`Go to ${text}`),
    structParent: link.element,
  };
  canvas.doc.annotate(area.x, area.y, area.width, area.height, options as unknown as PDFKit.Mixins.AnnotationOption);
}

function drawPiece(canvas: Canvas, piece: Piece, at: { x: number; y: number }, style: TextStyle): void {
  const x = at.x + piece.x;
  const { run } = piece;
  const color = run.color ?? linkColor(piece, style);
  const look: TextStyle = { ...style, face: run.face ?? style.face, size: runSize(run, style), color };
  if (run.icon !== undefined && piece.text === '') {
    const size = style.size * 0.82;
    canvas.doc.addContent(iconOperators(run.icon, { x, y: at.y - size * 0.92, size, color: look.color }));
  } else if (piece.actual === undefined) drawText(canvas, piece.text, { x, y: at.y }, look);
  else {
    canvas.doc.markContent('Span', { actual: piece.actual });
    drawText(canvas, piece.text, { x, y: at.y }, look);
    canvas.doc.endMarkedContent();
  }
}

const linkColor = (piece: Piece, style: TextStyle) => (piece.run.link === undefined ? style.color : COLORS.accent);

function drawPageNumber(
  canvas: Canvas,
  node: Node,
  piece: Piece,
  at: { x: number; y: number },
  style: TextStyle,
): void {
  const page = canvas.labels.length - 1;
  const destination = piece.run.pageOf ?? '';
  hold(node);
  canvas.late.push(() => {
    const text = String(canvas.pageOf.get(destination) ?? '');
    if (text === '') return;
    canvas.doc.switchToPage(page);
    const x = at.x + piece.x + piece.width - textWidth(canvas.faces[style.face], text, style.size);
    mark(canvas, node, () => drawText(canvas, text, { x, y: at.y }, style));
  });
}

export interface ParagraphOptions {
  readonly style?: TextStyle;
  /** Structure type; `P` unless it is a heading or part of a list. */
  readonly type?: string;
  readonly indent?: number;
  /** Space after it, in points. */
  readonly after?: number;
  /** Kept free at the right. */
  readonly narrow?: number;
}

/** Writes a paragraph, over as many pages as it needs; at least two lines stay together. */
export function paragraph(canvas: Canvas, inline: Inline, options: ParagraphOptions = {}): void {
  const style = options.style ?? STYLES.body;
  const indent = options.indent ?? 0;
  const lines = breakLines(canvas.faces, inline, style, canvas.frame.width - indent - (options.narrow ?? 0));
  const node = open(canvas, options.type ?? 'P');
  ensure(canvas, style.leading * Math.min(lines.length, 2));
  let next = 0;
  while (next < lines.length) {
    if (room(canvas) < style.leading) newPage(canvas);
    const fitting = Math.max(1, Math.floor(room(canvas) / style.leading + 0.001));
    const part = lines.slice(next, next + fitting);
    drawLines(canvas, node, part, { x: canvas.frame.left + indent, top: canvas.y, style });
    canvas.y += part.length * style.leading;
    next += part.length;
  }
  close(node);
  canvas.y += options.after ?? 6;
}

/** Height that a paragraph would take, in points. */
export function paragraphHeight(canvas: Canvas, inline: Inline, style: TextStyle, width: number): number {
  return breakLines(canvas.faces, inline, style, width).length * style.leading;
}
