import type { Canvas, Node } from '../file/canvas.ts';
import { close, open } from '../file/tags.ts';
import { pt } from '../shapes.ts';
import { drawAscii } from '../text/ascii.ts';
import { type Face, showOperand } from '../text/fonts.ts';
import { breakLines, type Inline, type Line } from '../text/inline.ts';
import { baseline, drawLines } from '../text/text.ts';
import type { TextStyle } from '../theme.ts';

/** A column as it is laid out, with the texts that it has shown before. */
export interface Slot {
  readonly x: number;
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly style: TextStyle;
  readonly type: 'TH' | 'TD';
  seen: Map<string, Cell>;
}

/** A text broken into the lines of its cell. */
export interface Cell {
  readonly lines: readonly Line[];
  /** Of plain text: what draws each line, but for the height that it stands at. */
  readonly plain: readonly (readonly [string, string])[] | undefined;
}

/** Columns of states, accounts or days repeat a few texts; so many are remembered. */
const SEEN = 200;

/** Breaks a text for its column. Plain text, which long tables are made of, is made ready to draw at once. */
export function cellOf(canvas: Canvas, slot: Slot, inline: Inline): Cell {
  if (typeof inline !== 'string')
    return { lines: breakLines(canvas.faces, inline, slot.style, slot.width), plain: undefined };
  const seen = slot.seen.get(inline);
  if (seen !== undefined) return seen;
  const cell = plainCell(canvas, slot, inline);
  // Not `clear()`: V8 chains the table of a map to the one before, and so keeps what it held.
  if (slot.seen.size >= SEEN) slot.seen = new Map();
  slot.seen.set(inline, cell);
  return cell;
}

function plainCell(canvas: Canvas, slot: Slot, text: string): Cell {
  const { style } = slot;
  const face = canvas.faces[style.face];
  const drawn = text === text.trim() ? drawAscii(face, text) : undefined;
  const width = ((drawn?.width ?? 0) * style.size) / 1000;
  if (drawn !== undefined && text !== '' && width <= slot.width) {
    const line: Line = { pieces: [{ run: { text }, text, x: 0, width }], width };
    const plain = place(slot, face, line, drawn.operand);
    return { lines: [line], plain: plain && [plain] };
  }
  const lines = breakLines(canvas.faces, text, style, slot.width);
  const plain = lines.map((it) => place(slot, face, it));
  return { lines, plain: plain.every((it) => it !== undefined) ? plain : undefined };
}

/** What draws a line of one plain text; undefined for any other. */
function place(slot: Slot, face: Face, line: Line, known?: string): readonly [string, string] | undefined {
  const { style } = slot;
  const piece = line.pieces[0];
  if (piece === undefined || line.pieces.length > 1 || piece.actual !== undefined) return undefined;
  const operand = known ?? drawAscii(face, piece.text)?.operand ?? showOperand(face, piece.text);
  if (operand === undefined) return undefined;
  const x = slot.x + piece.x + (slot.align === 'right' ? slot.width - line.width : 0);
  const look = `/${face.id} ${style.size} Tf ${style.color.join(' ')} rg`;
  return [`BT ${look} 1 0 0 -1 ${pt(x)} `, ` Tm ${operand} TJ ET\n`];
}

/** Draws the cells of a row from `top` downwards and writes their elements; `row` is left open. */
export function drawCells(
  canvas: Canvas,
  row: Node,
  slots: readonly Slot[],
  cells: readonly Cell[],
  top: number,
): void {
  for (const [index, cell] of cells.entries()) {
    const slot = slots[index] as Slot;
    if (cell.plain !== undefined) drawPlainCell(canvas, row, slot, cell.plain, top);
    else {
      const node = openCell(canvas, row, slot);
      drawLines(canvas, node, cell.lines, { ...slot, top });
      close(node);
    }
  }
}

/** The element of a cell; one that names its row says so. */
export function openCell(canvas: Canvas, row: Node, slot: Slot): Node {
  return open(canvas, slot.type, slot.type === 'TH' ? { scope: 'Row' } : {}, row);
}

const BEGINS = { TH: '<< /S /TH /A << /O /Table /Scope /Row >>', TD: '<< /S /TD' };

/**
 * A cell whose lines are all one piece of content. The same as `openCell`, `mark` and `close`, written out
 * because long tables have millions of these.
 */
function drawPlainCell(canvas: Canvas, row: Node, slot: Slot, lines: NonNullable<Cell['plain']>, top: number): void {
  const { doc, objects, sheet } = canvas;
  const id = objects.next();
  const number = sheet.owners.push(id) - 1;
  row.kids += ` ${id} 0 R`;
  let content = `/${slot.type} << /MCID ${number} >> BDC\n`;
  let y = top + baseline(slot.style);
  for (const [before, after] of lines) {
    content += before + pt(y) + after;
    y += slot.style.leading;
  }
  doc.addContent(`${content}EMC`);
  objects.write(id, `${BEGINS[slot.type]} /P ${row.id} 0 R /Pg ${sheet.page} 0 R /K [${number}] >>`);
}
