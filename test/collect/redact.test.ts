import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact, restore } from '../../src/collect/redact.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';

const options = { secret: 'deployment secret' };
const KEY_ID = `AKIA${'IOSFODNN7EXAMPLE'}`;
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P';
const PEM = `-----BEGIN RSA PRIVATE ${'KEY'}-----\nMIIEow+/=\n-----END RSA PRIVATE ${'KEY'}-----`;

describe('values under secret-like keys', () => {
  it('are replaced by rule and digest, and listed with their JSON pointer', () => {
    const { value, redactions } = redact({ DB: [{ MasterUserPassword: 'hunter2', 'a/b': 1 }] }, options);
    const digest = redactions[0]?.digest ?? '';
    expect(digest).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
    expect(value).toEqual({ DB: [{ MasterUserPassword: { redacted: 'secret-key', digest }, 'a/b': 1 }] });
    expect(redactions).toEqual([{ path: '/DB/0/MasterUserPassword', rule: 'secret-key', digest }]);
  });

  it('have equal digests when they are equal, and only under the same secret', () => {
    const digestOf = (text: string, secret: string) => redact({ Password: text }, { secret }).redactions[0]?.digest;
    expect(digestOf('x', 'a')).toBe(digestOf('x', 'a'));
    expect(digestOf('x', 'a')).not.toBe(digestOf('y', 'a'));
    expect(digestOf('x', 'a')).not.toBe(digestOf('x', 'b'));
  });

  it.each([
    ['the variables of a function', { Environment: { Variables: { ANY_NAME: 'value' } } }],
    ['user data', { UserData: { Value: 'IyEvYmluL3No' } }],
    ['a tag with a telling name', { Tags: [{ Key: 'db-password', Value: 'hunter2' }] }],
    ['a private key', { PrivateKey: 'abc' }],
  ])('take out %s', (_, answer) => {
    const { value, redactions } = redact(answer, options);
    expect(redactions).toHaveLength(1);
    expect(JSON.stringify(value)).not.toMatch(/hunter2|"value"|IyEv|"abc"/);
  });

  it('leave alone what only sounds like a secret', () => {
    const facts = {
      PasswordLastUsed: '2026-01-01T00:00:00.000Z',
      MetadataOptions: { HttpTokens: 'required' },
      PasswordPolicy: { RequireSymbols: true, PasswordReusePrevention: 24 },
      SecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db',
      Password: null,
      Token: false,
      Tags: [{ Key: 'Name', Value: 'web' }],
    };
    expect(redact(facts, options)).toMatchObject({ value: facts, redactions: [] });
  });

  it.each<[string, JsonObject]>([
    ['object', { Environment: { Variables: {} } }],
    ['list', { Credentials: { Secret: [], Password: [] } }],
    ['pair', { Tags: [{ Key: 'db-password', Value: {} }] }],
    ['string', { MasterUserPassword: '' }],
  ])('leave an empty %s as it is, which tells that there is none', (_, empty) => {
    expect(redact(empty, options)).toMatchObject({ value: empty, redactions: [] });
  });

  it('take out what only holds something empty', () => {
    const { redactions } = redact({ Environment: { Variables: { A: '' } }, Secret: [[]] }, options);
    expect(redactions.map((it) => it.path)).toEqual(['/Environment/Variables', '/Secret']);
  });

  it('leave page tokens as they are, which lead to the next page', () => {
    const tokens = { NextToken: JWT, Marker: KEY_ID, NextContinuationToken: 'a', ContinuationToken: 'b' };
    expect(redact(tokens, options)).toMatchObject({ value: tokens, redactions: [] });
  });
});

describe('credential-like strings', () => {
  it.each([
    ['access-key-id', KEY_ID],
    ['json-web-token', JWT],
    ['private-key', PEM],
    ['github-token', `ghp_${'a1'.repeat(18)}`],
    ['slack-token', `xoxb-${'1234567890'}-abcdef`],
    ['secret-access-key', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
  ])('%s is taken out of the middle of a text', (rule, secret) => {
    const prefix = rule === 'secret-access-key' ? 'aws_secret_access_key = ' : 'before ';
    const { value, redactions } = redact({ Description: `${prefix}${secret} after` }, options);
    const text = String((value as JsonObject).Description);
    expect(text).not.toContain(secret);
    expect(text.startsWith(`${prefix}redacted:${rule}:hmac-sha256:`) && text.endsWith(' after')).toBe(true);
    expect(redactions).toMatchObject([{ path: '/Description', rule }]);
  });

  it('take the password out of a URL and nothing else', () => {
    const { value } = redact({ Url: 'https://user:hunter2@example.com/x' }, options);
    expect((value as JsonObject).Url).toMatch(
      /^https:\/\/user:redacted:url-password:hmac-sha256:[0-9a-f]{64}@example\.com\/x$/,
    );
  });

  it('an access-key id keeps its last four characters at the end', () => {
    const { value } = redact({ AccessKeyId: KEY_ID }, options);
    expect(String((value as JsonObject).AccessKeyId)).toMatch(/^redacted:access-key-id:hmac-sha256:[0-9a-f]{64}:MPLE$/);
  });

  it('a policy document stays JSON, and its ordinary strings stay', () => {
    const policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: ['secretsmanager:*', 'iam:*AccessKey*'], Resource: '*' }],
    };
    const plain = JSON.stringify(policy);
    expect(redact({ Policy: plain }, options).value).toEqual({ Policy: plain });
    const leaky = JSON.stringify({ ...policy, Id: KEY_ID });
    const { value } = redact({ Policy: leaky }, options);
    expect(JSON.parse(String((value as JsonObject).Policy))).toMatchObject(policy);
    expect(String((value as JsonObject).Policy)).not.toContain(KEY_ID);
  });

  it('ids of users and roles are no credentials', () => {
    const ids = { UserId: 'AIDAIOSFODNN7EXAMPLE', RoleId: 'AROAIOSFODNN7EXAMPLE' };
    expect(redact(ids, options).value).toEqual(ids);
  });

  it('are restored in the input of a call that needs them', () => {
    const { value, originals } = redact({ AccessKeyId: KEY_ID }, options);
    expect(restore(value, originals)).toEqual({ AccessKeyId: KEY_ID });
    expect(restore(value, new Map())).toEqual(value);
  });
});

describe('any answer', () => {
  const secret = fc.constantFrom(KEY_ID, JWT, PEM, 'hunter2', `x ${KEY_ID} ${JWT}`, 'https://u:p@h');
  const key = fc.oneof(
    fc.constantFrom('Password', 'UserData', 'Key', 'Value', 'Environment', 'Variables'),
    fc.string(),
  );
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(fc.string(), secret, fc.integer(), fc.boolean(), fc.constant(null)),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));

  it('redacted twice is redacted once, with the same list', () => {
    fc.assert(
      fc.property(tree, (answer) => {
        const once = redact(answer, options);
        const twice = redact(once.value, options);
        expect(twice.value).toEqual(once.value);
        expect(twice.redactions).toEqual(once.redactions);
      }),
      { numRuns: 300 },
    );
  });

  it('holds no credential afterwards', () => {
    fc.assert(
      fc.property(tree, (answer) => {
        const text = JSON.stringify(redact(answer, options).value);
        expect(text.includes(KEY_ID) || text.includes(JWT) || text.includes('MIIEow')).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
