import { beforeAll, describe, expect, it } from 'vitest';
import { signPdf } from '../../src/pack/sign/pdf.ts';
import { collect } from '../../src/pack/sink.ts';
import { type DocumentKeys, documentKeys, ed25519Signer } from './keys.ts';
import { inFolder, installed, run } from './openssl.ts';
import { unsignedPdf } from './sample-pdf.ts';

const [hasOpenssl, hasPdfsig] = [installed('openssl'), installed('pdfsig', '-v')];
let keys: DocumentKeys;
let pdf: Uint8Array;
let signed: Uint8Array;

const sign = (bytes: Uint8Array): Promise<Uint8Array> =>
  collect(signPdf(bytes, { signer: keys.document, certificates: [keys.signingPem, keys.rootPem] }));

beforeAll(async () => {
  keys = await documentKeys();
  pdf = await unsignedPdf();
  signed = await sign(pdf);
});

/** What is signed and the signature, cut out of the file as a reader would. */
function parts(bytes: Uint8Array): { content: Uint8Array; cms: Uint8Array } {
  const text = Buffer.from(bytes).toString('latin1');
  const [start = 0, end = 0] = (/\/ByteRange \[0 (\d+) (\d+) /.exec(text) ?? []).slice(1).map(Number);
  const content = Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  const hole = Buffer.from(text.slice(start + 1, end - 1), 'hex');
  return { content, cms: hole.subarray(0, 4 + hole.readUInt16BE(2)) };
}

describe('PDF signature', () => {
  it('covers the whole file but its own digits, and keeps the length', () => {
    expect(signed.length).toBe(pdf.length);
    const text = Buffer.from(signed).toString('latin1');
    const [start = 0, end = 0, rest = 0] = (/\/ByteRange \[0 (\d+) (\d+) (\d+)\] *\n/.exec(text) ?? [])
      .slice(1)
      .map(Number);
    expect(end + rest).toBe(signed.length);
    expect(text[start]).toBe('<');
    expect(text[end - 1]).toBe('>');
  });

  it('has a field that is printable, locked, described, and asks no reader to redraw it', () => {
    const text = Buffer.from(signed).toString('latin1');
    expect(text).toContain('/F 132');
    expect(text).toContain('/SigFlags 3');
    expect(text).toContain('/TU (Digital signature)');
    expect(text).toContain('/S /Form');
    expect(text).toContain('/Type /OBJR');
    expect(text).not.toContain('NeedAppearances');
  });

  it('gives the same bytes again, and leaves its input alone', async () => {
    const before = Buffer.from(pdf);
    expect(Buffer.compare(await sign(pdf), signed)).toBe(0);
    expect(Buffer.compare(before, pdf)).toBe(0);
  });

  it('signs a stream cut anywhere to the same bytes, and holds nothing that stands before the field', async () => {
    const signing = { signer: keys.document, certificates: [keys.signingPem, keys.rootPem] };
    const field = Buffer.from(pdf).indexOf('/ByteRange');
    for (const size of [1, 7, 50, 1000, pdf.length]) {
      let given = 0;
      const chunks = async function* (): AsyncGenerator<Uint8Array> {
        for (; given < pdf.length; given += size) yield pdf.subarray(given, given + size);
      };
      const out: Uint8Array[] = [];
      let passed = 0;
      for await (const chunk of signPdf(chunks(), signing)) {
        // What came out before the input was read to its end is what was not held.
        if (given < pdf.length) passed += chunk.length;
        out.push(chunk);
      }
      expect(Buffer.compare(Buffer.concat(out), signed)).toBe(0);
      if (size < 1000) expect(passed).toBe(field);
    }
  });

  it('refuses a PDF without an empty field, and one that has too little room', async () => {
    await expect(sign(signed)).rejects.toMatchObject({ code: 'pack-pdf-placeholder' });
    await expect(sign(Buffer.from('%PDF-1.7'))).rejects.toMatchObject({ code: 'pack-pdf-placeholder' });
    await expect(sign(await unsignedPdf(Buffer.from('{}'), 512))).rejects.toMatchObject({ code: 'pack-pdf-reserve' });
  });

  it('refuses a key that PDF readers cannot use', async () => {
    const signing = { signer: ed25519Signer(), certificates: [keys.signingPem] };
    await expect(collect(signPdf(pdf, signing))).rejects.toMatchObject({ code: 'pack-signer-algorithm' });
  });

  it.runIf(hasOpenssl)('is a CAdES signature for OpenSSL, whatever the purpose, and breaks with the content', () => {
    const { content, cms } = parts(signed);
    const args = [
      'cms',
      '-verify',
      '-cades',
      '-inform',
      'DER',
      '-in',
      's.der',
      '-binary',
      '-CAfile',
      'root.pem',
      '-out',
      'out',
    ];
    inFolder({ 's.der': cms, 'c.bin': content, 'root.pem': keys.rootPem }, (folder) => {
      run(folder, 'openssl', ...args, '-content', 'c.bin');
    });
    inFolder({ 's.der': cms, 'c.bin': content.subarray(1), 'root.pem': keys.rootPem }, (folder) => {
      expect(() => run(folder, 'openssl', ...args, '-content', 'c.bin')).toThrow(/verification failure/);
    });
  });

  it.runIf(hasOpenssl)('names no signing time among its attributes: PAdES forbids it', () => {
    inFolder({ 's.der': parts(signed).cms }, (folder) => {
      const text = run(folder, 'openssl', 'cms', '-cmsout', '-print', '-inform', 'DER', '-in', 's.der');
      expect(text).toContain('id-smime-aa-signingCertificateV2');
      expect(text).not.toContain('signingTime');
    });
  });

  it.runIf(hasPdfsig)('is valid and total for pdfsig, and invalid once a byte changes', () => {
    const flipped = Buffer.from(signed);
    flipped[flipped.indexOf('/Title')] = 0x2e;
    inFolder({ 'good.pdf': signed, 'bad.pdf': flipped }, (folder) => {
      const good = run(folder, 'pdfsig', 'good.pdf');
      expect(good).toContain('Signature is Valid.');
      expect(good).toContain('Total document signed');
      expect(run(folder, 'pdfsig', 'bad.pdf')).not.toContain('Signature is Valid.');
    });
  });
});
