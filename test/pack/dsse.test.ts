import { describe, expect, it } from 'vitest';
import { PAYLOAD_TYPE, preAuthEncoding, signStatement, statementOf } from '../../src/pack/sign/dsse.ts';
import { documentKeys } from './keys.ts';
import { inFolder, installed, run } from './openssl.ts';

const predicate = {
  report: 'soc2-2026-10-31',
  framework: { id: 'soc2', version: '1', sha256: 'ab'.repeat(32) },
  period: { from: '2026-10-01', to: '2026-10-31' },
  ledger: { origin: 'example.org/log', size: 1, root: 'AA==' },
  tagFiles: {},
};

describe('DSSE', () => {
  it('encodes the example of the protocol', () => {
    const encoded = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    expect(Buffer.from(encoded).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  it('counts bytes and not characters', () => {
    expect(Buffer.from(preAuthEncoding('é', Buffer.from('ü'))).toString()).toBe('DSSEv1 2 é 2 ü');
  });

  it('has one signature with an empty key id, which OpenSSL verifies', async () => {
    const keys = await documentKeys();
    const statement = statementOf(new Map([['data/report.pdf', 'cd'.repeat(32)]]), predicate);
    const envelope = JSON.parse(Buffer.from(await signStatement(statement, keys.document)).toString());
    expect(envelope.signatures).toHaveLength(1);
    expect(envelope.signatures[0].keyid).toBe('');
    const payload = Buffer.from(envelope.payload, 'base64');
    expect(JSON.parse(payload.toString())).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'data/report.pdf', digest: { sha256: 'cd'.repeat(32) } }],
      predicateType: 'https://witnessmark.dev/assessment-pack/v1',
      predicate,
    });
    if (!installed('openssl')) return;
    const files = {
      'signing.pem': keys.signingPem,
      'pae.bin': preAuthEncoding(PAYLOAD_TYPE, payload),
      'pae.sig': Buffer.from(envelope.signatures[0].sig, 'base64'),
    };
    inFolder(files, (folder) => {
      run(folder, 'openssl', 'x509', '-in', 'signing.pem', '-pubkey', '-noout', '-out', 'pub.pem');
      const args = ['dgst', '-sha256', '-verify', 'pub.pem', '-signature', 'pae.sig', 'pae.bin'];
      expect(run(folder, 'openssl', ...args)).toBe('Verified OK\n');
    });
  });
});
