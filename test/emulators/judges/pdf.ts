import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { cutPdf } from '../support/pdf-signature.ts';
import { run, scratch } from '../support/run.ts';

interface Stream {
  /** Where the bytes of the stream begin, and how many there are. */
  readonly start: number;
  readonly length: number;
}

const STREAM = /\d+ 0 obj\s*<<([^>]*)>>\s*stream\r?\n/g;

/** The first stream of the file that draws text; pages themselves may stand in object streams. */
function firstContent(pdf: Buffer): Stream {
  for (const { index, 0: head, 1: dictionary = '' } of pdf.toString('latin1').matchAll(STREAM)) {
    const [start, length] = [index + head.length, Number(/\/Length (\d+)/.exec(dictionary)?.[1])];
    if (dictionary.includes('/FlateDecode') && drawsText(pdf.subarray(start, start + length))) return { start, length };
  }
  throw new Error('no stream of the file draws text');
}

function drawsText(packed: Buffer): boolean {
  const drawn = inflateSync(packed).toString('latin1');
  return /\bBT\b/.test(drawn) && /\bTf\b/.test(drawn);
}

/** Flips one bit in the first byte of what a page draws, so that none of it can be unpacked. */
export function flipPage(pdf: Buffer): Buffer {
  const { start } = firstContent(pdf);
  pdf[start] = (pdf[start] ?? 0) ^ 1;
  return pdf;
}

/**
 * What a careful forger does: the page says something else and all else is as before. The first glyph of
 * the first text is replaced, and the stream is packed again; whitespace behind it keeps every offset.
 */
export function rewritePage(pdf: Buffer): Buffer {
  const { start, length } = firstContent(pdf);
  const drawn = inflateSync(pdf.subarray(start, start + length)).toString('latin1');
  const other = drawn.replace(/<([0-9a-f]{4})([0-9a-f]{4})/i, '<$2$2');
  const packed = deflateSync(Buffer.from(other, 'latin1'), { level: 9 });
  if (other === drawn || packed.length > length) throw new Error('the page cannot be rewritten in its place');
  const spare = length - packed.length;
  const head = pdf.lastIndexOf('/Length ', start);
  const digits = String(length).length;
  pdf.write(String(packed.length).padEnd(digits), head + '/Length '.length, 'latin1');
  // A line end must stand before endobj, so the spare room lies before that.
  const tail = pdf.toString('latin1', start + length, pdf.indexOf('endobj', start + length)).trimEnd();
  packed.copy(pdf, start);
  pdf.write(`${tail}${' '.repeat(spare)}`, start + packed.length, 'latin1');
  return pdf;
}

/** Gives a key of the catalogue another name of the same length, so that readers do not see it. */
export const hideKey =
  (key: string) =>
  (pdf: Buffer): Buffer => {
    const catalogue = pdf.indexOf('/Type /Catalog');
    const [from, to] = [pdf.lastIndexOf(' obj', catalogue), pdf.indexOf('endobj', catalogue)];
    const at = pdf.indexOf(`${key} `, from);
    if (catalogue === -1 || at === -1 || at > to) throw new Error(`the catalogue has no ${key}`);
    pdf.write('/X', at, 'latin1');
    return pdf;
  };

/** Puts the signature of a stranger in the place of ours: whole and valid, with a certificate of the same name. */
export async function forgeSignature(pdf: Buffer): Promise<Buffer> {
  const folder = await scratch('impostor');
  const path = (name: string): string => join(folder, name);
  try {
    const { content, cms } = cutPdf(pdf);
    await writeFile(path('content'), content);
    const subject = ['-subj', '/O=Example Health/CN=Witnessmark reports', '-days', '3650'];
    const usage = [
      '-addext',
      'keyUsage=critical,digitalSignature,nonRepudiation',
      '-addext',
      'extendedKeyUsage=emailProtection',
    ];
    const files = ['-keyout', path('key'), '-out', path('certificate')];
    await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-noenc', ...subject, ...usage, ...files]);
    const signer = ['-signer', path('certificate'), '-inkey', path('key'), '-outform', 'DER', '-out', path('cms')];
    await run('openssl', ['cms', '-sign', '-cades', '-binary', '-md', 'sha256', '-in', path('content'), ...signer]);
    const [start, room] = [pdf.indexOf(`<${Buffer.from(cms.subarray(0, 32)).toString('hex')}`) + 1, 2 * cms.length];
    const forged = (await readFile(path('cms'))).toString('hex');
    if (start === 0 || forged.length > room) throw new Error('the signature of the impostor has no place');
    pdf.write(forged.padEnd(room, '0'), start, 'latin1');
    return pdf;
  } finally {
    await rm(folder, { recursive: true });
  }
}
