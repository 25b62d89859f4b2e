import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createChain, signingOf } from '../../src/pack/sign/certificates.ts';
import { documentKeys, ed25519Signer, rsaSigner } from './keys.ts';
import { inFolder, installed, run } from './openssl.ts';

const hasOpenssl = installed('openssl');
const keys = await documentKeys();

describe('certificate chain', () => {
  it('is a root that signs itself and one document certificate that it signs', () => {
    const [root, leaf] = [new X509Certificate(keys.rootPem), new X509Certificate(keys.signingPem)];
    expect(root.ca).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(root.verify(root.publicKey)).toBe(true);
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect(leaf.checkIssued(root)).toBe(true);
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.36', '1.3.6.1.5.5.7.3.4']);
  });

  it('ends each file in a line feed, so that files can be joined', () => {
    for (const pem of [keys.rootPem, keys.signingPem]) expect(pem).toMatch(/\n-----END CERTIFICATE-----\n$/);
  });

  it('gives the same bytes for the same keys, names and dates', async () => {
    const request = { rootSigner: keys.root, leafSigner: keys.document, organisation: 'Example Ltd' };
    const again = await createChain({ ...request, notBefore: '2026-01-01T00:00:00.000Z' });
    expect(again).toEqual({ rootPem: keys.rootPem, signingPem: keys.signingPem });
    expect((await createChain({ ...request, notBefore: '2026-01-02T00:00:00.000Z' })).rootPem).not.toBe(keys.rootPem);
  });

  it('stays valid past 2050, where the date has another form', async () => {
    const signers = { rootSigner: keys.root, leafSigner: keys.document };
    const chain = await createChain({
      ...signers,
      organisation: 'Ä',
      notBefore: '2026-01-01T00:00:00.000Z',
      rootYears: 30,
    });
    expect(new Date(new X509Certificate(chain.rootPem).validTo).getUTCFullYear()).toBe(2056);
  });

  it('refuses a key that PDF readers cannot use', async () => {
    const request = {
      rootSigner: rsaSigner(),
      leafSigner: ed25519Signer(),
      organisation: 'X',
      notBefore: '2026-01-01T00:00:00.000Z',
    };
    await expect(createChain(request)).rejects.toMatchObject({ code: 'pack-signer-algorithm' });
  });

  it('says in the report who signs', () => {
    expect(signingOf(keys.signingPem, '2026-11-01T09:00:00.000Z')).toMatchObject({
      at: '2026-11-01T09:00:00.000Z',
      subject: 'CN=Witnessmark reports, O=Example Ltd',
      issuer: 'CN=Witnessmark root, O=Example Ltd',
      notAfter: '2036-01-01T00:00:00.000Z',
    });
  });

  it.runIf(hasOpenssl)('is what OpenSSL accepts in strict mode, for signing mail and documents', () => {
    inFolder({ 'root.pem': keys.rootPem, 'signing.pem': keys.signingPem }, (folder) => {
      const args = ['verify', '-x509_strict', '-purpose', 'smimesign', '-CAfile', 'root.pem', 'signing.pem'];
      expect(run(folder, 'openssl', ...args)).toBe('signing.pem: OK\n');
      const text = run(folder, 'openssl', 'x509', '-in', 'signing.pem', '-noout', '-text');
      expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
      expect(text).toMatch(/Key Usage: critical\s+Digital Signature, Non Repudiation/);
      expect(text).toContain('Subject: O = Example Ltd, CN = Witnessmark reports');
    });
  });
});
