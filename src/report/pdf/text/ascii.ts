import type { Face } from './fonts.ts';

/** What a face says of the printable ASCII characters, in arrays: long tables are nearly all ASCII. */
interface Ascii {
  /** Four hexadecimal digits for each character, as bytes. */
  readonly codes: Uint8Array;
  /** In thousandths of the size; -1 while not looked up, -2 when the face has no such character. */
  readonly widths: Float64Array;
  readonly kerns: Int16Array;
}

const SIZE = 128;
const [FIRST, LAST] = [0x20, 0x7e];
const [NOT_YET, MISSING] = [-1, -2];
const NO_KERN_YET = 0x7fff;
/** Longer texts do not fit into a line of any column. */
const LONGEST = 512;

const known = new WeakMap<Face, Ascii>();

function asciiOf(face: Face): Ascii {
  const found = known.get(face);
  if (found !== undefined) return found;
  const kerns = new Int16Array(SIZE * SIZE).fill(NO_KERN_YET);
  const made: Ascii = { codes: new Uint8Array(SIZE * 4), widths: new Float64Array(SIZE).fill(NOT_YET), kerns };
  known.set(face, made);
  return made;
}

/** A text as it is drawn: the operand of TJ, and its width in thousandths of the size. */
export interface Drawn {
  readonly operand: string;
  readonly width: number;
}

/** Where operands are put together, sign by sign: joining strings would leave one behind for each. */
const scratch = Buffer.alloc(LONGEST * 16);

/** The same as `showOperand` and `textWidth` for a short text of printable ASCII characters; undefined for any other. */
export function drawAscii(face: Face, text: string): Drawn | undefined {
  if (text.length > LONGEST) return undefined;
  const ascii = asciiOf(face);
  let end = scratch.write('[<', 0, 'latin1');
  let width = 0;
  let before = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const own = code < FIRST || code > LAST ? MISSING : widthOf(ascii, face, code);
    if (own === MISSING) return undefined;
    width += own;
    const kern = before === 0 ? 0 : kernOf(ascii, face, before, code);
    if (kern !== 0) {
      end += scratch.write(`>${-kern}<`, end, 'latin1');
      width += kern;
    }
    for (let digit = 0; digit < 4; digit++) scratch[end++] = ascii.codes[code * 4 + digit] ?? 0;
    before = code;
  }
  end += scratch.write('>]', end, 'latin1');
  return { operand: scratch.toString('latin1', 0, end), width };
}

function widthOf(ascii: Ascii, face: Face, code: number): number {
  const width = ascii.widths[code] ?? MISSING;
  if (width !== NOT_YET) return width;
  const glyph = face.plain(String.fromCharCode(code));
  const usable = glyph?.code.length === 4 ? glyph : undefined;
  ascii.codes.set(Buffer.from(usable?.code ?? '', 'latin1'), code * 4);
  ascii.widths[code] = usable?.width ?? MISSING;
  return usable?.width ?? MISSING;
}

function kernOf(ascii: Ascii, face: Face, left: number, right: number): number {
  const at = left * SIZE + right;
  const kern = ascii.kerns[at] ?? 0;
  if (kern !== NO_KERN_YET) return kern;
  const found = face.kern(String.fromCharCode(left), String.fromCharCode(right));
  ascii.kerns[at] = found;
  return found;
}
