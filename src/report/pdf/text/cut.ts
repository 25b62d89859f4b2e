import { type Face, textWidth } from './fonts.ts';
import { clusterEnds } from './letters.ts';

/** How a text is set: the size in points. */
export interface Setting {
  readonly face: Face;
  readonly size: number;
}

/** After these a long identifier may go on in the next line. */
const BREAK_AFTER = new Set('/:-_.,;=&?@|(){}[]+*');

/** UTF-16 units that are measured first; more than a table's column holds. */
const WINDOW = 64;

/**
 * Width of a text in points: exact up to `limit`, else any number above it. What is far beyond the
 * limit is not measured, so that a long name costs no more for every line that it takes.
 */
export function widthUpTo(text: string, set: Setting, limit: number): number {
  for (let end = WINDOW; end < text.length; end *= 2) {
    const width = textWidth(set.face, text.slice(0, end), set.size);
    // A prefix can be wider than the whole where its last letter would join the next.
    if (width > limit * 2) return width;
  }
  return textWidth(set.face, text, set.size);
}

/**
 * How many UTF-16 units of a text fit into `room` points, up to a place where an identifier may break;
 * between any two characters, at least one, only if `anywhere`. Zero says that there is no such place.
 */
export function cutAt(text: string, set: Setting, room: number, anywhere: boolean): number {
  const { fitting, first, isEnd } = plainCut(text, set, room) ?? shapedCut(text, set, room);
  for (let at = fitting; at > fitting / 3; at--) if (BREAK_AFTER.has(text.charAt(at - 1)) && isEnd(at)) return at;
  if (!anywhere) return 0;
  return fitting > 0 ? fitting : first;
}

/** UTF-16 units that fit, those of the first character, and where characters end. */
interface Cut {
  readonly fitting: number;
  readonly first: number;
  isEnd(at: number): boolean;
}

/** Plain text is measured once up to where it no longer fits. */
function plainCut(text: string, { face, size }: Setting, room: number): Cut | undefined {
  const limit = (room * 1000) / size;
  let fitting = 0;
  let width = 0;
  let before = '';
  for (const character of text) {
    const glyph = face.plain(character);
    if (glyph === undefined) return undefined;
    width += glyph.width + (before === '' ? 0 : face.kern(before, character));
    if (width > limit) break;
    fitting += character.length;
    before = character;
  }
  return { fitting, first: (text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1, isEnd: () => true };
}

function shapedCut(text: string, set: Setting, room: number): Cut {
  const { all, fitting } = fittingEnds(text, set, room);
  const end = fitting === 0 ? 0 : (all[fitting - 1] ?? 0);
  return { fitting: end, first: all[0] ?? text.length, isEnd: (at) => all.includes(at) };
}

/** Ends of the characters at the start of a text, and how many of them fit. */
function fittingEnds(text: string, set: Setting, room: number): { all: readonly number[]; fitting: number } {
  for (let window = WINDOW; ; window *= 2) {
    const all = clusterEnds(text.slice(0, window));
    // The last one may go on beyond the window.
    if (window < text.length) all.pop();
    const whole = widthTo(text, all.at(-1) ?? 0, set);
    const more = window < text.length;
    if (whole > room && all.length > 0) return { all, fitting: search(text, all, set, { room, whole }) };
    if (!more) return { all, fitting: all.length };
  }
}

/** The most characters that fit: guesses by proportion, since widths are much alike, and halves by turns. */
function search(text: string, ends: readonly number[], set: Setting, { room, whole }: { room: number; whole: number }) {
  let low = { count: 0, width: 0 };
  let high = { count: ends.length, width: whole };
  for (let guess = true; high.count - low.count > 1; guess = !guess) {
    const share = guess ? (room - low.width) / (high.width - low.width || 1) : 0.5;
    const span = high.count - low.count;
    const count = low.count + Math.min(span - 1, Math.max(1, Math.floor(span * share)));
    const width = widthTo(text, ends[count - 1] ?? 0, set);
    if (width <= room) low = { count, width };
    else high = { count, width };
  }
  return low.count;
}

const widthTo = (text: string, end: number, set: Setting): number => textWidth(set.face, text.slice(0, end), set.size);
