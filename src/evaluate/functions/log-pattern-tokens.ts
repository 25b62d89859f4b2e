/**
 * One token: a sign, a quoted text, a regular expression between percent signs, or a word. Sticky
 * and without a repetition inside a repetition, so that reading is linear.
 */
const TOKEN = /\s*(\|\||&&|!=|<=|>=|[(){}=<>]|"(?:[^"\\]|\\.)*"|%[^%]*%|[^\s(){}&|=!<>"%]+)\s*/gsy;

/** The tokens of a filter pattern, or undefined where something in it is no token. */
export function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    tokens.push(match[1] ?? '');
    end = match.index + match[0].length;
  }
  return end === text.length ? tokens : undefined;
}
