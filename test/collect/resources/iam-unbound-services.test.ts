import { describe, expect, it } from 'vitest';
import { unboundServices } from '../../../src/collect/resources/iam/unbound-services.ts';
import type { JsonObject } from '../../../src/model/json.ts';

const of = (Condition?: JsonObject, Service: string | string[] = 'workspaces.amazonaws.com') =>
  unboundServices({
    Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole', ...(Condition && { Condition }) }],
  });
const open = ['workspaces.amazonaws.com'];

describe('services that a trust policy lets in for any source', () => {
  it('are those without a condition, each once and sorted', () => {
    expect(of()).toEqual(open);
    expect(of(undefined, ['b.amazonaws.com', 'a.amazonaws.com', 'b.amazonaws.com'])).toEqual([
      'a.amazonaws.com',
      'b.amazonaws.com',
    ]);
  });

  it.each([
    [{ StringEquals: { 'aws:SourceAccount': ['111122223333'] } }],
    [{ StringLike: { 'aws:PrincipalAccount': '111122223333' } }],
    [{ ArnLike: { 'AWS:SourceArn': 'arn:aws:workspaces:*:111122223333:*' } }],
    [{ StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5' } }],
    [{ 'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': 'o-a1b2c3d4e5/*' } }],
  ])('are not those whose source a condition names: %j', (condition) => {
    expect(of(condition)).toEqual([]);
  });

  it.each([
    [{ StringLike: { 'aws:SourceArn': '*' } }],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:*:*:*:*' } }],
    [{ StringEqualsIfExists: { 'aws:SourceAccount': '111122223333' } }],
    [{ 'ForAllValues:StringEquals': { 'aws:SourceAccount': '111122223333' } }],
    [{ StringNotEquals: { 'aws:SourceAccount': '111122223333' } }],
    [{ StringEquals: { 'sts:ExternalId': 'x' } }],
  ])('are also those whose condition names no source: %j', (condition) => {
    expect(of(condition)).toEqual(open);
  });

  it('are no accounts, no identity providers and no Deny', () => {
    const statement = (it: JsonObject) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', ...it });
    const Statement = [
      statement({ Principal: { AWS: '111122223333' } }),
      statement({ Principal: '*' }),
      statement({ Principal: { Federated: 'arn:aws:iam::111122223333:saml-provider/central' } }),
      statement({ Effect: 'Deny', Principal: { Service: 'ec2.amazonaws.com' } }),
    ];
    expect(unboundServices({ Statement })).toEqual([]);
  });

  it('are unknown where the policy is not understood', () => {
    expect(() => unboundServices({ Statement: [{ Effect: 'Perhaps' }] })).toThrow();
  });
});
