import { inflateSync } from 'node:zlib';
import { PackFault } from './fault.ts';

/** The one signature of a PDF: what is signed, and the bytes in the hole. */
export interface PdfSignature {
  readonly before: Buffer;
  readonly after: Buffer;
  /** What the hole holds: the CMS, and zeros behind it. */
  readonly contents: Buffer;
}

const RANGE = /^\/ByteRange \[0 (\d{1,10}) (\d{1,10}) (\d{1,10})\] *$/;
const MAX_RANGE = 80;
const MAX_CONTENTS = 64 * 1024;

/** Finds the signature and checks that the whole file but the hole is signed; throws a `PackFault`. */
export function pdfSignatureOf(pdf: Buffer, file: string): PdfSignature {
  const fault = (message: string): PackFault => new PackFault({ file, message });
  const at = pdf.indexOf('/ByteRange');
  if (at === -1) throw fault('is not signed');
  if (pdf.indexOf('/ByteRange', at + 1) !== -1) throw fault('holds more than one signature');
  const line =
    pdf
      .subarray(at, at + MAX_RANGE)
      .toString('latin1')
      .split('\n', 1)[0] ?? '';
  const [before = 0, after = 0, length = 0] = (RANGE.exec(line) ?? []).slice(1).map(Number);
  const hole = pdf.subarray(before, after);
  const whole = before > 0 && after > before && after + length === pdf.length;
  if (!whole || hole[0] !== OPEN || hole.at(-1) !== CLOSE)
    throw fault('the signature does not cover the whole file but itself');
  const digits = hole.subarray(1, -1).toString('latin1');
  if (hole.length > 2 * MAX_CONTENTS || digits.length % 2 !== 0 || !/^[0-9a-f]*$/.test(digits)) {
    throw fault('the signature is not hexadecimal');
  }
  return { before: pdf.subarray(0, before), after: pdf.subarray(after), contents: Buffer.from(digits, 'hex') };
}

const OPEN = '<'.charCodeAt(0);
const CLOSE = '>'.charCodeAt(0);

const FILE_OBJECT = '/Type /EmbeddedFile';
const STREAM = /^.{0,2000}?\/Length (\d{1,10}).{0,2000}?\bstream\r?\n/s;
const MAX_HEAD = 4200;

/**
 * The one embedded file of a PDF as this software writes them, or undefined where it is not found that
 * easily: this is no PDF parser. The stream may be deflated; it may not inflate beyond `limit`.
 */
export function embeddedFile(pdf: Buffer, limit: number): Buffer | undefined {
  const at = pdf.indexOf(FILE_OBJECT);
  if (at === -1 || pdf.indexOf(FILE_OBJECT, at + 1) !== -1) return undefined;
  const head = STREAM.exec(pdf.subarray(at, at + MAX_HEAD).toString('latin1'));
  if (head === null) return undefined;
  const start = at + head[0].length;
  const bytes = pdf.subarray(start, start + Number(head[1]));
  try {
    return head[0].includes('/FlateDecode') ? inflateSync(bytes, { maxOutputLength: limit }) : bytes;
  } catch {
    return undefined;
  }
}
