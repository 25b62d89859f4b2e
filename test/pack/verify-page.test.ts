import * as node from 'node:crypto';
import { crc32 as crc, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { derOfPem } from '../../src/pack/sign/der.ts';
import { collect } from '../../src/pack/sink.ts';
import { inflatedRaw as nodeInflatedRaw } from '../../src/pack/verify/inflate.ts';
import { STEPS } from '../../src/pack/verify/verify.ts';
import { blobBytes } from '../../src/pack/verify-page/blob-bytes.ts';
import { PROVES } from '../../src/pack/verify-page/page/words.ts';
import { Buffer as PageBuffer } from '../../src/pack/verify-page/platform/bytes.ts';
import * as page from '../../src/pack/verify-page/platform/crypto.ts';
import { inflatedRaw } from '../../src/pack/verify-page/platform/inflate.ts';
import { crc32, gunzipSync, inflateSync } from '../../src/pack/verify-page/platform/zlib.ts';
import { type DocumentKeys, documentKeys } from './keys.ts';

let keys: DocumentKeys;
beforeAll(async () => {
  keys = await documentKeys();
});

const bytes = () => fc.uint8Array({ maxLength: 300 });

describe('what stands in the place of Node in the page gives what Node gives', () => {
  it('for digests, whole and in parts', () => {
    fc.assert(
      fc.property(bytes(), fc.string({ unit: 'binary' }), (data, text) => {
        for (const name of ['sha1', 'sha256', 'sha384', 'sha512']) {
          expect(page.hash(name, data)).toBe(node.hash(name, data));
          expect(page.hash(name, text, 'base64')).toBe(node.hash(name, text, 'base64'));
          const parts = page.createHash(name).update(data).update(text).digest('hex');
          expect(parts).toBe(node.createHash(name).update(data).update(text).digest('hex'));
        }
      }),
      { numRuns: 10 },
    );
    expect(() => page.hash('md5', '')).toThrow('the page knows sha1');
  });

  it('for text and bytes, be they UTF-8 or not', () => {
    fc.assert(
      fc.property(bytes(), fc.string({ unit: 'binary' }), (data, text) => {
        expect(PageBuffer.from(data).toString('utf8')).toBe(Buffer.from(data).toString('utf8'));
        for (const encoding of ['hex', 'base64', 'latin1'] as const)
          expect(PageBuffer.from(data).toString(encoding)).toBe(Buffer.from(data).toString(encoding));
        expect([...PageBuffer.from(text)]).toEqual([...Buffer.from(text)]);
        expect(PageBuffer.from(data).equals(Uint8Array.from(data))).toBe(true);
      }),
    );
    expect(PageBuffer.from('efbbbf41', 'hex').toString()).toBe('\ufeffA');
  });

  it('for Ed25519 signatures, good and bad', () => {
    const { publicKey, privateKey } = node.generateKeyPairSync('ed25519');
    const key = page.createPublicKey({ key: publicKey.export({ type: 'spki', format: 'der' }) });
    const message = Buffer.from('a checkpoint\n');
    const signature = node.sign(null, message, privateKey);
    expect(page.verify(null, message, key, signature)).toBe(true);
    for (let at = 0; at < signature.length; at++) {
      const changed = Buffer.from(signature);
      changed[at] = (changed[at] ?? 0) ^ 1;
      let held = false;
      try {
        held = page.verify(null, message, key, changed);
      } catch {
        // As in verifySignature: what cannot be read verifies nothing.
      }
      expect(held).toBe(node.verify(null, message, publicKey, changed));
    }
    expect(() => page.createPublicKey({ key: signature })).toThrow('Ed25519 keys only');
  });

  it('for certificates', () => {
    for (const pem of [keys.rootPem, keys.signingPem]) {
      const [ours, theirs] = [new page.X509Certificate(`first\n${pem}`), new node.X509Certificate(pem)];
      expect(ours.raw.equals(derOfPem(pem, 'it'))).toBe(true);
      expect([ours.ca, ours.keyUsage]).toEqual([theirs.ca, theirs.keyUsage]);
      expect([ours.validFrom, ours.validTo].map(Date.parse)).toEqual(
        [theirs.validFrom, theirs.validTo].map(Date.parse),
      );
      expect(ours.publicKey.asymmetricKeyType).toBe('rsa');
      expect(ours.publicKey.asymmetricKeyDetails.modulusLength).toBe(2048);
      const form = { type: 'spki', format: 'der' } as const;
      expect(ours.publicKey.export(form).equals(theirs.publicKey.export(form))).toBe(true);
    }
    expect(() => new page.X509Certificate('nothing')).toThrow();
  });

  it('for who issued a certificate', async () => {
    const other = await documentKeys('Someone Else');
    const pems = [keys.rootPem, keys.signingPem, other.rootPem, other.signingPem];
    for (const subject of pems) {
      for (const issuer of pems) {
        const ours = new page.X509Certificate(subject).checkIssued(new page.X509Certificate(issuer));
        expect(ours).toBe(new node.X509Certificate(subject).checkIssued(new node.X509Certificate(issuer)));
      }
    }
  });

  it('for what is deflated, and never beyond the limit', () => {
    const text = Buffer.from('evidence '.repeat(50_000));
    expect(gunzipSync(gzipSync(text), { maxOutputLength: text.length }).equals(text)).toBe(true);
    expect(inflateSync(deflateSync(text), { maxOutputLength: text.length }).equals(text)).toBe(true);
    expect(() => gunzipSync(gzipSync(text), { maxOutputLength: text.length - 1 })).toThrow(RangeError);
    expect(() => inflateSync(deflateSync(text), { maxOutputLength: 1000 })).toThrow(RangeError);
    expect(crc32(text)).toBe(crc(text));
    const wrong = gzipSync(text);
    wrong.writeUInt32LE(1, wrong.length - 8);
    expect(() => gunzipSync(wrong, { maxOutputLength: text.length })).toThrow('incorrect data check');
    for (const cut of [wrong.subarray(0, 20), wrong.subarray(0, 5), Buffer.alloc(0), Buffer.from('no gzip at all')])
      expect(() => gunzipSync(cut, { maxOutputLength: 1000 })).toThrow();
  });

  it('for the files of a zip', async () => {
    const text = Buffer.from('evidence '.repeat(50_000));
    const deflated = deflateRawSync(text);
    const read = (inflate: typeof inflatedRaw, packed: Uint8Array): Promise<Uint8Array> =>
      collect(inflate({ bytes: one(packed), packed: packed.length, size: text.length }));
    for (const inflate of [inflatedRaw, nodeInflatedRaw]) {
      expect(Buffer.from(await read(inflate, deflated)).equals(text)).toBe(true);
      await expect(read(inflate, deflated.subarray(0, -3))).rejects.toThrow();
      await expect(read(inflate, Buffer.concat([deflated, Buffer.from('more')]))).rejects.toThrow();
      await expect(read(inflate, Buffer.from('ffffffff', 'hex'))).rejects.toThrow();
    }
  });
});

async function* one(piece: Uint8Array): AsyncGenerator<Uint8Array> {
  yield piece;
}

describe('the page', () => {
  it('reads a file anywhere, and nothing beyond its end', async () => {
    const content = node.randomBytes(600_000);
    const file = blobBytes(new Blob([content]));
    for (const [position, length] of [
      [0, 46],
      [30, 20],
      [262_140, 100],
      [599_990, 100],
      [0, 600_000],
      [700_000, 5],
    ] as const) {
      const expected = content.subarray(position, position + length);
      expect(Buffer.from(await file.read(position, length)).equals(expected)).toBe(true);
    }
  });

  it('says of every step what it proves', () => {
    for (const { code } of STEPS) expect(PROVES, code).toHaveProperty([code]);
  });
});
