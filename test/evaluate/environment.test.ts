import { describe, expect, it } from 'vitest';
import { functionDocs } from '../../src/evaluate/environment.ts';
import { nearest } from '../../src/evaluate/nearest.ts';

describe('functionDocs', () => {
  it('lists each function of ours once, with a description of it and of every parameter', () => {
    const docs = functionDocs();
    expect(docs.map((it) => it.signature.slice(0, it.signature.indexOf('(')))).toEqual([
      'ageDays',
      'allowsAccount',
      'allowsAction',
      'allowsFullAdmin',
      'allowsPublic',
      'allowsService',
      'allowsServiceWildcard',
      'arnAccount',
      'denies',
      'join',
      'openPorts',
      'opensPort',
      'publicStatements',
      'unmonitored',
    ]);
    for (const { description, params } of docs)
      for (const text of [description, ...params.map((it) => it.description)]) expect(text).not.toBe('');
  });
});

describe('nearest', () => {
  it('finds what was meant, and nothing where nothing is near', () => {
    expect(nearest('s3-bucket-tls-onyl', ['s3-bucket-tls-only', 's3-bucket-encrypted'])).toBe('s3-bucket-tls-only');
    expect(nearest('severty', ['severity', 'service'])).toBe('severity');
    expect(nearest('abc', ['xyz'])).toBeUndefined();
  });
});
