import { fontBytes } from '../font-bytes.ts';
import type { FaceName } from '../theme.ts';
import { type EmbeddedFont, type Face, makeFace, type Shaped } from './face.ts';
import { makeFallbacks } from './fallback.ts';
import { layout, type Part } from './shaping.ts';

export type { Face } from './face.ts';
export type Faces = Readonly<Record<FaceName, Face>>;

const FILES: Readonly<Record<FaceName, string>> = {
  sans: 'IBMPlexSans-Regular',
  bold: 'IBMPlexSans-SemiBold',
  mono: 'IBMPlexMono-Regular',
};

/** Embeds the three faces of the report in a document; the last one, `sans`, stays its current font. */
export function openFaces(doc: PDFKit.PDFDocument): Faces {
  const fallbacks = makeFallbacks(doc, () => doc.font('sans'));
  const open = (name: FaceName): Face => {
    doc.registerFont(name, fontBytes(FILES[name]));
    doc.font(name);
    return makeFace((doc as unknown as { _font: EmbeddedFont })._font, fallbacks, name !== 'mono');
  };
  const mono = open('mono');
  const bold = open('bold');
  return { mono, bold, sans: open('sans') };
}

/** Width of a text in points. */
export function textWidth(face: Face, text: string, size: number): number {
  const plain = plainWidth(face, text);
  const width = plain ?? sum(layout(face, text).flatMap((it) => it.parts.map(partWidth)));
  return (width * size) / 1000;
}

/** Width of a part of a stretch in thousandths of the size. */
export function partWidth(part: Part): number {
  return part.shaped?.width ?? plainWidth(part.face, part.text) ?? 0;
}

/** Width of plain text in thousandths of the size; undefined if some of it is not plain. */
function plainWidth(face: Face, text: string): number | undefined {
  let width = 0;
  let before = '';
  for (const character of text) {
    const glyph = face.plain(character);
    if (glyph === undefined) return undefined;
    width += glyph.width;
    if (before !== '') width += face.kern(before, character);
    before = character;
  }
  return width;
}

/** A text as the operand of the PDF operator TJ, glyph codes with the kerning between them; undefined if it is not plain. */
export function showOperand(face: Face, text: string): string | undefined {
  const parts: string[] = [];
  let codes = '';
  let before = '';
  for (const character of text) {
    const glyph = face.plain(character);
    if (glyph === undefined) return undefined;
    const kern = before === '' ? 0 : face.kern(before, character);
    if (kern !== 0) {
      parts.push(`<${codes}>${-kern}`);
      codes = '';
    }
    codes += glyph.code;
    before = character;
  }
  return `[${parts.join('')}<${codes}>]`;
}

/**
 * PDF operators that show placed glyphs: TJ moves them sideways, Ts up and down. With `spans`, a glyph
 * whose code does not say what it stands for has its text beside it.
 */
export function showShaped({ glyphs }: Shaped, size: number, spans: boolean): string {
  const operators: string[] = [];
  let operand = '';
  let shift = 0;
  let rise = 0;
  const flush = (): void => {
    if (operand !== '') operators.push(`[${operand}] TJ`);
    operand = '';
  };
  for (const glyph of glyphs) {
    const span = spans && glyph.actual !== undefined;
    if (glyph.dy !== rise || span) flush();
    if (glyph.dy !== rise) operators.push(`${Math.round(glyph.dy * size) / 1000} Ts`);
    if (span) operators.push(`/Span <</ActualText <${utf16(glyph.actual ?? '')}>>> BDC`);
    rise = glyph.dy;
    const move = Math.round(shift + glyph.dx);
    operand += move === 0 ? `<${glyph.code}>` : `${-move}<${glyph.code}>`;
    shift += glyph.advance - glyph.width - move;
    if (!span) continue;
    flush();
    operators.push('EMC');
  }
  flush();
  if (rise !== 0) operators.push('0 Ts');
  return operators.join(' ');
}

function utf16(text: string): string {
  return `feff${Buffer.from(text, 'utf16le').swap16().toString('hex')}`;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, it) => total + it, 0);
