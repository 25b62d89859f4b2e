import bidiFactory from 'bidi-js';

/** A part of a stretch whose characters run in one direction; `text` is in logical order. */
export interface DirectedRun {
  readonly text: string;
  readonly rightToLeft: boolean;
}

/** The blocks that Unicode keeps for right-to-left scripts, without the controls and the byte order mark. */
const RTL = '\\u0590-\\u08FF\\uFB1D-\\uFDFF\\uFE70-\\uFEFC\\u{10800}-\\u{10FFF}\\u{1E800}-\\u{1EFFF}';
const WORD = `[${RTL}][${RTL}\\p{M}]*`;
/** Words that are joined by spaces, a hyphen or a quotation mark, as in Hebrew abbreviations. */
const STRETCH = new RegExp(`${WORD}(?:(?: +|['"’-])${WORD})*`, 'gu');
const ANY = new RegExp(`[${RTL}]`, 'u');

/** True if a text has a character of a right-to-left script. */
export function hasRightToLeft(text: string): boolean {
  return ANY.test(text);
}

/**
 * Splits one line into stretches of right-to-left words and what stands between them. Each stretch is
 * an isolate and all follow each other left to right, as UTS #55 orders the atoms of source code:
 * a name turns nothing around beside it. Latin letters, 0 to 9 and the marks that part an ARN
 * never belong to a stretch.
 */
export function isolates(line: string): { readonly text: string; readonly rightToLeft: boolean }[] {
  const parts: { text: string; rightToLeft: boolean }[] = [];
  let end = 0;
  for (const match of line.matchAll(STRETCH)) {
    if (match.index > end) parts.push({ text: line.slice(end, match.index), rightToLeft: false });
    end = match.index + match[0].length;
    parts.push({ text: match[0], rightToLeft: true });
  }
  if (end < line.length) parts.push({ text: line.slice(end), rightToLeft: false });
  return parts;
}

/** Its typings are those of an ES module, though Node imports CommonJS: the function itself. */
const makeBidi = bidiFactory as unknown as typeof bidiFactory.default;
let bidi: ReturnType<typeof makeBidi> | undefined;

/** The runs of a right-to-left stretch from left to right, as they are seen (UAX #9, rules W1 to L2). */
export function visualRuns(stretch: string): DirectedRun[] {
  bidi ??= makeBidi();
  const embedding = bidi.getEmbeddingLevels(stretch, 'rtl');
  const order = bidi.getReorderedIndices(stretch, embedding);
  const levelOf = (index: number | undefined): number => embedding.levels[index ?? -1] ?? 1;
  const runs: DirectedRun[] = [];
  let start = 0;
  for (let at = 1; at <= order.length; at++) {
    const level = levelOf(order[start]);
    if (at < order.length && levelOf(order[at]) === level) continue;
    const indices = order.slice(start, at);
    const text = stretch.slice(Math.min(...indices), Math.max(...indices) + 1);
    runs.push({ text, rightToLeft: level % 2 === 1 });
    start = at;
  }
  return runs;
}
