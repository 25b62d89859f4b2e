import type { Color, FaceName, TextStyle } from '../theme.ts';
import { cutAt, widthUpTo } from './cut.ts';
import { type Faces, textWidth } from './fonts.ts';
import type { IconName } from './icons.ts';
import { splitIdeographs } from './letters.ts';
import { printable } from './printable.ts';

/** A stretch of text with its own look. Empty text with an `icon` is a symbol the size of a capital. */
export interface Run {
  readonly text: string;
  readonly face?: FaceName;
  readonly color?: Color;
  readonly icon?: IconName;
  /** Name of a destination in this document that the text leads to. */
  readonly link?: string;
  /** Name of a destination whose page number is written here once it is known. */
  readonly pageOf?: string;
}

export type Inline = string | readonly (string | Run)[];

/** A stretch of one line, `x` points from its start. */
export interface Piece {
  readonly run: Run;
  readonly text: string;
  readonly actual?: string;
  readonly x: number;
  readonly width: number;
}

export interface Line {
  readonly pieces: readonly Piece[];
  readonly width: number;
}

interface Atom {
  readonly kind: 'word' | 'space' | 'newline';
  readonly run: Run;
  readonly text: string;
  readonly actual?: string;
  /** In points; some number beyond the column for a word that is longer than that. */
  readonly width: number;
  /** A line may end before it, although no space stands there. */
  readonly loose?: boolean;
}

/** Fixed-pitch letters look larger than others of the same size, so they are set smaller beside them. */
const MONO_SCALE = 0.91;

/** The size that a stretch of text is set in, in points. */
export function runSize(run: Run, style: TextStyle): number {
  return run.face === 'mono' && style.face !== 'mono' ? style.size * MONO_SCALE : style.size;
}

const ASCII = /^[ -~]*$/;

/** Width kept free for a page number that is written later, as a share of the size. */
const PAGE_NUMBER_WIDTH = 2.4;
/**
 * Breaks text into lines no wider than `width` points, unless a single character is wider. Long
 * identifiers break after `:`, `/`, `-`, ideographs anywhere; a character stays with its marks; nothing is cut.
 */
export function breakLines(faces: Faces, inline: Inline, style: TextStyle, width: number): Line[] {
  const builder = lineBuilder(width);
  for (const group of words(atomsOf(faces, inline, style, width))) {
    const first = group[0];
    if (first === undefined) continue;
    if (first.kind === 'newline') builder.newline();
    else if (first.kind === 'space') builder.space(first);
    else placeWord(builder, group, faces, style, width);
  }
  return builder.end();
}

function placeWord(builder: LineBuilder, group: readonly Atom[], faces: Faces, style: TextStyle, width: number): void {
  const total = group.reduce((sum, atom) => sum + atom.width, 0);
  if (total <= builder.room()) {
    for (const atom of group) builder.add(atom);
    return;
  }
  if (!builder.isEmpty() && (total <= width || builder.room() < width * 0.35)) builder.wrap();
  for (const atom of group) placeAtom(builder, atom, { faces, style, width });
}

interface Setting {
  readonly faces: Faces;
  readonly style: TextStyle;
  /** Of the column, in points. */
  readonly width: number;
}

function placeAtom(builder: LineBuilder, atom: Atom, { faces, style, width }: Setting): void {
  let rest = atom;
  while (rest.width > builder.room()) {
    const set = { face: faces[rest.run.face ?? style.face], size: runSize(rest.run, style) };
    const cut = rest.actual === undefined ? cutAt(rest.text, set, builder.room(), builder.isEmpty()) : 0;
    if (cut === 0 && builder.isEmpty()) break;
    if (cut > 0) {
      const head = rest.text.slice(0, cut);
      builder.add({ ...rest, text: head, width: textWidth(set.face, head, set.size) });
      const tail = rest.text.slice(cut);
      if (tail === '') return;
      rest = { ...rest, text: tail, width: widthUpTo(tail, set, width) };
    }
    builder.wrap();
  }
  builder.add(rest);
}

function atomsOf(faces: Faces, inline: Inline, style: TextStyle, width: number): Atom[] {
  const parts = typeof inline === 'string' ? [inline] : inline;
  return parts.flatMap((part) => {
    const run: Run = typeof part === 'string' ? { text: part } : part;
    return [...boxAtoms(run, style), ...textAtoms(run, { faces, style, width })];
  });
}

/** Symbols and page numbers take up space, but are no text yet. */
function boxAtoms(run: Run, style: TextStyle): Atom[] {
  if (run.icon !== undefined) return [{ kind: 'word', run, text: '', width: style.size * 1.05 }];
  if (run.pageOf !== undefined) return [{ kind: 'word', run, text: '', width: style.size * PAGE_NUMBER_WIDTH }];
  return [];
}

function textAtoms(run: Run, { faces, style, width }: Setting): Atom[] {
  const set = { face: faces[run.face ?? style.face], size: runSize(run, style) };
  return printable(run.text, set.face).flatMap(({ text, actual }) =>
    (text.match(/\n| +|[^ \n]+/g) ?? []).flatMap((token): Atom | Atom[] => {
      const kind = kindOf(token);
      if (kind === 'newline') return { kind, run, text: token, width: 0 };
      if (actual !== undefined) return { kind, run, text: token, actual, width: textWidth(set.face, token, set.size) };
      if (ASCII.test(token)) return { kind, run, text: token, width: widthUpTo(token, set, width) };
      return splitIdeographs(token).map((part, index) => ({
        kind,
        run,
        text: part,
        width: widthUpTo(part, set, width),
        loose: index > 0,
      }));
    }),
  );
}

function kindOf(token: string): Atom['kind'] {
  if (token === '\n') return 'newline';
  return token.startsWith(' ') ? 'space' : 'word';
}

/** Groups atoms that no space stands between; escaped characters and ideographs may part from their neighbours. */
function* words(atoms: readonly Atom[]): Generator<Atom[]> {
  let group: Atom[] = [];
  for (const atom of atoms) {
    const tight = atom.actual === undefined && atom.loose !== true;
    const glued = atom.kind === 'word' && group[0]?.kind === 'word' && tight;
    if (!glued && group.length > 0) {
      yield group;
      group = [];
    }
    group.push(atom);
  }
  if (group.length > 0) yield group;
}

interface LineBuilder {
  room(): number;
  isEmpty(): boolean;
  add(atom: Atom): void;
  space(atom: Atom): void;
  /** Goes on in a new line because the text does not fit. */
  wrap(): void;
  /** Goes on in a new line because the text says so. */
  newline(): void;
  end(): Line[];
}

function lineBuilder(width: number): LineBuilder {
  const lines: Line[] = [];
  let pieces: Piece[] = [];
  let x = 0;
  let gap: Atom | undefined;
  let hard = true;
  const place = (atom: Atom): void => {
    const last = pieces.at(-1);
    const joins = last !== undefined && last.run === atom.run && last.actual === undefined && atom.actual === undefined;
    if (joins && atom.text !== '' && last.text !== '') {
      pieces[pieces.length - 1] = { ...last, text: last.text + atom.text, width: x + atom.width - last.x };
    } else {
      const actual = atom.actual === undefined ? {} : { actual: atom.actual };
      pieces.push({ run: atom.run, text: atom.text, x, width: atom.width, ...actual });
    }
    x += atom.width;
  };
  const close = (): void => {
    lines.push({ pieces, width: x });
    pieces = [];
    x = 0;
    gap = undefined;
  };
  return {
    room: () => width + 0.01 - x - (gap?.width ?? 0),
    isEmpty: () => pieces.length === 0,
    add: (atom) => {
      // Spaces at the start of a wrapped line are dropped, those of a line of the source are its indentation.
      if (gap !== undefined && (pieces.length > 0 || hard)) place(gap);
      gap = undefined;
      place(atom);
    },
    space: (atom) => {
      gap = atom;
    },
    wrap: () => {
      hard = false;
      close();
    },
    newline: () => {
      hard = true;
      close();
    },
    end: () => {
      if (pieces.length > 0 || lines.length === 0) close();
      return lines;
    },
  };
}
