import { addDays, daySpan, plural, shortDay } from '../../numbers.ts';
import { type Canvas, ensure } from '../file/canvas.ts';
import { artifact, leaf } from '../file/tags.ts';
import { type Box, boxPath, pt } from '../shapes.ts';
import { textWidth } from '../text/fonts.ts';
import { drawText } from '../text/text.ts';
import { COLORS, type Color, STYLES } from '../theme.ts';

/** What one character of a day strip means and how its cell looks: fill, and a sign that needs no colour. */
export interface DayLook {
  readonly word: string;
  readonly fill: Color | null;
  readonly sign: 'none' | 'cross' | 'slash' | 'dot' | 'frame' | 'foot';
  readonly ink: Color;
}

/** Codes of a source's days (`DAY_CODES` of the report), in the order of the legend. */
export const SOURCE_DAYS: Readonly<Record<string, DayLook>> = {
  c: { word: 'all compliant', fill: COLORS.dayMet, sign: 'none', ink: COLORS.green },
  f: { word: 'failing', fill: COLORS.red, sign: 'cross', ink: COLORS.white },
  i: { word: 'inconclusive', fill: COLORS.dayPartial, sign: 'slash', ink: COLORS.ink },
  0: { word: 'no resources', fill: null, sign: 'dot', ink: COLORS.rule },
  x: { word: 'population unknown', fill: null, sign: 'frame', ink: COLORS.ink },
  '.': { word: 'not observed', fill: null, sign: 'foot', ink: COLORS.rule },
};

/** Codes of the days of all runs together. */
export const RUN_DAYS: Readonly<Record<string, DayLook>> = {
  c: { word: 'a complete run', fill: COLORS.dayMet, sign: 'none', ink: COLORS.green },
  p: { word: 'incomplete runs only', fill: COLORS.dayPartial, sign: 'slash', ink: COLORS.ink },
  '.': { word: 'no run', fill: null, sign: 'foot', ink: COLORS.rule },
};

export interface Strip {
  readonly from: string;
  readonly codes: string;
  readonly looks: Readonly<Record<string, DayLook>>;
}

const MAX_PITCH = 16;
const MIN_PITCH = 5;
const ROW = 24;

/** Draws a period day by day as cells with dates above, a legend of the codes that occur below. */
export function strip(canvas: Canvas, it: Strip): void {
  const pitch = Math.max(MIN_PITCH, Math.min(MAX_PITCH, canvas.frame.width / Math.max(1, it.codes.length)));
  const rows = rowsOf(it, Math.floor(canvas.frame.width / pitch + 0.001));
  const height = rows.length * ROW + 16;
  ensure(canvas, Math.min(height, canvas.frame.bottom - canvas.frame.top));
  const top = canvas.y;
  const { left, width } = canvas.frame;
  artifact(canvas, () => {
    for (const [index, row] of rows.entries()) dates(canvas, row, { x: left, y: top + index * ROW, pitch });
  });
  const bbox = [left, top, left + width, top + rows.length * ROW] as const;
  leaf(
    canvas,
    'Figure',
    () => {
      for (const [index, row] of rows.entries()) {
        cells(canvas, row.codes, it.looks, { x: left, y: top + index * ROW + 10, pitch });
      }
    },
    { alt: describe(it), bbox },
  );
  legend(canvas, it, top + rows.length * ROW + 3);
  canvas.y = top + height + 6;
}

/** Rows of whole months, as many as fit; a period that fits is one row. */
function rowsOf(it: Strip, capacity: number): { from: string; codes: string }[] {
  if (it.codes.length <= capacity) return [{ from: it.from, codes: it.codes }];
  const rows: { from: string; codes: string }[] = [];
  let start = 0;
  while (start < it.codes.length) {
    let end = Math.min(it.codes.length, start + capacity);
    if (end < it.codes.length) end -= Number(addDays(it.from, end).slice(8)) - 1;
    rows.push({ from: addDays(it.from, start), codes: it.codes.slice(start, end) });
    start = end;
  }
  return rows;
}

interface RowPlace {
  readonly x: number;
  readonly y: number;
  readonly pitch: number;
}

/** Dates at the first day, at each first of a month and, where there is space, each Monday. */
function dates(canvas: Canvas, row: { from: string; codes: string }, place: RowPlace): void {
  let free = place.x;
  const start = Date.parse(`${row.from}T00:00:00Z`);
  for (let index = 0; index < row.codes.length; index++) {
    const date = new Date(start + index * 86_400_000);
    const weekly = place.pitch >= 9 && date.getUTCDay() === 1;
    if (index !== 0 && date.getUTCDate() !== 1 && !weekly) continue;
    const x = place.x + index * place.pitch;
    const day = date.toISOString().slice(0, 10);
    const text = index === 0 ? `${shortDay(day)} ${day.slice(0, 4)}` : shortDay(day);
    const width = textWidth(canvas.faces.sans, text, 6.5);
    if (x < free || x + width > canvas.frame.left + canvas.frame.width + 1) continue;
    drawText(canvas, text, { x, y: place.y + 7 }, { ...STYLES.furniture, size: 6.5 });
    free = x + width + 8;
  }
}

function cells(canvas: Canvas, codes: string, looks: Strip['looks'], place: RowPlace): void {
  const size = { width: place.pitch - Math.min(1.5, place.pitch * 0.2), height: 10 };
  for (const [code, look] of Object.entries(looks)) {
    const boxes = [...codes].flatMap((it, index) =>
      it === code ? [{ x: place.x + index * place.pitch, y: place.y, ...size }] : [],
    );
    if (boxes.length > 0) canvas.doc.addContent(paint(boxes, look));
  }
}

/** One path for all cells of a kind: a year of days stays small. */
function paint(boxes: readonly Box[], look: DayLook): string {
  const fill = look.fill === null ? '' : `${look.fill.join(' ')} rg ${boxes.map(boxPath).join(' ')} f`;
  const sign = boxes.map((box) => SIGNS[look.sign](box)).join(' ');
  return sign === '' ? fill : `${fill} ${look.ink.join(' ')} RG ${look.ink.join(' ')} rg 0.7 w ${sign}`;
}

const stroke = (x1: number, y1: number, x2: number, y2: number): string =>
  `${pt(x1)} ${pt(y1)} m ${pt(x2)} ${pt(y2)} l S`;

/** The square in the middle of a cell that its sign is drawn in. */
function core({ x, y, width, height }: Box): [number, number, number, number] {
  const half = Math.min(width, height) / 2 - 1;
  const [cx, cy] = [x + width / 2, y + height / 2];
  return [cx - half, cy - half, cx + half, cy + half];
}

const SIGNS: Readonly<Record<DayLook['sign'], (box: Box) => string>> = {
  none: () => '',
  cross: (box) => {
    const [l, t, r, b] = core(box);
    return `${stroke(l, t, r, b)} ${stroke(l, b, r, t)}`;
  },
  slash: ({ x, y, width, height }) => stroke(x, y + height, x + width, y),
  dot: ({ x, y, width, height }) =>
    `${pt(x + 0.4)} ${pt(y + 0.4)} ${pt(width - 0.8)} ${pt(height - 0.8)} re S ${pt(x + width / 2 - 0.8)} ${pt(y + height / 2 - 0.8)} 1.6 1.6 re f`,
  frame: (box) => {
    const [l, t, r, b] = core(box);
    return `${pt(box.x + 0.4)} ${pt(box.y + 0.4)} ${pt(box.width - 0.8)} ${pt(box.height - 0.8)} re S ${stroke(l, t, r, b)} ${stroke(l, b, r, t)}`;
  },
  foot: ({ x, y, width, height }) => stroke(x, y + height - 0.4, x + width, y + height - 0.4),
};

/** Only the codes that occur, each with its number of days. */
function legend(canvas: Canvas, it: Strip, y: number): void {
  let x = canvas.frame.left;
  for (const [code, look] of Object.entries(it.looks)) {
    const days = [...it.codes].filter((each) => each === code).length;
    if (days === 0) continue;
    const text = `${look.word}: ${plural(days, 'day')}`;
    const at = x;
    artifact(canvas, () => canvas.doc.addContent(paint([{ x: at, y: y + 1, width: 9, height: 8 }], look)));
    leaf(canvas, 'P', () => drawText(canvas, text, { x: at + 13, y: y + 7.6 }, STYLES.furniture));
    x += 13 + textWidth(canvas.faces.sans, text, STYLES.furniture.size) + 16;
  }
}

/** The strip in words, for those who do not see it. */
export function describe(it: Strip): string {
  const runs: string[] = [];
  let start = 0;
  for (let index = 1; index <= it.codes.length; index++) {
    const code = it.codes.charAt(start);
    if (index < it.codes.length && it.codes.charAt(index) === code) continue;
    runs.push(`${daySpan(addDays(it.from, start), addDays(it.from, index - 1))} ${it.looks[code]?.word ?? code}`);
    start = index;
  }
  const shown = runs.slice(0, 40);
  const rest = runs.length - shown.length;
  return `Day by day: ${shown.join('; ')}${rest > 0 ? `; and ${plural(rest, 'further change')}, see report.json` : ''}.`;
}
