import { describe, expect, it } from 'vitest';
import { otherAccounts } from '../../../src/collect/resources/s3/other-accounts.ts';
import type { JsonObject } from '../../../src/model/json.ts';

const OWN = '111122223333';
const of = (statement: JsonObject, effect = 'Allow') =>
  otherAccounts({ Statement: [{ Effect: effect, Action: 's3:*', Resource: '*', ...statement }] }, OWN);

describe('accounts that a bucket policy lets in', () => {
  it.each([
    ['its own root', { AWS: `arn:aws:iam::${OWN}:root` }, []],
    ['its own id', { AWS: OWN }, []],
    ['a service', { Service: 'cloudtrail.amazonaws.com' }, []],
    ['CloudFront', { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1EXAMPLE' }, []],
    ['a principal that was deleted', { AWS: 'AROAEXAMPLEEXAMPLE12' }, []],
    ['another account', { AWS: ['arn:aws:iam::444455556666:role/reader', OWN] }, ['444455556666']],
    ['another account by its id', { AWS: '444455556666' }, ['444455556666']],
    ['any account by a wildcard', { AWS: 'arn:aws:iam::*:root' }, ['*']],
    ['a canonical id', { CanonicalUser: '79a59df9' }, ['79a59df9']],
    ['everyone', '*', ['*']],
    ['everyone among others', { AWS: ['*', '444455556666'] }, ['*', '444455556666']],
  ] as const)('are known for %s', (_, Principal, expected) => {
    expect(of({ Principal: Principal as unknown as JsonObject })).toEqual(expected);
  });

  it('count everyone but some', () => {
    expect(of({ NotPrincipal: { AWS: '444455556666' } })).toEqual(['*']);
  });

  it('do not count what a Deny names', () => {
    expect(of({ Principal: '*' }, 'Deny')).toEqual([]);
  });

  it.each([
    [{ StringEquals: { 'aws:PrincipalAccount': OWN } }, []],
    [{ ArnLike: { 'AWS:SourceArn': [`arn:aws:sns:eu-west-1:${OWN}:*`] } }, []],
    [{ StringEquals: { 'aws:SourceAccount': [OWN, '444455556666'] } }, ['*']],
    [{ StringEqualsIfExists: { 'aws:SourceAccount': OWN } }, ['*']],
    [{ StringNotEquals: { 'aws:PrincipalAccount': OWN } }, ['*']],
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }, ['*']],
    [{ StringLike: { 'aws:SourceArn': '*' } }, ['*']],
  ])('leave out everyone where a condition holds them to the account: %j', (Condition, expected) => {
    expect(of({ Principal: '*', Condition })).toEqual(expected);
  });

  it('are unknown where the policy is not understood', () => {
    expect(() => of({ Principal: { AWS: 7 } })).toThrow();
    expect(() => otherAccounts({ Statement: 'x' }, OWN)).toThrow();
  });

  it('are read from a single statement too', () => {
    expect(otherAccounts({ Statement: { Effect: 'Allow', Principal: '*' } }, OWN)).toEqual(['*']);
  });
});
