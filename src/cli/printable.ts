/**
 * What a terminal would obey, hide or reorder by: control characters other than line feed, bidirectional
 * and format marks, ignorable characters, lone surrogates, unassigned and private ones, line separators,
 * and spaces that only look like one.
 */
const UNSEEN = /(?![\n ])[\p{C}\p{Default_Ignorable_Code_Point}\p{Z}\u2800]/gu;
/** More marks on one letter than any language writes: they would be drawn over the lines above. */
const PILED = /(?<=\p{M}{4})\p{M}/gu;
const UNSEEN_IN_JSON = /(?! )[\p{C}\p{Default_Ignorable_Code_Point}\p{Z}\u2800]/gu;

const codePoint = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;

/**
 * Text as a terminal may get it. Names come from AWS and from files: what would steer the terminal or
 * make a text look other than it is stands there as `\u{…}`, as in the PDF. Line feeds stay.
 */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNSEEN, codePoint).replace(PILED, codePoint);
}

/** As `printable`; lines after the first are marked, so that a name with line feeds in it cannot pass for lines of ours. */
export const printableLines = (text: string): string => printable(text).replaceAll('\n', '\n  │ ');

/** JSON that parses to exactly the value, on one line, with everything unseen escaped. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSEEN_IN_JSON, escapedUnits).replace(PILED, escapedUnits);
}

/** One escape for each UTF-16 unit, as JSON has them. */
const escapedUnits = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => `\\u${unit(character.charCodeAt(at))}`).join('');

const unit = (code: number): string => code.toString(16).padStart(4, '0');
