import { plural } from '../../numbers.ts';
import { type Canvas, ensure, type Node, newPage, room } from '../file/canvas.ts';
import { firstOf, rowsOf } from '../file/peek.ts';
import { artifact, close, open } from '../file/tags.ts';
import { pt, rule } from '../shapes.ts';
import { breakLines, type Inline, type Line } from '../text/inline.ts';
import { baseline, drawLines, drawText, paragraph } from '../text/text.ts';
import { COLORS, STYLES, type TextStyle } from '../theme.ts';
import { type Cell, cellOf, drawCells, openCell, type Slot } from './cells.ts';

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
  /** Gone through once, a row at a time, so that they may be made while the table is written. */
  readonly rows: Iterable<readonly Inline[]>;
  /** A sentence below the table: what it leaves out and where that stands. */
  readonly more?: string | undefined;
  /** The file that has all rows, for a table that has more than a PDF may hold. */
  readonly all?: string | undefined;
  readonly after?: number;
}

const GAP = 10;
const PAD = 3.5;
/** The share of the objects of a file that the rows of its tables may use up; the rest is for all else. */
const SHARE_OF_ROWS = 7 / 8;

/** A table being written. */
interface Writing {
  readonly canvas: Canvas;
  readonly node: Node;
  readonly slots: readonly Slot[];
  readonly head: Head;
  /** The body of this page; none before the first row. */
  body: Node | undefined;
  /** Where on this page a line goes below a row. */
  rules: number[];
}

/**
 * Writes a table row by row, its head again on every page. A row stays on one page unless it is
 * higher than a page. Written on pdfkit's pages directly, because `doc.table` is too slow for
 * thousands of rows.
 */
export function table(canvas: Canvas, options: TableOptions): void {
  const steps = tableSteps(canvas, options);
  while (steps.next().done !== true);
}

/** The same in steps of a page, for tables so long that their pages should be handed on as they are written. */
export function* tableSteps(canvas: Canvas, options: TableOptions): Generator<void> {
  const slots = layout(options.columns, canvas.frame.left, canvas.frame.width);
  const head = headOf(canvas, slots, options.columns);
  const writing: Writing = { canvas, node: open(canvas, 'Table'), slots, head, body: undefined, rules: [] };
  const most = canvas.objectLimit * SHARE_OF_ROWS;
  let left = 0;
  for (const row of rowsOf(options.rows)) {
    if (left > 0 || canvas.objects.count() > most) left += 1;
    else {
      const page = canvas.labels.length;
      writeRow(writing, row);
      if (canvas.labels.length > page) yield;
    }
  }
  endPart(writing);
  close(writing.node);
  const notes = [left > 0 ? leftOut(left, options.all) : undefined, options.more];
  for (const note of notes) {
    if (note === undefined) continue;
    canvas.y += 3;
    paragraph(canvas, note, { style: STYLES.note, after: 0 });
  }
  canvas.y += options.after ?? 12;
}

function leftOut(rows: number, file: string | undefined): string {
  const where = file === undefined ? '' : ` ${file} has all of them.`;
  return `${plural(rows, 'further row')} ${rows === 1 ? 'is' : 'are'} left out: a PDF/A file cannot hold more.${where}`;
}

/** Height of a table's head and first row: what a heading above it has to keep free. */
export function tableTop(canvas: Canvas, options: TableOptions): number {
  const slots = layout(options.columns, canvas.frame.left, canvas.frame.width);
  const row = firstOf(options.rows) ?? [];
  const cells = slots.map((slot, index) => cellOf(canvas, slot, row[index] ?? ''));
  return headOf(canvas, slots, options.columns).height + heightOf(slots, cells);
}

function layout(columns: readonly Column[], left: number, width: number): Slot[] {
  const fixed = columns.reduce((sum, column) => sum + (column.width ?? 0), 0) + GAP * (columns.length - 1);
  const shares = columns.reduce((sum, column) => sum + (column.share ?? 0), 0);
  let x = left;
  return columns.map(({ align = 'left', names, style = STYLES.small, ...column }) => {
    const own = column.width ?? ((width - fixed) * (column.share ?? 0)) / shares;
    const slot: Slot = { x, width: own, align, style, type: names ? 'TH' : 'TD', seen: new Map() };
    x += own + GAP;
    return slot;
  });
}

function heightOf(slots: readonly Slot[], cells: readonly Pick<Cell, 'lines'>[]): number {
  let height = 0;
  for (const [index, cell] of cells.entries()) {
    height = Math.max(height, cell.lines.length * (slots[index]?.style.leading ?? 0));
  }
  return height + PAD * 2;
}

interface Head {
  readonly cells: readonly Line[][];
  readonly depth: number;
  readonly height: number;
}

function headOf(canvas: Canvas, slots: readonly Slot[], columns: readonly Column[]): Head {
  const cells = slots.map((slot, at) => breakLines(canvas.faces, columns[at]?.head ?? '', STYLES.label, slot.width));
  const depth = Math.max(...cells.map((lines) => lines.length));
  return { cells, depth, height: depth * STYLES.label.leading + PAD * 2 + 2 };
}

function writeRow(writing: Writing, row: readonly Inline[]): void {
  const { canvas, slots, head } = writing;
  if (row.length !== slots.length) throw new RangeError(`expected ${slots.length} cells in a row, got ${row.length}`);
  const cells = slots.map((slot, index) => cellOf(canvas, slot, row[index] ?? ''));
  const height = heightOf(slots, cells);
  const whole = Math.min(height, canvas.frame.bottom - canvas.frame.top - head.height);
  if (writing.body === undefined) {
    ensure(canvas, head.height + whole);
    drawHead(writing, false);
    writing.body = open(canvas, 'TBody', {}, writing.node);
  } else if (room(canvas) < whole) {
    endPart(writing);
    nextPage(writing);
    writing.body = open(canvas, 'TBody', {}, writing.node);
  }
  const node = open(canvas, 'TR', {}, writing.body);
  if (height <= room(canvas)) {
    drawCells(canvas, node, slots, cells, canvas.y + PAD);
    canvas.y += height;
  } else drawOverPages(writing, node, cells);
  close(node);
  writing.rules.push(canvas.y);
}

function nextPage(writing: Writing): void {
  drawRules(writing);
  newPage(writing.canvas);
  drawHead(writing, true);
}

/** Each page has a body of its own, so that what a page holds can be written out when it is full. */
function endPart(writing: Writing): void {
  if (writing.body !== undefined) close(writing.body);
  drawRules(writing);
}

/** One path for all lines of a page. */
function drawRules(writing: Writing): void {
  const { canvas, rules } = writing;
  writing.rules = [];
  if (rules.length === 0) return;
  const { left, width } = canvas.frame;
  const lines = rules.map((y) => `${pt(left)} ${pt(y)} m ${pt(left + width)} ${pt(y)} l`);
  artifact(canvas, () => canvas.doc.addContent(`${COLORS.hairline.join(' ')} RG 0.5 w ${lines.join(' ')} S`));
}

function drawHead({ canvas, node, slots, head }: Writing, repeated: boolean): void {
  // Heads that are repeated on a further page are read once only, so they carry no structure there.
  if (repeated)
    artifact(
      canvas,
      () => eachHead(canvas, slots, head, (lines, place) => drawPlain(canvas, lines, place)),
      'Pagination',
    );
  else {
    const group = open(canvas, 'THead', {}, node);
    const row = open(canvas, 'TR', {}, group);
    eachHead(canvas, slots, head, (lines, place) => {
      const cell = open(canvas, 'TH', { scope: 'Column' }, row);
      drawLines(canvas, cell, lines, place);
      close(cell);
    });
    close(row);
    close(group);
  }
  canvas.y += head.height;
  const { left, width } = canvas.frame;
  artifact(canvas, () => rule(canvas, { x: left, y: canvas.y, width }, 0.8, COLORS.rule));
}

interface Place {
  readonly x: number;
  readonly top: number;
  readonly style: TextStyle;
  readonly width: number;
  readonly align: 'left' | 'right';
}

function eachHead(
  canvas: Canvas,
  slots: readonly Slot[],
  head: Head,
  draw: (lines: readonly Line[], place: Place) => void,
): void {
  for (const [index, { x, width, align }] of slots.entries()) {
    const lines = head.cells[index] ?? [];
    const top = canvas.y + PAD + (head.depth - lines.length) * STYLES.label.leading;
    draw(lines, { x, top, style: STYLES.label, width, align });
  }
}

function drawPlain(canvas: Canvas, lines: readonly Line[], place: Place): void {
  lines.forEach((it, index) => {
    const x = place.x + (place.align === 'right' ? place.width - it.width : 0);
    const y = place.top + index * place.style.leading + baseline(place.style);
    for (const piece of it.pieces) drawText(canvas, piece.text, { x: x + piece.x, y }, place.style);
  });
}

/** A row that is higher than a page goes on, line by line of each cell, on as many as it needs. */
function drawOverPages(writing: Writing, row: Node, cells: readonly Cell[]): void {
  const { canvas, slots } = writing;
  let rest = cells.map((cell, index) => {
    const slot = slots[index] as Slot;
    return { slot, lines: cell.lines, node: openCell(canvas, row, slot) };
  });
  for (;;) {
    const space = room(canvas) - PAD * 2;
    const parts = rest.map(({ slot, lines }) =>
      lines.slice(0, Math.max(1, Math.floor(space / slot.style.leading + 0.001))),
    );
    for (const [index, { slot, node }] of rest.entries()) {
      drawLines(canvas, node, parts[index] ?? [], { ...slot, top: canvas.y + PAD });
    }
    canvas.y += heightOf(
      slots,
      parts.map((lines) => ({ lines })),
    );
    rest = rest.map((cell, index) => ({ ...cell, lines: cell.lines.slice(parts[index]?.length) }));
    if (rest.every((cell) => cell.lines.length === 0)) break;
    nextPage(writing);
  }
  for (const cell of rest) close(cell.node);
}
