import { artifact } from '../file/tags.ts';
import { rule } from '../shapes.ts';
import { textWidth } from '../text/fonts.ts';
import { drawLate } from '../text/late.ts';
import { printable } from '../text/printable.ts';
import { drawText } from '../text/text.ts';
import { COLORS, STYLES } from '../theme.ts';
import type { Book } from './book.ts';

/** Writes header and footer on the page that has just been filled. The cover has a footer only. */
export function furniture(book: Book): void {
  const { canvas } = book;
  const page = canvas.labels.length;
  artifact(
    canvas,
    () => {
      if (page > 1) header(book, canvas.labels[page - 1] ?? '');
      footer(book, page);
    },
    'Pagination',
  );
}

function header(book: Book, label: string): void {
  const { frame } = book.canvas;
  const { framework, period } = book.report;
  const y = frame.top - 34;
  const dates = `  ·  ${period.from} to ${period.to}`;
  const left = shorten(book, framework.title, frame.width * 0.35) + dates;
  const right = shorten(book, label, frame.width * 0.36);
  put(book, left, y, 'left');
  put(book, right, y, 'right');
  rule(book.canvas, { x: frame.left, y: y + 8, width: frame.width }, 0.5, COLORS.hairline);
}

function footer(book: Book, page: number): void {
  const { frame, labels } = book.canvas;
  const right = frame.left + frame.width;
  const y = frame.bottom + 34;
  rule(book.canvas, { x: frame.left, y: y - 13, width: frame.width }, 0.5, COLORS.hairline);
  put(book, `Ledger root ${book.report.ledger.root.slice(0, 16)}…`, y, 'left');
  drawLate(book.canvas, () => `Page ${page} of ${labels.length}`, { right, y }, STYLES.furniture);
}

function put({ canvas }: Book, text: string, y: number, side: 'left' | 'right'): void {
  const { left, width } = canvas.frame;
  const x = side === 'left' ? left : left + width - textWidth(canvas.faces.sans, text, STYLES.furniture.size);
  drawText(canvas, text, { x, y }, STYLES.furniture);
}

/** Headers are one line: a longer text ends in an ellipsis, because its page says it in full. */
function shorten({ canvas }: Book, text: string, width: number): string {
  const face = canvas.faces.sans;
  const plain = printable(text.replaceAll('\n', ' '), face)
    .map((it) => it.text)
    .join('');
  const size = STYLES.furniture.size;
  if (textWidth(face, plain, size) <= width) return plain;
  const characters = [...plain];
  while (characters.length > 0 && textWidth(face, `${characters.join('')}…`, size) > width) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}
