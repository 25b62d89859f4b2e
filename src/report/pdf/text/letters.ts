/**
 * What cannot be seen or would change what stands beside it: controls, bidirectional and other format
 * marks, spaces that are not U+0020, variation selectors, fillers, private use, lone surrogates, unassigned.
 */
export const INVISIBLE = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** A character with the marks that belong to it, or marks that follow nothing. */
export const CELL = /\P{M}\p{M}*|\p{M}+/gu;

export const MARK = /\p{M}/u;

/** Scripts whose letters stand side by side as they are, so that no shaping is needed. */
export const UNSHAPED =
  /^[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Bopo}\p{sc=Zyyy}\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Armn}\p{sc=Geor}\p{Nd}\uAC00-\uD7A3]+$/u;

/** The ideographic space is seen between ideographs only. */
export const IDEOGRAPHIC = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}]/u;

const BREAKING = '\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Bopo}\\p{sc=Yiii}\\u3000-\\u303F\\uFF01-\\uFF60';
const OPENING = '「『（【〔［｛〈《〖〘｟';
const CLOSING =
  'ー々〻ゝゞヽヾ、。，．・：；？！）」』】〕］｝〉》〗〙｠ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ…”’';
const IDEOGRAPH = new RegExp(`[${OPENING}]*[${BREAKING}](?:\\p{M}|[${CLOSING}])*|(?:(?![${BREAKING}])[\\s\\S])+`, 'gu');

/** Splits a word where a line may end inside it: beside ideographs and kana, but not before closing marks (UAX #14). */
export function splitIdeographs(word: string): readonly string[] {
  return word.match(IDEOGRAPH) ?? [word];
}

/** How a report writes a character that it cannot show. */
export function codePointText(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}

let segmenter: Intl.Segmenter | undefined;

/** Ends of what readers see as one character each (UAX #29), in UTF-16 units. */
export function clusterEnds(text: string): number[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), (it) => it.index + it.segment.length);
}
