import { addDays, longDay, plural } from '../../numbers.ts';
import { type DayLook, describe, RUN_DAYS } from '../elements/strip.ts';
import { type Canvas, ensure } from '../file/canvas.ts';
import { artifact, leaf } from '../file/tags.ts';
import { type Box, boxPath, pt } from '../shapes.ts';
import { textWidth } from '../text/fonts.ts';
import { drawText } from '../text/text.ts';
import { COLORS, STYLES, type TextStyle } from '../theme.ts';

/** A month, or the part of it that lies in the period. */
export interface Month {
  /** First and last day of the part. */
  readonly from: string;
  readonly to: string;
  /** One code for each day from `from` on. */
  readonly codes: string;
  /** Column of `from`, 0 for Monday. */
  readonly column: number;
  /** Rows that the part takes up. */
  readonly weeks: number;
}

/** Splits a period with one code for each day into its months. */
export function monthsOf(from: string, codes: string): Month[] {
  const months: Month[] = [];
  let start = 0;
  while (start < codes.length) {
    const first = addDays(from, start);
    const month = first.slice(0, 7);
    let end = start + 1;
    while (end < codes.length && addDays(from, end).slice(0, 7) === month) end++;
    const column = (new Date(`${first}T00:00:00Z`).getUTCDay() + 6) % 7;
    const weeks = Math.ceil((column + end - start) / 7);
    months.push({ from: first, to: addDays(from, end - 1), codes: codes.slice(start, end), column, weeks });
    start = end;
  }
  return months;
}

const TITLE = 13;
const WEEKDAYS = 10;
const CELL = 14;
const BELOW = 10;
const NUMBER: TextStyle = { ...STYLES.furniture, size: 6.5, color: COLORS.ink };
const NAMES = ['M', 'T', 'W', 'T', 'F', 'S', 'S'];

/**
 * Draws a period as calendars of its months, several beside each other: weeks are rows, Monday is the first
 * day. Each row of months is a figure of its own with its days in words.
 */
export function calendar(canvas: Canvas, it: { readonly from: string; readonly codes: string }): void {
  const months = monthsOf(it.from, it.codes);
  const perRow = months.length <= 3 ? 3 : 4;
  const gap = perRow === 3 ? 26 : 16;
  const width = (canvas.frame.width - gap * (perRow - 1)) / perRow;
  for (let start = 0; start < months.length; start += perRow) {
    const row = months.slice(start, start + perRow);
    const height = TITLE + WEEKDAYS + Math.max(...row.map((month) => month.weeks)) * CELL;
    ensure(canvas, height + (start + perRow >= months.length ? BELOW + 14 : 0));
    figure(canvas, row, { width, gap, height });
    canvas.y += height + BELOW;
  }
  legend(canvas, it.codes);
}

function figure(canvas: Canvas, months: readonly Month[], size: { width: number; gap: number; height: number }): void {
  const { left, width } = canvas.frame;
  const [top, first] = [canvas.y, months[0]];
  const bbox = [left, top, left + width, top + size.height] as const;
  const codes = months.map((month) => month.codes).join('');
  const alt = `Calendar. ${describe({ from: first?.from ?? '', codes, looks: RUN_DAYS })}`;
  const draw = (): void => {
    for (const [index, month] of months.entries()) {
      drawMonth(canvas, month, { x: left + index * (size.width + size.gap), y: top, width: size.width });
    }
  };
  leaf(canvas, 'Figure', draw, { alt, bbox });
}

function drawMonth(canvas: Canvas, month: Month, at: { x: number; y: number; width: number }): void {
  const title = longDay(month.from).replace(/^\d+ /, '');
  drawText(canvas, title, { x: at.x, y: at.y + 8.5 }, { ...STYLES.label, size: 8.25, color: COLORS.ink });
  const pitch = at.width / 7;
  NAMES.forEach((name, column) => {
    const x = at.x + column * pitch + (pitch - textWidth(canvas.faces.sans, name, 6.5)) / 2;
    drawText(canvas, name, { x, y: at.y + TITLE + 7 }, { ...STYLES.furniture, size: 6.5 });
  });
  const top = at.y + TITLE + WEEKDAYS;
  [...month.codes].forEach((code, index) => {
    const place = month.column + index;
    const box = {
      x: at.x + (place % 7) * pitch,
      y: top + Math.floor(place / 7) * CELL,
      width: pitch - 1.5,
      height: CELL - 1.5,
    };
    drawDay(canvas, box, RUN_DAYS[code], String(Number(month.from.slice(8)) + index));
  });
}

function drawDay(canvas: Canvas, box: Box, look: DayLook | undefined, number: string): void {
  if (look !== undefined) canvas.doc.addContent(paint(box, look));
  drawText(canvas, number, { x: box.x + 1.6, y: box.y + 8.6 }, NUMBER);
}

const LINE = 0.8;

/** Fill and sign of a day; the sign stands in the right half, clear of the number. */
function paint(box: Box, look: DayLook): string {
  const background = look.fill === null ? '' : `${look.fill.join(' ')} rg ${boxPath(box)} f `;
  return background + sign(box, look);
}

function sign({ x, y, width, height }: Box, look: DayLook): string {
  const right = x + width - 1.4;
  const left = right - Math.min(6, width - 10.6);
  const [top, bottom] = [y + 3.5, y + height - 3];
  const ink = `${COLORS.ink.join(' ')} RG ${LINE} w`;
  const slash = `${pt(left)} ${pt(bottom)} m ${pt(right)} ${pt(top)} l`;
  if (look.sign === 'slash') return `${ink} ${slash} S`;
  if (look.sign === 'foot') {
    const frame = { x: x + 0.35, y: y + 0.35, width: width - 0.7, height: height - 0.7 };
    return `${COLORS.rule.join(' ')} RG 0.7 w ${boxPath(frame)} S ${ink} ${slash} ${pt(left)} ${pt(top)} m ${pt(right)} ${pt(bottom)} l S`;
  }
  return '';
}

/** All three kinds of day, also those that do not occur: their number is 0 then. */
function legend(canvas: Canvas, codes: string): void {
  let x = canvas.frame.left;
  const y = canvas.y;
  for (const [code, look] of Object.entries(RUN_DAYS)) {
    const days = [...codes].filter((each) => each === code).length;
    const text = `${look.word}: ${plural(days, 'day')}`;
    const at = { x, y, width: 18, height: 11 };
    artifact(canvas, () => canvas.doc.addContent(paint(at, look)));
    const place = { x: x + 23, y: y + 8.4 };
    leaf(canvas, 'P', () => drawText(canvas, text, place, STYLES.furniture));
    x += 23 + textWidth(canvas.faces.sans, text, STYLES.furniture.size) + 18;
  }
  canvas.y = y + 22;
}
