import { hasRightToLeft } from './bidi.ts';
import type { Fallbacks } from './fallback.ts';
import { INVISIBLE, MARK } from './letters.ts';

interface FontGlyph {
  readonly id: number;
  readonly codePoints: readonly number[];
  readonly advanceWidth: number;
  /** Read from the header of the glyph, so that its components stay unread. */
  readonly cbox: { readonly width: number; readonly height: number };
}

/** What this module needs of an embedded font of pdfkit; its typings leave the class out. */
export interface EmbeddedFont {
  readonly id: string;
  readonly scale: number;
  readonly font: {
    getGlyph(id: number, codePoints?: readonly number[]): FontGlyph;
    hasGlyphForCodePoint(codePoint: number): boolean;
    glyphForCodePoint(codePoint: number): FontGlyph;
    layout(
      text: string,
      features: undefined,
      script: undefined,
      language: undefined,
      direction: 'ltr' | 'rtl',
    ): {
      readonly glyphs: readonly FontGlyph[];
      readonly positions: readonly { xAdvance: number; xOffset: number; yOffset: number }[];
    };
  };
  readonly subset: { includeGlyph(id: number): number };
  /** By the code in this document: advances, and the code points for ToUnicode. */
  readonly widths: number[];
  readonly unicode: (readonly number[])[];
  encode(text: string): readonly [readonly string[], readonly { readonly xAdvance: number }[]];
  layoutRun(text: string): { readonly glyphs: readonly unknown[]; readonly advanceWidth: number };
  ref(): unknown;
}

/** One character in the font's own code, with its advance in thousandths of the size. */
export interface Glyph {
  readonly code: string;
  readonly width: number;
}

/** A glyph as shaping places it, in thousandths of the size; `width` is what a PDF reader advances by. */
export interface PlacedGlyph extends Glyph {
  readonly advance: number;
  readonly dx: number;
  readonly dy: number;
  /** What it stands for, if its code does not say so. */
  readonly actual?: string;
}

/** Glyphs from left to right. `exact` says that their codes alone give the text back, in its order. */
export interface Shaped {
  readonly glyphs: readonly PlacedGlyph[];
  readonly width: number;
  readonly exact: boolean;
}

/** One font of one document. Characters are looked up once, which is what keeps long tables fast. */
export interface Face {
  /** Name of the font resource on a page. */
  readonly id: string;
  /** The font resource; a face whose resource nobody asks for is not embedded. */
  readonly resource: unknown;
  /** The faces for what this one lacks. */
  readonly fallbacks: Fallbacks;
  /** True if the face draws something for a character. */
  supports(character: string): boolean;
  /** The glyph of a character that stands for itself; undefined if it needs shaping, another face or an escape. */
  plain(character: string): Glyph | undefined;
  /** What to add between two plain characters, in thousandths of the size. */
  kern(left: string, right: string): number;
  /** Sets text that the face supports whole, with ligatures, joined letters and placed marks. */
  shape(text: string, rightToLeft: boolean): Shaped;
  /** Sets text whose letters need no shaping. */
  place(text: string): Shaped;
}

/** Words whose shape is remembered between measuring and drawing. */
const REMEMBERED = 2000;

/** Wraps a font that is open in a document. Kerning of plain text is for proportional faces only. */
export function makeFace(font: EmbeddedFont, fallbacks: Fallbacks, kerned: boolean): Face {
  tellCodePoints(font.font);
  const shapes = new Map<string, Shaped>();
  const supported = new Map<string, boolean>();
  const plains = new Map<string, Glyph | undefined>();
  const kerns = new Map<number, number>();
  const supports = (character: string): boolean =>
    remember(supported, character, () => isVisible(character) && hasInk(font, codePoint(character)));
  const plain = (character: string): Glyph | undefined => {
    const known = plains.get(character);
    if (known !== undefined || plains.has(character)) return known;
    const glyph = isPlain(character) && supports(character) ? ownGlyph(font, character) : undefined;
    plains.set(character, glyph);
    return glyph;
  };
  const kern = (left: string, right: string): number => {
    if (!kerned || left === ' ' || right === ' ') return 0;
    return remember(kerns, codePoint(left) * 0x200000 + codePoint(right), () => {
      const pair = font.layoutRun(left + right);
      // One glyph for two characters is a ligature, which is not drawn: its width says nothing about kerning.
      if (pair.glyphs.length !== 2) return 0;
      return Math.round(pair.advanceWidth - (plain(left)?.width ?? 0) - (plain(right)?.width ?? 0));
    });
  };
  return {
    id: font.id,
    get resource() {
      return font.ref();
    },
    fallbacks,
    supports,
    plain,
    kern,
    shape: (text, rightToLeft) => {
      if (shapes.size >= REMEMBERED) shapes.clear();
      return remember(shapes, `${rightToLeft ? '<' : '>'}${text}`, () => shape(font, text, rightToLeft));
    },
    place: (text) => place(font, text),
  };
}

/**
 * fontkit keeps one object for a glyph, with the characters of its first use. Two letters can share a
 * joined form, and a letter can be part of another: each use has to tell its own characters.
 */
function tellCodePoints(font: EmbeddedFont['font']): void {
  const getGlyph = font.getGlyph.bind(font);
  font.getGlyph = (id, codePoints = []) => {
    const glyph = getGlyph(id, codePoints);
    const same = String(glyph.codePoints) === String(codePoints);
    return same ? glyph : Object.assign(Object.create(glyph), { codePoints });
  };
}

function isVisible(character: string): boolean {
  return character === ' ' || character === '\u3000' || !INVISIBLE.test(character);
}

function isPlain(character: string): boolean {
  if (character >= ' ' && character <= '~') return true;
  return character !== '\u3000' && !MARK.test(character) && !hasRightToLeft(character);
}

/** A blank glyph counts as none, except for spaces that are wide enough to be seen. */
function hasInk(font: EmbeddedFont, code: number): boolean {
  if (!font.font.hasGlyphForCodePoint(code)) return false;
  if (code === 0x20 || code === 0x3000) return true;
  const { cbox } = font.font.glyphForCodePoint(code);
  return cbox.width > 0 || cbox.height > 0;
}

/** The glyph, unless another character had it first, whose ToUnicode entry it would be read by. */
function ownGlyph(font: EmbeddedFont, character: string): Glyph | undefined {
  const { glyphs, width, exact } = place(font, character);
  return exact ? { code: glyphs.map((it) => it.code).join(''), width } : undefined;
}

function place(font: EmbeddedFont, text: string): Shaped {
  return collect(
    font,
    Array.from(text, (character) => ({ glyph: font.font.glyphForCodePoint(codePoint(character)) })),
    text,
  );
}

function shape(font: EmbeddedFont, text: string, rightToLeft: boolean): Shaped {
  try {
    const direction = rightToLeft ? 'rtl' : 'ltr';
    const { glyphs, positions } = font.font.layout(text, undefined, undefined, undefined, direction);
    const placed = glyphs.map((glyph, index) => ({ glyph, position: positions[index] }));
    return collect(font, placed, text);
  } catch {
    // fontkit cannot shape every sequence of letters; side by side they are still all there.
    const shown = rightToLeft ? [...text].reverse().join('') : text;
    return { ...place(font, shown), exact: false };
  }
}

interface Placed {
  readonly glyph: FontGlyph;
  readonly position?: { xAdvance: number; xOffset: number; yOffset: number } | undefined;
}

function collect(font: EmbeddedFont, placed: readonly Placed[], text: string): Shaped {
  let read = '';
  let width = 0;
  const glyphs = placed.map(({ glyph, position }): PlacedGlyph => {
    const id = font.subset.includeGlyph(glyph.id);
    font.widths[id] ??= glyph.advanceWidth * font.scale;
    // PDF/A wants every code mapped; a glyph that shaping added has no character of its own.
    font.unicode[id] ??= glyph.codePoints.length > 0 ? glyph.codePoints : [codePoint(text)];
    const told = String.fromCodePoint(...(font.unicode[id] ?? []));
    const meant = String.fromCodePoint(...glyph.codePoints);
    read += told === meant ? meant : ' ';
    const own = glyph.advanceWidth * font.scale;
    const advance = position === undefined ? own : position.xAdvance * font.scale;
    width += advance;
    const dx = (position?.xOffset ?? 0) * font.scale;
    const dy = (position?.yOffset ?? 0) * font.scale;
    const actual = told === meant ? {} : { actual: meant };
    return { code: id.toString(16).padStart(4, '0'), width: own, advance, dx, dy, ...actual };
  });
  return { glyphs, width, exact: read === text };
}

const codePoint = (character: string): number => character.codePointAt(0) ?? 0;

function remember<Key, T>(cache: Map<Key, T>, key: Key, make: () => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}
