/** Characters that end a line or a cell somewhere: controls and the line and paragraph separators. */
const BREAKS = /[\p{Cc}\u2028\u2029]/gu;
/** As above without the line feed. */
const BREAKS_IN_PROSE = /[^\P{Cc}\n]|[\u2028\u2029]/gu;
/** ASCII that starts Markdown, HTML or an OSCAL insert; an underscore only where it can start emphasis. */
const MARKUP = /[\\`*[\]<>&{~^]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/**
 * Text as OSCAL's `StringDatatype` takes it: one line, not empty, without white space around it.
 * Each control character becomes a space; half a surrogate pair becomes U+FFFD.
 */
export function line(text: string): string {
  const clean = text.toWellFormed().replace(BREAKS, ' ').trim();
  return clean === '' ? '(empty)' : clean;
}

/** Plain text as one line of Markdown that shows exactly that text (OSCAL `markup-line`). */
export function markupLine(text: string): string {
  return escapeMarkup(line(text));
}

/** Plain text as Markdown paragraphs that show exactly that text (OSCAL `markup-multiline`). */
export function markup(...paragraphs: readonly string[]): string {
  const clean = paragraphs.map((it) => escapeMarkup(it.toWellFormed().replace(BREAKS_IN_PROSE, ' ').trim()));
  return clean.filter((it) => it !== '').join('\n\n') || '(empty)';
}

/** Text as an indented code block, which nothing within it can end. */
export function codeBlock(text: string): string {
  const lines = text.toWellFormed().replace(BREAKS_IN_PROSE, ' ').split('\n');
  return lines.map((it) => `    ${it}`).join('\n');
}

/** Also what means something only where a line begins: headings, lists, rules. */
function escapeMarkup(text: string): string {
  return text
    .replace(MARKUP, '\\$&')
    .replace(/^ *(?=[#+=-])/gm, '\\')
    .replace(/^ *(\d+)(?=[.)] )/gm, '$1\\');
}
