import type { Face } from './face.ts';
import { CELL, codePointText, IDEOGRAPHIC, INVISIBLE, MARK } from './letters.ts';
import { faceFor } from './shaping.ts';

/** A stretch of text as it is drawn; `actual` is what it stands for where the two differ. */
export interface Segment {
  readonly text: string;
  readonly actual?: string;
}

const ASCII = /^[\n -~]+$/;

/** Marks on one character beyond this would be drawn over the lines above and below. */
const MAX_MARKS = 5;

/**
 * Splits a text into stretches that the face and its fallbacks can show. A character that no font has a
 * glyph for, or that would be invisible, reorder its surroundings or be drawn over them, is written as
 * `\u{…}`: a report must never look different from what it says. Newlines stay; tabs become spaces.
 */
export function printable(text: string, face: Face): Segment[] {
  if (ASCII.test(text)) return [{ text }];
  const normal = text.normalize('NFC').replace(/\r\n?/g, '\n').replaceAll('\t', '  ');
  const segments: Segment[] = [];
  let plain = '';
  for (const match of normal.matchAll(CELL)) {
    const [cell] = match;
    const kept = shownPart(cell, normal, match.index, face);
    plain += cell.slice(0, kept);
    if (kept === cell.length) continue;
    if (plain !== '') segments.push({ text: plain });
    plain = '';
    for (const character of cell.slice(kept)) segments.push(escaped(character));
  }
  if (plain !== '') segments.push({ text: plain });
  return segments;
}

/** How many UTF-16 units of a character with its marks can be shown. */
function shownPart(cell: string, text: string, index: number, face: Face): number {
  const base = String.fromCodePoint(cell.codePointAt(0) ?? 0);
  if (!isShown(base, text, index, face)) return 0;
  if (cell.length === base.length || base === ' ' || base === '\n') return base.length;
  let kept = base;
  for (const mark of [...cell.slice(base.length, base.length + MAX_MARKS * 2)].slice(0, MAX_MARKS)) {
    if (INVISIBLE.test(mark) || faceFor(face, kept + mark) === undefined) break;
    kept += mark;
  }
  return kept.length;
}

function isShown(base: string, text: string, index: number, face: Face): boolean {
  if ((base >= ' ' && base <= '~') || base === '\n' || face.plain(base) !== undefined) return true;
  if (base === '\u3000') return isSeenSpace(text, index) && faceFor(face, base) !== undefined;
  // A mark that follows nothing would be drawn over what stands before the text.
  return !INVISIBLE.test(base) && !MARK.test(base) && faceFor(face, base) !== undefined;
}

function isSeenSpace(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - 1), index);
  return IDEOGRAPHIC.test(before) && IDEOGRAPHIC.test(text.charAt(index + 1));
}

function escaped(character: string): Segment {
  const text = codePointText(character);
  return INVISIBLE.test(character) ? { text } : { text, actual: character };
}
