import { isolates, visualRuns } from './bidi.ts';
import type { Face, Shaped } from './face.ts';
import { CELL, codePointText, splitIdeographs, UNSHAPED } from './letters.ts';

/** Glyphs of one face; without `shaped`, plain text of the face. */
export interface Part {
  readonly face: Face;
  readonly text: string;
  readonly shaped?: Shaped;
}

/** A part of one line, its glyphs from left to right. */
export interface Stretch {
  /** In logical order. */
  readonly text: string;
  readonly parts: readonly Part[];
  /** Letters from right to left. Readers turn them around themselves, as PDF has it: each glyph tells its own text. */
  readonly rightToLeft: boolean;
  /** The glyphs alone do not give the text back, so it has to be written beside them. */
  readonly needsText: boolean;
}

/** Plain characters, or characters that may need another face; a character is never parted from its marks. */
const RUN = /(?:[\n -~](?!\p{M}))+|(?:[ -~]\p{M}+|[^\n -~])+/gu;

/** The first of a face and its fallbacks that has every character of a text. */
export function faceFor(face: Face, text: string): Face | undefined {
  for (const character of text) if (!face.supports(character)) return face.fallbacks.find(text);
  return face;
}

/**
 * Sets one line: which face shows what, letters joined and marks placed, right-to-left words turned
 * around, each stretch of them by itself. The text has gone through `printable`.
 */
export function layout(face: Face, line: string): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { text, rightToLeft } of isolates(line)) {
    if (rightToLeft) stretches.push(isolate(face, text));
    else for (const [run] of text.matchAll(RUN)) join(stretches, partsOf(face, run, false));
  }
  return stretches;
}

function isolate(face: Face, text: string): Stretch {
  const parts = visualRuns(text).flatMap((run) => {
    const words = run.text.match(/ +|[^ ]+/g) ?? [];
    const set = words.flatMap((word) => partsOf(face, word, run.rightToLeft));
    return run.rightToLeft ? set.reverse() : set;
  });
  return { text, parts, rightToLeft: true, needsText: false };
}

/**
 * The parts in logical order: one if one face has all of the text, or as few as can be. Ideographs
 * choose their faces one by one, because a line may break or go on at each.
 */
function partsOf(face: Face, run: string, rightToLeft: boolean): Part[] {
  if (isPlain(face, run)) return [{ face, text: run }];
  const pieces: { face: Face; text: string }[] = [];
  for (const word of splitIdeographs(run)) {
    const whole = faceFor(face, word);
    const cells = whole === undefined ? (word.match(CELL) ?? []) : [word];
    for (const cell of cells) {
      const own = whole ?? faceFor(face, cell);
      add(pieces, own ?? face, own === undefined ? Array.from(cell, codePointText).join('') : cell);
    }
  }
  return pieces.map((it) => (isPlain(face, it.text) ? { ...it, face } : setIn(it.face, it.text, rightToLeft)));
}

function add(pieces: { face: Face; text: string }[], face: Face, text: string): void {
  const last = pieces.at(-1);
  if (last?.face === face) last.text += text;
  else pieces.push({ face, text });
}

function setIn(face: Face, text: string, rightToLeft: boolean): Part {
  const shaped = !rightToLeft && UNSHAPED.test(text) ? face.place(text) : face.shape(text, rightToLeft);
  return { face, text, shaped };
}

function isPlain(face: Face, text: string): boolean {
  for (const character of text) if (face.plain(character) === undefined) return false;
  return true;
}

/** Adds parts; plain text goes on in the stretch before it, so that it is kerned and drawn as one. */
function join(stretches: Stretch[], parts: readonly Part[]): void {
  for (const part of parts) {
    const last = stretches.at(-1);
    const [before] = last?.parts ?? [];
    if (last?.parts.length === 1 && !last.rightToLeft && before?.shaped === undefined && part.shaped === undefined) {
      const text = last.text + part.text;
      stretches[stretches.length - 1] = { ...last, text, parts: [{ face: part.face, text }] };
    } else {
      stretches.push({ text: part.text, parts: [part], rightToLeft: false, needsText: part.shaped?.exact === false });
    }
  }
}
