import { type Canvas, ensure, type Node, newPage, room } from '../file/canvas.ts';
import { pdfString } from '../file/pdf-string.ts';
import { close, linkArea, mark, open } from '../file/tags.ts';
import { pt } from '../shapes.ts';
import { COLORS, STYLES, type TextStyle } from '../theme.ts';
import { hasRightToLeft, isolates } from './bidi.ts';
import { partWidth, showOperand, showShaped, textWidth } from './fonts.ts';
import { iconOperators } from './icons.ts';
import { breakLines, type Inline, type Line, type Piece, runSize } from './inline.ts';
import { drawLate } from './late.ts';
import { layout, type Part } from './shaping.ts';

/**
 * Draws one stretch of text with its baseline at `y`; marks nothing but the text behind glyphs that
 * do not give it back: letters that were joined, reordered or turned around.
 */
export function drawText(canvas: Canvas, text: string, at: { x: number; y: number }, style: TextStyle): void {
  const face = canvas.faces[style.face];
  const operand = showOperand(face, text);
  if (operand === undefined) drawStretches(canvas, text, at, style);
  else canvas.doc.addContent(textObject(face.id, `${operand} TJ`, at, style));
}

function textObject(font: string, show: string, at: { x: number; y: number }, style: TextStyle): string {
  return `BT /${font} ${style.size} Tf ${style.color.join(' ')} rg 1 0 0 -1 ${pt(at.x)} ${pt(at.y)} Tm ${show} ET`;
}

/** Begins content that stands for `text` (ISO 32000-1, 14.9.4). */
const beginSpan = (text: string): string => `/Span << /ActualText ${pdfString(text)} >> BDC`;

function drawStretches(canvas: Canvas, text: string, at: { x: number; y: number }, style: TextStyle): void {
  let x = at.x;
  for (const stretch of layout(canvas.faces[style.face], text)) {
    if (stretch.needsText) canvas.doc.addContent(beginSpan(stretch.text));
    for (const part of stretch.parts) {
      drawPart(canvas, part, { x, y: at.y }, { style, spans: stretch.rightToLeft });
      x += (partWidth(part) * style.size) / 1000;
    }
    if (stretch.needsText) canvas.doc.addContent('EMC');
  }
}

function drawPart(
  canvas: Canvas,
  { face, text, shaped }: Part,
  at: { x: number; y: number },
  { style, spans }: { style: TextStyle; spans: boolean },
): void {
  const fonts = canvas.doc.page.fonts as Record<string, unknown>;
  fonts[face.id] ??= face.resource;
  const show = shaped === undefined ? `${showOperand(face, text) ?? '[]'} TJ` : showShaped(shaped, style.size, spans);
  canvas.doc.addContent(textObject(face.id, show, at, style));
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
  else if (first.run.link === undefined) markPieces(canvas, node, group, at, style);
  else {
    const link = open(canvas, 'Link', {}, node);
    markPieces(canvas, link, group, at, style);
    const area = { x: at.x + first.x, y: at.y - baseline(style), width: last.x + last.width - first.x };
    const text = group.map((it) => it.text).join('');
    linkArea(canvas, link, { ...area, height: style.leading }, { destination: first.run.link, text });
    close(link);
  }
}

/** Marks pieces as content of an element. Right-to-left words become elements below it, which say them in logical order. */
function markPieces(
  canvas: Canvas,
  node: Node,
  group: readonly Piece[],
  at: { x: number; y: number },
  style: TextStyle,
): void {
  let level: Piece[] = [];
  const flush = (): void => {
    const pieces = level;
    level = [];
    if (pieces.length > 0) mark(canvas, node, () => drawPieces(canvas, pieces, at, style));
  };
  for (const piece of group.flatMap((it) => splitIsolates(canvas, it, style))) {
    if (piece.actual !== undefined || !hasRightToLeft(piece.text)) level.push(piece);
    else {
      flush();
      const span = open(canvas, 'Span', { actual: piece.text }, node);
      mark(canvas, span, () => drawPieces(canvas, [piece], at, style));
      close(span);
    }
  }
  flush();
}

function splitIsolates(canvas: Canvas, piece: Piece, style: TextStyle): Piece[] {
  if (piece.actual !== undefined || !hasRightToLeft(piece.text)) return [piece];
  const face = canvas.faces[piece.run.face ?? style.face];
  let { x } = piece;
  return isolates(piece.text).map(({ text }) => {
    const part = { ...piece, text, x, width: textWidth(face, text, runSize(piece.run, style)) };
    x += part.width;
    return part;
  });
}

function drawPieces(canvas: Canvas, pieces: readonly Piece[], at: { x: number; y: number }, style: TextStyle): void {
  for (const piece of pieces) drawPiece(canvas, piece, at, style);
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
    canvas.doc.addContent(beginSpan(piece.actual));
    drawText(canvas, piece.text, { x, y: at.y }, look);
    canvas.doc.addContent('EMC');
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
  const destination = piece.run.pageOf ?? '';
  const place = { right: at.x + piece.x + piece.width, y: at.y };
  const text = (): string => String(canvas.pageOf.get(destination) ?? '');
  mark(canvas, node, () => drawLate(canvas, text, place, style));
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
