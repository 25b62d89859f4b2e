import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { redact } from '../../src/collect/redact.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';

const options = { secret: 'deployment secret' };
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** What an auditor needs and a careless rule would take. */
const FACTS: Readonly<Record<string, Json>> = {
  'an ARN of a secret': 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-password-AbCdEf',
  'an ARN of a parameter': 'arn:aws:ssm:eu-west-1:111122223333:parameter/app/api-token:3',
  'an ARN of a session': 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_admin_1ca370fb35bf6b13/ann@example.com',
  'a KMS key': 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  'a key id': 'mrk-1234abcd12ab34cd56ef1234567890ab',
  'a user id': 'AIDAIOSFODNN7EXAMPLE',
  'a request id': '8b1d2f3a-5c6d-4e7f-8a9b-0c1d2e3f4a5b',
  'an S3 request id': 'eftixk72aD6Ap51TnqcoF8eFidJG9Z/2mkiDFu8yU9AS1ed4OpIszj7UDNEHGran',
  'a checksum of a function': 'y0rCpPvq5Fh0dZb3Vb1wq6Q0J0f1hB8C0mQkG0u4d3E=',
  'a SHA-1': '2fd4e1c67a2d28fced849ee1bb76e7391b93eb12',
  'a SHA-256': 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'an ETag': '"9b2cf535f27731c974343645a3985328-12"',
  'a fingerprint': '1f:51:ae:28:bf:89:e9:d8:1f:25:5d:37:2d:7d:b8:ca:9f:f5:f1:6f',
  'a public key': `-----BEGIN PUBLIC ${'KEY'}-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----`,
  'a certificate': '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUX\n-----END CERTIFICATE-----',
  'a bucket name': 'acme-password-reset-tokens-eu-west-1-111122223333',
  'a long name': 'AWSServiceRoleForApplicationAutoScaling_DynamoDBTableWithAVeryLongNameIndeed0123456789',
  'a log group': '/aws/lambda/secret-rotation-function',
  'an action': 'secretsmanager:GetSecretValue',
  'a condition key': 'token.actions.githubusercontent.com:sub',
  'a host and port': 'https://search-logs-abc.eu-west-1.es.amazonaws.com:443/_dashboards',
  'a URL with an at sign': 'https://example.com:8443/@scope/package@1.2.3',
  'an image by digest': '111122223333.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:0123456789abcdef0123456789abcdef',
  'a dynamic reference': '{{resolve:secretsmanager:MySecret:SecretString:password}}',
  'a sentence': 'Users must change their password after 90 days, and tokens expire.',
  'a description of rules': 'Ensure IAM password policy requires minimum length of 14 or greater',
  'a credential report': base64(
    'user,arn,password_enabled,password_last_used,access_key_1_active\nann,arn:aws:iam::1:user/ann,true,2026-01-01T00:00:00Z,false\n',
  ),
  'JSON of a rule': '{"maxAccessKeyAge":"90","RequireUppercaseCharacters":"true"}',
  'a version': 'python-3.12.4+build.20261001',
  'an encoded policy': encodeURIComponent(
    '{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}',
  ),
};

describe('what an auditor needs', () => {
  it.each(Object.entries(FACTS))('%s stays as it is', (_, fact) => {
    const answer = { Description: fact, Name: fact, Value: fact, list: [fact], Nested: JSON.stringify({ Name: fact }) };
    expect(redact(answer, options)).toMatchObject({ value: answer, redactions: [] });
  });

  it.each<[string, JsonObject]>([
    [
      'tokens against doing a thing twice',
      { ClientToken: 'a-1', clientRequestToken: 'b', ChangeToken: 'c', LockToken: 'd' },
    ],
    ['units of validity', { TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'days' } }],
    [
      'where a secret is kept',
      { MasterUserSecret: { SecretArn: 'arn:aws:x', KmsKeyId: 'k' }, credentials: FACTS['an ARN of a session'] ?? '' },
    ],
    [
      'what CloudTrail hid itself',
      { masterUserPassword: 'HIDDEN_DUE_TO_SECURITY_REASONS', userData: '<sensitiveDataRemoved>' },
    ],
    ['parameters of a database', { Parameters: [{ ParameterName: 'rds.force_ssl', ParameterValue: '1' }] }],
    ['parameters of a rule', { InputParameters: '{"authorizedPorts":"443"}' }],
    [
      'the shape of a build',
      { environment: { type: 'LINUX_CONTAINER', privilegedMode: true, environmentVariables: [] } },
    ],
    [
      'password policies',
      { PasswordPolicy: { MinimumPasswordLength: 14, PasswordReusePrevention: 24, HardExpiry: false } },
    ],
  ])('%s stay', (_, facts) => {
    expect(redact(facts, options)).toMatchObject({ value: facts, redactions: [] });
  });

  it('names and kinds of variables stay beside their values', () => {
    const { value } = redact({ environmentVariables: [{ name: 'DB', value: 'x1', type: 'PARAMETER_STORE' }] }, options);
    expect(value).toMatchObject({
      environmentVariables: [{ name: 'DB', value: { redacted: 'named-value' }, type: 'PARAMETER_STORE' }],
    });
  });

  it('the rest of an encoded text stays, and stays encoded', () => {
    const text = 'user,arn,note\nann,arn:aws:iam::1:user/ann,password=hunter2hunter2\n';
    const { value } = redact({ Content: base64(text) }, options);
    const decoded = Buffer.from(String((value as JsonObject).Content), 'base64').toString('utf8');
    expect(decoded).toMatch(
      /^user,arn,note\nann,arn:aws:iam::1:user\/ann,password=redacted:assigned:hmac-sha256:[0-9a-f]{64}\n$/,
    );
  });
});

const EXAMPLES = '../shared/data/aws-api-examples/cloud-custodian-placebo';

describe('recorded answers of AWS', () => {
  it.skipIf(!existsSync(EXAMPLES))('lose less than one value in 200', () => {
    const answers = readdirSync(EXAMPLES)
      .filter((it) => it.endsWith('.json'))
      .flatMap((it) =>
        Object.values(JSON.parse(readFileSync(join(EXAMPLES, it), 'utf8')) as Record<string, { data: Json }[]>),
      )
      .flatMap((calls) => calls.map((it) => it.data));
    const values = answers.reduce((sum: number, it) => sum + count(it), 0);
    const taken = answers.reduce((sum: number, it) => sum + redact(it, options).redactions.length, 0);
    console.log(`${taken} of ${values} values of ${answers.length} recorded answers redacted`);
    expect(taken / values).toBeLessThan(0.005);
    expect(taken).toBeGreaterThan(0);
  });
});

const count = (value: Json): number =>
  value === null || typeof value !== 'object'
    ? 1
    : Object.values(value).reduce((sum: number, it: Json) => sum + count(it), 0);

describe('time', () => {
  const units = [
    'password',
    'password=',
    'password:"',
    '\\"',
    'eyJ',
    'eyJaaaaaaaaaa.',
    '://',
    '://a:',
    'AKIA',
    '%41',
    'QUtJQUFB',
  ];
  const more = [
    `-----BEGIN PRIVATE ${'KEY'}-----`,
    'token=a&',
    '; ',
    'bearer ',
    '-u a:',
    '{"a":',
    '[',
    'sk-',
    'redacted:',
  ];
  it.each([...units, ...more])('is linear in a text of %s', (unit) => {
    const text = unit.repeat(Math.ceil(300_000 / unit.length));
    const started = performance.now();
    redact({ Description: text }, options);
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it('and memory are bounded for a text of nothing but secrets, which is one', () => {
    const { redactions } = redact({ Description: 'token=a&'.repeat(50_000) }, options);
    expect(redactions).toMatchObject([{ rule: 'many-secrets' }]);
  });
});

describe('nesting', () => {
  const nested = (depth: number): Json => Array.from({ length: depth }).reduce<Json>((inner) => ({ a: inner }), 'x');

  it('that no answer has is taken out unseen', () => {
    const { value, redactions } = redact(nested(5_000), options);
    expect(redactions).toMatchObject([{ rule: 'too-deep' }]);
    expect(JSON.stringify(value)).toContain('redacted:too-deep:hmac-sha256:');
  });

  it('of JSON in a text does not end the process', () => {
    const { redactions } = redact({ Text: `${'['.repeat(100_000)}"password=x"` }, options);
    expect(redactions.length).toBeGreaterThan(0);
  });
});
