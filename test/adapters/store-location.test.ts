import { describe, expect, it } from 'vitest';
import { parseStoreLocation } from '../../src/adapters/aws/store/store-location.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555';

describe('the address of a store in AWS', () => {
  it('needs no more than a bucket; the rest is found by its name', () => {
    expect(parseStoreLocation('s3://evidence')).toEqual({
      bucket: 'evidence',
      notaryBucket: 'evidence-notary',
      checkpointKey: 'alias/witnessmark-checkpoint',
      documentKey: 'alias/witnessmark-document',
      rootKey: 'alias/witnessmark-root',
      secretKey: 'alias/witnessmark-secret',
    });
  });

  it.each(['s3://evidence/prod/eu', 's3://evidence/prod/eu/'])('has a prefix: %s', (text) => {
    expect(parseStoreLocation(text)).toMatchObject({
      ...{ bucket: 'evidence', prefix: 'prod/eu/' },
      ...{ notaryBucket: 'evidence-notary', notaryPrefix: 'prod/eu/' },
    });
  });

  it('can say all of it', () => {
    const parameters = {
      notary: 'elsewhere/a/b',
      'checkpoint-key': KEY,
      'document-key': 'alias/d',
      'root-key': 'alias/r',
      'secret-key': 'mrk-1234',
      'encryption-key': KEY,
      'lock-mode': 'COMPLIANCE',
      'lock-days': '2555',
      owner: '111122223333',
      region: 'us-gov-west-1',
    };
    const expected = {
      bucket: 'evidence',
      notaryBucket: 'elsewhere',
      notaryPrefix: 'a/b/',
      checkpointKey: KEY,
      documentKey: 'alias/d',
      rootKey: 'alias/r',
      secretKey: 'mrk-1234',
      encryptionKey: KEY,
      owner: '111122223333',
      region: 'us-gov-west-1',
      retention: { mode: 'COMPLIANCE', days: 2555 },
    };
    expect(parseStoreLocation(`s3://evidence?${new URLSearchParams(parameters)}`)).toEqual(expected);
    const plain = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
    expect(parseStoreLocation(`s3://evidence/?${plain.join('&')}`)).toEqual(expected);
  });

  it.each([
    's3:/evidence',
    's3://',
    's3://Evidence',
    's3://e',
    's3://evidence//a',
    's3://evidence/a b',
    's3://evidence/../a',
    's3://evidence/./a',
    's3://evidence#a',
    's3://user@evidence',
    's3://evidence:443/a',
    `s3://${'a'.repeat(63)}`,
    's3://evidence?notary=',
    's3://evidence?notary=a/../b',
    's3://evidence?notary=evidence',
    's3://evidence?notary=evidence/notary',
    's3://evidence?notary=one&notary=two',
    's3://evidence?nottary=one',
    's3://evidence?checkpoint-key=',
    's3://evidence?checkpoint-key=a b',
    's3://evidence?lock-mode=COMPLIANCE',
    's3://evidence?lock-days=10',
    's3://evidence?lock-mode=compliance&lock-days=10',
    's3://evidence?lock-mode=COMPLIANCE&lock-days=0',
    's3://evidence?lock-mode=COMPLIANCE&lock-days=1.5',
    's3://evidence?lock-mode=COMPLIANCE&lock-days=1000000',
    's3://evidence?owner=1234',
    's3://evidence?region=Ireland',
  ])('that is no good is refused: %s', (text) => {
    const refused = { code: 'usage-store', hint: expect.stringContaining('notary') };
    expect(() => parseStoreLocation(text)).toThrow(expect.objectContaining(refused));
  });
});
