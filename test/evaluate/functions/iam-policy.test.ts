import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allowsAccount,
  allowsAction,
  allowsFullAdmin,
  allowsPublic,
  allowsService,
  allowsServiceWildcard,
  denies,
  publicStatements,
} from '../../../src/evaluate/functions/iam-policy.ts';
import type { Json, JsonObject } from '../../../src/model/json.ts';

const policy = (...Statement: JsonObject[]): JsonObject => ({ Version: '2012-10-17', Statement });
const BUCKET = ['arn:aws:s3:::logs', 'arn:aws:s3:::logs/*'];
const plainHttp = { 'aws:SecureTransport': 'false' };
const tlsOnly: JsonObject = {
  Sid: 'TlsOnly',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: BUCKET,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const open: JsonObject = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::logs/*' };
const narrowed = (Condition: JsonObject): boolean => allowsPublic(policy({ ...open, Condition }));

describe('allowsPublic', () => {
  it.each<[string, Json]>([
    ['a star', '*'],
    ['AWS: star', { AWS: '*' }],
    ['a star among others', { AWS: ['arn:aws:iam::111122223333:root', '*'] }],
  ])('is true for %s', (_name, Principal) => expect(allowsPublic(policy({ ...open, Principal }))).toBe(true));

  it('is false for no policy, for named accounts and services, and for a Deny', () => {
    expect(allowsPublic(null)).toBe(false);
    expect(allowsPublic(policy({ ...open, Principal: { AWS: '111122223333' } }))).toBe(false);
    expect(allowsPublic(policy({ ...open, Principal: { Service: 'cloudtrail.amazonaws.com' } }))).toBe(false);
    expect(allowsPublic(policy({ ...open, Effect: 'Deny' }))).toBe(false);
  });

  it('is true for an Allow to everyone but some', () => {
    const { Principal: _, ...rest } = open;
    expect(allowsPublic(policy({ ...rest, NotPrincipal: { AWS: '111122223333' } }))).toBe(true);
  });

  it.each<[string, JsonObject]>([
    ['an account', { StringEquals: { 'aws:SourceAccount': '111122223333' } }],
    ['an organization', { StringEquals: { 'AWS:PrincipalOrgID': ['o-abcdefghij'] } }],
    ['a KMS caller account', { StringEquals: { 'kms:CallerAccount': '111122223333' } }],
    ['a VPC endpoint', { StringEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } }],
    ['an ARN with an account', { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:111122223333:*' } }],
    ['a narrow range', { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:db8::/32'] } }],
  ])('is false if narrowed to %s', (_name, condition) => expect(narrowed(condition)).toBe(false));

  it.each<[string, JsonObject]>([
    ['an operator that is passed without the key', { StringEqualsIfExists: { 'aws:SourceAccount': '111122223333' } }],
    ['ForAllValues', { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': 'o-abcdefghij' } }],
    ['a wildcard value', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }],
    ['one wildcard among the values', { StringLike: { 'aws:SourceAccount': ['111122223333', '*'] } }],
    ['an ARN of any account', { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:*' } }],
    ['a star that reaches over colons', { StringLike: { 'aws:SourceArn': 'arn:aws:*:*:111122223333:*' } }],
    ['the whole Internet', { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }],
    ['half of it', { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '0.0.0.0/1'] } }],
    ['a negation', { StringNotEquals: { 'aws:SourceAccount': '111122223333' } }],
    ['TLS', { Bool: { 'aws:SecureTransport': 'true' } }],
    ['a tag that anyone can set', { StringEquals: { 'aws:PrincipalTag/team': 'a' } }],
    ['an operator that does not exist', { StringSounds: { 'aws:SourceAccount': '111122223333' } }],
  ])('stays true under %s', (_name, condition) => expect(narrowed(condition)).toBe(true));

  it('names the statements', () => {
    expect(publicStatements(policy({ ...open, Sid: 'Open' }, tlsOnly, open))).toEqual(['Open', '2']);
  });

  it('throws for what is not a resource policy', () => {
    const { Principal: _, ...identity } = open;
    for (const bad of [[], 'x', {}, { Statement: 5 }, policy({ Effect: 'Maybe' }), policy(identity)])
      expect(() => allowsPublic(bad)).toThrow(/malformed policy/);
    expect(() => allowsPublic(policy({ ...open, Acton: 's3:*' }))).toThrow('unknown element "Acton"');
  });
});

describe('denies', () => {
  it('is true for the TLS statement, whatever the writing', () => {
    expect(denies(policy(tlsOnly), 's3:*', plainHttp)).toBe(true);
    expect(denies({ Statement: { ...tlsOnly, Principal: { AWS: ['*'] } } }, 's3:*', plainHttp)).toBe(true);
    expect(denies(policy({ ...tlsOnly, Resource: '*', Action: '*' }), 's3:*', plainHttp)).toBe(true);
    const bool = { Bool: { 'AWS:securetransport': false } };
    expect(denies(policy({ ...tlsOnly, Condition: bool }), 's3:*', plainHttp)).toBe(true);
  });

  it('is false for no policy and for requests that the condition lets pass', () => {
    expect(denies(null, 's3:*', plainHttp)).toBe(false);
    expect(denies(policy(tlsOnly), 's3:*', { 'aws:SecureTransport': 'true' })).toBe(false);
    expect(denies(policy(tlsOnly), 's3:*', {})).toBe(false);
  });

  it('needs the bucket and its objects, though not in one statement', () => {
    const [bucket, objects] = BUCKET.map((Resource) => ({ ...tlsOnly, Resource }));
    expect(denies(policy(objects!), 's3:*', plainHttp)).toBe(false);
    expect(denies(policy(bucket!), 's3:*', plainHttp)).toBe(false);
    expect(denies(policy(bucket!, objects!), 's3:*', plainHttp)).toBe(true);
    expect(denies(policy(objects!), 's3:PutObject', plainHttp)).toBe(true);
  });

  it.each<[string, JsonObject]>([
    ['some principals are left out', { Principal: { AWS: '111122223333' } }],
    ['only some actions are denied', { Action: ['s3:GetObject', 's3:PutObject'] }],
    ['an action is left out', { Action: undefined as never, NotAction: 's3:GetObject' }],
    [
      'another condition must hold too',
      {
        Condition: { Bool: { 'aws:SecureTransport': 'false' }, StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
      },
    ],
    ['the operator is unknown', { Condition: { Boolean: { 'aws:SecureTransport': 'false' } } }],
    ['a resource is left out', { Resource: undefined as never, NotResource: 'arn:aws:s3:::logs/public/*' }],
  ])('is not certain if %s', (_name, change) => {
    const statement = Object.fromEntries(
      Object.entries({ ...tlsOnly, ...change }).filter(([, it]) => it !== undefined),
    );
    expect(denies(policy(statement), 's3:*', plainHttp)).toBe(false);
  });

  it('is not certain under NotPrincipal', () => {
    const { Principal: _, ...rest } = tlsOnly;
    expect(denies(policy({ ...rest, NotPrincipal: { AWS: '111122223333' } }), 's3:*', plainHttp)).toBe(false);
  });

  it('takes NotAction of something else as covering the action', () => {
    const { Action: _, ...rest } = tlsOnly;
    expect(denies(policy({ ...rest, NotAction: 'iam:*' }), 's3:*', plainHttp)).toBe(true);
  });

  it.each<[string, JsonObject, JsonObject, boolean]>([
    ['numbers', { NumericLessThan: { 's3:TlsVersion': '1.2' } }, { 's3:TlsVersion': 1.1 }, true],
    ['numbers', { NumericLessThan: { 's3:TlsVersion': 1.2 } }, { 's3:TlsVersion': '1.3' }, false],
    [
      'an absent key',
      { Null: { 's3:x-amz-server-side-encryption': 'true' } },
      { 's3:x-amz-server-side-encryption': null },
      true,
    ],
    ['a negated test of an absent key', { StringNotEquals: { 's3:x': 'aws:kms' } }, { 's3:x': null }, true],
    ['a test of an absent key', { StringEquals: { 's3:x': 'aws:kms' } }, { 's3:x': null }, false],
    ['IfExists of an absent key', { StringEqualsIfExists: { 's3:x': 'aws:kms' } }, { 's3:x': null }, true],
    ['any of several values', { 'ForAnyValue:StringLike': { k: 'b*' } }, { k: ['a', 'bc'] }, true],
    ['all of several values', { 'ForAllValues:StringLike': { k: 'b*' } }, { k: ['a', 'bc'] }, false],
    ['several values without a quantifier', { StringLike: { k: '*' } }, { k: ['a', 'bc'] }, false],
    ['addresses outside', { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, { 'aws:SourceIp': '11.0.0.1' }, true],
    [
      'times',
      { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
      { 'aws:CurrentTime': '2025-12-31T23:59:59Z' },
      true,
    ],
    ['a policy variable', { StringEquals: { 'aws:username': `\${aws:username}` } }, { 'aws:username': 'x' }, false],
  ])('understands conditions on %s', (_name, Condition, context, expected) => {
    expect(denies(policy({ ...tlsOnly, Condition }), 's3:*', context)).toBe(expected);
  });
});

describe('identity policies', () => {
  const admin = { Effect: 'Allow', Action: '*', Resource: '*' };

  it('finds full administration, also written long and under a condition', () => {
    expect(allowsFullAdmin(policy(admin))).toBe(true);
    expect(allowsFullAdmin(policy({ ...admin, Action: ['s3:Get*', '*:*'], Resource: ['arn:aws:*'] }))).toBe(true);
    expect(allowsFullAdmin(policy({ ...admin, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }))).toBe(
      true,
    );
  });

  it('does not find it in less', () => {
    expect(allowsFullAdmin(null)).toBe(false);
    expect(allowsFullAdmin(policy({ ...admin, Action: 's3:*' }))).toBe(false);
    expect(allowsFullAdmin(policy({ ...admin, Resource: 'arn:aws:s3:::b' }))).toBe(false);
    expect(allowsFullAdmin(policy({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }))).toBe(false);
  });

  it('lists services with every action', () => {
    const wide = { ...admin, Action: ['s3:*', 'KMS:*', 'ec2:Describe*', 's3:Get*'] };
    expect(allowsServiceWildcard(policy(wide))).toEqual(['kms', 's3']);
  });

  it('counts what a NotAction leaves in as granted', () => {
    const rest = policy({ Effect: 'Allow', NotAction: ['ec2:*', 's3:Get*'], Resource: '*' });
    expect(allowsService(rest, 'kms')).toBe(true);
    expect(allowsService(rest, 'ec2')).toBe(false);
    expect(allowsService(rest, 's3')).toBe(false);
    expect(allowsServiceWildcard(rest)).toEqual(['* but ec2:*, s3:get*']);
  });

  it('finds one service, by its name or by any wildcard', () => {
    for (const Action of ['kms:*', 'KMS:*', '*', 'k*', ['s3:Get*', 'km?:*']])
      expect(allowsService(policy({ ...admin, Action }), 'kms'), String(Action)).toBe(true);
    for (const it of [{ Action: 'kms:Decrypt' }, { Action: 'kms:*', Resource: 'arn:aws:kms:*:*:key/1' }])
      expect(allowsService(policy({ ...admin, ...it }), 'kms')).toBe(false);
    expect(allowsService(null, 'kms')).toBe(false);
  });

  it('grants an action without condition, unless it is taken back', () => {
    const grant = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' };
    expect(allowsAction(policy(grant), 'KMS:decrypt', '*')).toBe(true);
    expect(allowsAction(policy({ ...grant, Condition: { Bool: { a: 'true' } } }), 'kms:Decrypt', '*')).toBe(false);
    expect(
      allowsAction(policy(grant, { ...grant, Effect: 'Deny', Resource: 'arn:aws:kms:*' }), 'kms:Decrypt', '*'),
    ).toBe(false);
    expect(allowsAction(policy(grant), 'kms:*', '*')).toBe(false);
  });

  it('knows which accounts a resource policy may reach', () => {
    const shared = { ...open, Principal: { AWS: 'arn:aws:iam::111122223333:role/reader' } };
    expect(allowsAccount(policy(shared), '111122223333')).toBe(true);
    expect(allowsAccount(policy(shared), '444455556666')).toBe(false);
    const limited = { ...open, Condition: { StringEquals: { 'aws:PrincipalAccount': '111122223333' } } };
    expect(allowsAccount(policy(limited), '444455556666')).toBe(false);
    expect(allowsAccount(policy(limited), '111122223333')).toBe(true);
  });
});

const oneOrMany = (values: string[]) => fc.oneof(fc.constantFrom(...values), fc.subarray(values, { minLength: 1 }));
const statement = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Principal: fc.constantFrom<Json>('*', { AWS: '*' }, { AWS: '111122223333' }, { Service: 's3.amazonaws.com' }),
    Action: oneOrMany(['*', 's3:*', 's3:Get*', 's3:GetObject', 'kms:Decrypt']),
    Resource: oneOrMany(['*', ...BUCKET, 'arn:aws:s3:::other/*']),
    Condition: fc.constantFrom<JsonObject>(
      {},
      { Bool: { 'aws:SecureTransport': 'false' } },
      { StringEquals: { 'aws:SourceAccount': '111122223333' } },
      { StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*' } },
    ),
  })
  .map((it) => it as unknown as JsonObject);
const statements = fc.array(fc.oneof({ weight: 3, arbitrary: statement }, fc.constant(tlsOnly)), { maxLength: 4 });

const answers = (document: Json) => ({
  public: allowsPublic(document),
  account: allowsAccount(document, '111122223333'),
  admin: allowsFullAdmin(document),
  action: allowsAction(document, 's3:GetObject', '*'),
  wildcards: allowsServiceWildcard(document),
  denies: denies(document, 's3:*', plainHttp),
});

describe('properties of policies', () => {
  it('a further Deny never makes anything allowed', () => {
    fc.assert(
      fc.property(statements, statement, (list, extra) => {
        const [before, after] = [answers(policy(...list)), answers(policy(...list, { ...extra, Effect: 'Deny' }))];
        for (const key of ['public', 'account', 'admin', 'action'] as const)
          if (after[key]) expect(before[key], key).toBe(true);
        expect(before.wildcards).toEqual(after.wildcards);
      }),
    );
  });

  it('a single value means the same as a list of one, and a statement as a list of one', () => {
    const listed = (it: JsonObject) => ({
      ...it,
      Action: [it.Action as Json].flat(),
      Resource: [it.Resource as Json].flat(),
    });
    fc.assert(
      fc.property(statement, (it) => {
        expect(answers({ Statement: it })).toEqual(answers(policy(listed(it) as JsonObject)));
      }),
    );
  });

  it('the case of actions does not matter', () => {
    const upper = (it: JsonObject) => ({
      ...it,
      Action: [it.Action as string | string[]].flat().map((a) => a.toUpperCase()),
    });
    fc.assert(
      fc.property(statements, (list) => {
        expect(answers(policy(...list.map(upper)))).toEqual(answers(policy(...list)));
      }),
    );
  });

  it('what is denied under a condition is denied without it', () => {
    fc.assert(
      fc.property(statements, (list) => {
        const bare = list.map(({ Condition: _, ...rest }) => rest);
        if (denies(policy(...list), 's3:*', plainHttp)) expect(denies(policy(...bare), 's3:*', plainHttp)).toBe(true);
      }),
    );
  });

  it('a further condition never makes a policy public', () => {
    fc.assert(
      fc.property(statements, (list) => {
        const more = list.map((it) => ({
          ...it,
          Condition: { ...(it.Condition as JsonObject), Null: { 'aws:x': 'false' } },
        }));
        if (allowsPublic(policy(...more))) expect(allowsPublic(policy(...list))).toBe(true);
      }),
    );
  });
});
