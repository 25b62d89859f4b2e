import { type Canvas, ensure, type Node, newPage, room } from './canvas.ts';
import { breakLines, type Inline, type Line } from './inline.ts';
import { rule } from './shapes.ts';
import { artifact, close, open } from './tags.ts';
import { baseline, drawLines, drawText, paragraph } from './text.ts';
import { COLORS, STYLES, type TextStyle } from './theme.ts';

/** A column: `width` in points, or a share of what is left. */
interface Column {
  readonly head: string;
  readonly width?: number;
  readonly share?: number;
  readonly align?: 'left' | 'right';
  readonly style?: TextStyle;
  /** The cell names its row; exactly one column of a table should. */
  readonly names?: boolean;
}

export interface TableOptions {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Inline[])[];
  /** A sentence below the table: what it leaves out and where that stands. */
  readonly more?: string | undefined;
  readonly after?: number;
}

interface Slot {
  readonly column: Column;
  readonly x: number;
  readonly width: number;
}

interface CellLines {
  readonly slot: Slot;
  readonly node: Node;
  readonly lines: readonly Line[];
  readonly style: TextStyle;
}

const GAP = 10;
const PAD = 3.5;

/**
 * Writes a table row by row, its head again on every page. A row stays on one page unless it is
 * higher than a page. Written on pdfkit's pages directly, because `doc.table` is too slow for
 * thousands of rows.
 */
export function table(canvas: Canvas, options: TableOptions): void {
  const slots = layout(options.columns, canvas.frame.left, canvas.frame.width);
  const node = open(canvas, 'Table');
  const heads = slots.map((slot) => breakLines(canvas.faces, slot.column.head, STYLES.label, slot.width));
  const headHeight = heightOf(heads.map((lines) => ({ lines, style: STYLES.label }))) + 2;
  let first = true;
  for (const row of options.rows) {
    if (row.length !== slots.length) throw new RangeError(`expected ${slots.length} cells in a row, got ${row.length}`);
    const cells = slots.map((slot, index) => ({
      slot,
      style: slot.column.style ?? STYLES.small,
      lines: breakLines(canvas.faces, row[index] ?? '', slot.column.style ?? STYLES.small, slot.width),
    }));
    const height = heightOf(cells);
    const whole = Math.min(height, canvas.frame.bottom - canvas.frame.top - headHeight);
    const breaks = first || room(canvas) < whole;
    if (first) ensure(canvas, headHeight + whole);
    else if (breaks) newPage(canvas);
    if (breaks) drawHead(canvas, node, { slots, heads, height: headHeight, repeated: !first });
    first = false;
    drawRow(canvas, node, cells, () => drawHead(canvas, node, { slots, heads, height: headHeight, repeated: true }));
  }
  close(node);
  if (options.more !== undefined) {
    canvas.y += 3;
    paragraph(canvas, options.more, { style: STYLES.note, after: 0 });
  }
  canvas.y += options.after ?? 12;
}

/** Height of a table's head and first row: what a heading above it has to keep free. */
export function tableTop(canvas: Canvas, options: TableOptions): number {
  const slots = layout(options.columns, canvas.frame.left, canvas.frame.width);
  const [row] = options.rows;
  const height = (texts: readonly Inline[], styleOf: (slot: Slot) => TextStyle): number =>
    heightOf(
      slots.map((slot, index) => {
        const style = styleOf(slot);
        return { style, lines: breakLines(canvas.faces, texts[index] ?? '', style, slot.width) };
      }),
    );
  const head =
    height(
      options.columns.map((it) => it.head),
      () => STYLES.label,
    ) + 2;
  return head + height(row ?? [], (slot) => slot.column.style ?? STYLES.small);
}

function layout(columns: readonly Column[], left: number, width: number): Slot[] {
  const fixed = columns.reduce((sum, column) => sum + (column.width ?? 0), 0) + GAP * (columns.length - 1);
  const shares = columns.reduce((sum, column) => sum + (column.share ?? 0), 0);
  let x = left;
  return columns.map((column) => {
    const own = column.width ?? ((width - fixed) * (column.share ?? 0)) / shares;
    const slot = { column, x, width: own };
    x += own + GAP;
    return slot;
  });
}

function heightOf(cells: readonly { lines: readonly Line[]; style: TextStyle }[]): number {
  return Math.max(...cells.map((cell) => cell.lines.length * cell.style.leading)) + PAD * 2;
}

interface Head {
  readonly slots: readonly Slot[];
  readonly heads: readonly Line[][];
  readonly height: number;
  readonly repeated: boolean;
}

function drawHead(canvas: Canvas, node: Node, head: Head): void {
  const depth = Math.max(...head.heads.map((lines) => lines.length));
  const draw = (parent: Node | null): void =>
    head.slots.forEach((slot, index) => {
      const lines = head.heads[index] ?? [];
      const top = canvas.y + PAD + (depth - lines.length) * STYLES.label.leading;
      const place = { x: slot.x, top, style: STYLES.label, width: slot.width, align: slot.column.align ?? 'left' };
      if (parent === null) drawPlain(canvas, lines, place);
      else {
        const cell = open(canvas, 'TH', { scope: 'Column' }, parent);
        drawLines(canvas, cell, lines, place);
        close(cell);
      }
    });
  if (head.repeated) artifact(canvas, () => draw(null), 'Pagination');
  else {
    const row = open(canvas, 'TR', {}, node);
    draw(row);
    close(row);
  }
  canvas.y += head.height;
  line(canvas, 0.8, COLORS.rule);
}

/** Heads that are repeated on a further page are read once only, so they carry no structure there. */
function drawPlain(
  canvas: Canvas,
  lines: readonly Line[],
  place: { x: number; top: number; style: TextStyle; width: number; align: 'left' | 'right' },
): void {
  lines.forEach((it, index) => {
    const x = place.x + (place.align === 'right' ? place.width - it.width : 0);
    const y = place.top + index * place.style.leading + baseline(place.style);
    for (const piece of it.pieces) drawText(canvas, piece.text, { x: x + piece.x, y }, place.style);
  });
}

function drawRow(canvas: Canvas, node: Node, cells: readonly Omit<CellLines, 'node'>[], onNewPage: () => void): void {
  const row = open(canvas, 'TR', {}, node);
  let rest: CellLines[] = cells.map((cell) => {
    const type = cell.slot.column.names ? 'TH' : 'TD';
    return { ...cell, node: open(canvas, type, type === 'TH' ? { scope: 'Row' } : {}, row) };
  });
  for (;;) {
    const space = room(canvas) - PAD * 2;
    const parts = rest.map((cell) => Math.max(1, Math.floor(space / cell.style.leading + 0.001)));
    for (const [index, cell] of rest.entries()) {
      const { slot, style } = cell;
      const place = { x: slot.x, top: canvas.y + PAD, style, width: slot.width, align: slot.column.align ?? 'left' };
      drawLines(canvas, cell.node, cell.lines.slice(0, parts[index]), place);
    }
    canvas.y += heightOf(rest.map((cell, index) => ({ ...cell, lines: cell.lines.slice(0, parts[index]) })));
    rest = rest.map((cell, index) => ({ ...cell, lines: cell.lines.slice(parts[index]) }));
    if (rest.every((cell) => cell.lines.length === 0)) break;
    newPage(canvas);
    onNewPage();
  }
  for (const cell of rest) close(cell.node);
  close(row);
  line(canvas, 0.5, COLORS.hairline);
}

function line(canvas: Canvas, weight: number, color: (typeof COLORS)['rule' | 'hairline']): void {
  artifact(canvas, () => rule(canvas, { x: canvas.frame.left, y: canvas.y, width: canvas.frame.width }, weight, color));
}
