import { readFileSync } from 'node:fs';
import type { FaceName } from './theme.ts';

/** What this module needs of an embedded font of pdfkit; its typings leave the class out. */
interface EmbeddedFont {
  readonly id: string;
  readonly font: { hasGlyphForCodePoint(codePoint: number): boolean };
  encode(text: string): readonly [readonly string[], readonly { readonly xAdvance: number }[]];
  layoutRun(text: string): { readonly glyphs: readonly unknown[]; readonly advanceWidth: number };
  ref(): unknown;
}

/** One character in the font's own code, with its advance in thousandths of the size. */
interface Glyph {
  readonly code: string;
  readonly width: number;
}

/** One font of one document. Characters are looked up once, which is what keeps long tables fast. */
export interface Face {
  /** Name of the font resource on a page. */
  readonly id: string;
  readonly resource: unknown;
  supports(character: string): boolean;
  glyph(character: string): Glyph;
  /** What to add between two characters, in thousandths of the size. */
  kern(left: string, right: string): number;
}

export type Faces = Readonly<Record<FaceName, Face>>;

const FILES: Readonly<Record<FaceName, string>> = {
  sans: 'IBMPlexSans-Regular.ttf',
  bold: 'IBMPlexSans-SemiBold.ttf',
  mono: 'IBMPlexMono-Regular.ttf',
};

const loaded = new Map<FaceName, Buffer>();

function fontBytes(name: FaceName): Buffer {
  const bytes = loaded.get(name) ?? readFileSync(new URL(`./fonts/${FILES[name]}`, import.meta.url));
  loaded.set(name, bytes);
  return bytes;
}

/** Embeds the three faces of the report in a document; the last one, `sans`, stays its current font. */
export function openFaces(doc: PDFKit.PDFDocument): Faces {
  const open = (name: FaceName): Face => {
    doc.registerFont(name, fontBytes(name));
    doc.font(name);
    return makeFace((doc as unknown as { _font: EmbeddedFont })._font, name !== 'mono');
  };
  const mono = open('mono');
  const bold = open('bold');
  return { mono, bold, sans: open('sans') };
}

function makeFace(font: EmbeddedFont, kerned: boolean): Face {
  const supported = new Map<string, boolean>();
  const glyphs = new Map<string, Glyph>();
  const kerns = new Map<number, number>();
  const supports = (character: string): boolean =>
    remember(supported, character, () => font.font.hasGlyphForCodePoint(codePoint(character)));
  const glyph = (character: string): Glyph =>
    remember(glyphs, character, () => {
      const [codes, positions] = font.encode(character);
      return { code: codes.join(''), width: positions.reduce((sum, it) => sum + it.xAdvance, 0) };
    });
  const kern = (left: string, right: string): number => {
    if (!kerned || left === ' ' || right === ' ') return 0;
    return remember(kerns, codePoint(left) * 0x200000 + codePoint(right), () => {
      const pair = font.layoutRun(left + right);
      // One glyph for two characters is a ligature, which is not drawn: its width says nothing about kerning.
      if (pair.glyphs.length !== 2) return 0;
      return Math.round(pair.advanceWidth - glyph(left).width - glyph(right).width);
    });
  };
  return { id: font.id, resource: font.ref(), supports, glyph, kern };
}

const codePoint = (character: string): number => character.codePointAt(0) ?? 0;

function remember<Key, T>(cache: Map<Key, T>, key: Key, make: () => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}

/** Width of a text in points. */
export function textWidth(face: Face, text: string, size: number): number {
  let width = 0;
  let before = '';
  for (const character of text) {
    width += face.glyph(character).width;
    if (before !== '') width += face.kern(before, character);
    before = character;
  }
  return (width * size) / 1000;
}

/** The operand of the PDF operator TJ for a text: glyph codes with the kerning between them. */
export function showOperand(face: Face, text: string): string {
  const parts: string[] = [];
  let codes = '';
  let before = '';
  for (const character of text) {
    const kern = before === '' ? 0 : face.kern(before, character);
    if (kern !== 0) {
      parts.push(`<${codes}>${-kern}`);
      codes = '';
    }
    codes += face.glyph(character).code;
    before = character;
  }
  return `[${parts.join('')}<${codes}>]`;
}
