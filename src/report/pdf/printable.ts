import type { Face } from './fonts.ts';

/** A stretch of text as it is drawn; `actual` is what it stands for where the two differ. */
export interface Segment {
  readonly text: string;
  readonly actual?: string;
}

/** Controls, format and bidirectional marks, line separators, private use, lone surrogates, unassigned. */
const INVISIBLE = /[\p{C}\u2028\u2029]/u;

/**
 * Splits a text into stretches that the face can show. A character that it has no glyph for, or that
 * would be invisible or reorder its surroundings, is written as `\u{…}`: a report must never
 * look different from what it says. Newlines stay; tabs become spaces.
 */
export function printable(text: string, face: Face): Segment[] {
  const segments: Segment[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain !== '') segments.push({ text: plain });
    plain = '';
  };
  for (const character of text.normalize('NFC').replace(/\r\n?/g, '\n').replaceAll('\t', '  ')) {
    if (character === '\n' || isShown(character, face)) plain += character;
    else {
      flush();
      segments.push(escaped(character));
    }
  }
  flush();
  return segments;
}

function isShown(character: string, face: Face): boolean {
  if (character >= ' ' && character <= '~') return true;
  return !INVISIBLE.test(character) && face.supports(character);
}

function escaped(character: string): Segment {
  const text = `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
  return INVISIBLE.test(character) ? { text } : { text, actual: character };
}
