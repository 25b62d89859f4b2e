import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { buildFunctions } from '../../scripts/build.ts';
import { INDEX_TABLE } from '../../src/adapters/aws/dynamodb-index/table.ts';
import { cfnLint, checkov, type Finding, packagedTemplate } from './support/linters.ts';
import { ROOT, scratch } from './support/run.ts';
import { readTemplate } from './support/template.ts';

const folder = await scratch('templates');
afterAll(() => rm(folder, { recursive: true, force: true }));
const weights = await buildFunctions(join(ROOT, 'dist/functions'));
const own = (await readdir(join(ROOT, 'templates'))).filter((name) => name.endsWith('.yaml'));
const compiled = await packagedTemplate(folder);
const templates = [compiled, ...own.map((name) => join(ROOT, 'templates', name))];
const { findings, resources } = await checkov(templates);
const all = [...(await cfnLint(templates)), ...findings];

interface Answer {
  readonly id: string;
  readonly resource: string;
  readonly why: string;
}
const answers = parse(await readFile(join(ROOT, 'serverless/findings.yml'), 'utf8')) as Answer[];

const matches = (answer: Answer, finding: Finding): boolean =>
  answer.id === finding.id && new RegExp(`^${answer.resource.replaceAll('*', '.*')}$`).test(finding.resource);
const shown = ({ id, template, resource, what }: Finding): string => `${id} ${basename(template)} ${resource}: ${what}`;

it.each(weights)('packages $name into as many bytes as the build says that it has', async ({ name, zip }) => {
  expect((await stat(join(folder, `${name}.zip`))).size).toBe(zip);
});

it('finds nothing in the templates that is not answered', () => {
  const open = all.filter((finding) => !answers.some((answer) => matches(answer, finding)));
  expect(open.map(shown)).toEqual([]);
});

it('has no answer to what is not found', () => {
  const idle = answers.filter((answer) => !all.some((finding) => matches(answer, finding)));
  expect(idle.map(({ id, resource }) => `${id} ${resource}`)).toEqual([]);
});

it('has a reason for each answer', () => {
  for (const { why } of answers) expect(why).toMatch(/^\S.{30,}\.$/);
});

it('was looked at: both linters see a fault that is put in', async () => {
  expect(resources).toBeGreaterThan(40);
  const broken = new URL('./support/broken-template.yaml', import.meta.url).pathname;
  expect((await cfnLint([broken])).map((it) => `${it.id} ${it.resource}`)).toContain('E1010 Topic');
  expect((await checkov([broken])).findings.map((it) => `${it.id} ${it.resource}`)).toContain('CKV_AWS_26 Topic');
});

// The emulator of CloudFormation leaves these out without a word, so nothing that is deployed on it shows them.
describe('the compiled template', async () => {
  const { resource, properties, parameter, ofType, statements } = await readTemplate(compiled);
  const DATA_KEY = { 'Fn::If': ['MakesDataKey', { 'Fn::GetAtt': ['DataKey', 'Arn'] }, { Ref: 'DataKeyArn' }] };
  const denied = (name: string) => statements(name).filter((it) => it.Effect === 'Deny');

  it.each([
    ...['StoreBucket', 'StoreBucketPolicy', 'NotaryBucket', 'NotaryBucketPolicy', 'AccessLogsBucket', 'IndexTable'],
    ...['CheckpointKey', 'ReportKey', 'RootKey', 'SecretKey', 'DataKey', 'UserPool', 'FailedQueue'],
  ])('keeps %s when the stack goes', (name) => {
    expect(resource(name)).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it.each(['StoreBucket', 'NotaryBucket', 'AccessLogsBucket'])('keeps versions of %s and nobody is let in', (name) => {
    expect(properties(name)).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        ...{ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
  });

  it.each(['StoreBucket', 'NotaryBucket'])('encrypts %s with the key of the stack and logs who asks', (name) => {
    expect(properties(name)).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: DATA_KEY },
          },
        ],
      },
      LoggingConfiguration: { DestinationBucketName: { Ref: 'AccessLogsBucket' } },
    });
  });

  it('can lock what is put into the store', () => {
    expect(properties('StoreBucket')).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
    });
  });

  it('moves what is read seldom, ends what is staged, and touches neither tiles nor checkpoints', () => {
    const { Rules } = properties('StoreBucket').LifecycleConfiguration as {
      Rules: { Id: string; Prefix?: string; Transitions?: object[]; ExpirationInDays?: number }[];
    };
    const moved = Rules.filter((it) => it.Transitions !== undefined);
    expect(moved.map((it) => it.Prefix)).toEqual(['retrievals/', 'evidence/']);
    for (const it of moved) expect(it.Transitions).toEqual([{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }]);
    const ended = Rules.filter((it) => it.ExpirationInDays !== undefined);
    expect(ended.map(({ Prefix, ExpirationInDays }) => [Prefix, ExpirationInDays])).toEqual([['staging/', 7]]);
  });

  it('has one index with the keys that the code uses, restored to any second, deleted by nobody', () => {
    const { SSESpecification, ...rest } = INDEX_TABLE;
    expect(properties('IndexTable')).toMatchObject({
      ...rest,
      SSESpecification: { ...SSESpecification, KMSMasterKeyId: DATA_KEY },
    });
  });

  it('denies what a store must never be asked', () => {
    expect(denied('StoreBucketPolicy').map((it) => it.Sid)).toEqual([
      ...['TlsOnly', 'NothingIsDeleted', 'NoVersionIsDeleted', 'NothingIsReplaced', 'WhatIsReplacedIsSwapped'],
      ...['NoOtherEncryption', 'NoOtherKey', 'NoKeyOfTheCustomer'],
    ]);
    const named = ofType('AWS::S3::BucketPolicy').filter(([name]) => !name.startsWith('Serverless'));
    for (const [name] of named) expect(denied(name)[0]).toMatchObject({ Sid: 'TlsOnly', Action: 's3:*' });
  });

  it.each([
    ['CheckpointKey', 'ECC_NIST_EDWARDS25519', 'notary', 'kms:Sign'],
    ['ReportKey', 'RSA_3072', 'report', 'kms:Sign'],
    ['RootKey', 'RSA_3072', 'init', 'kms:Sign'],
    ['SecretKey', 'HMAC_256', '*', 'kms:GenerateMac'],
  ])('lets %s be used by one role alone, and nobody grant that', (name, KeySpec, role, action) => {
    expect(properties(name)).toMatchObject({ KeySpec, PendingWindowInDays: 30 });
    const [deny, ...others] = denied(name);
    expect(others).toEqual([]);
    expect(deny).toMatchObject({ Principal: '*', Action: expect.arrayContaining([action, 'kms:CreateGrant']) });
    const roles = [':role/', ':assumed-role/'].map((kind, at) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:${at === 0 ? 'iam' : 'sts'}::\${AWS::AccountId}${kind}witnessmark-test-${role}-\${AWS::Region}${at === 1 ? '/*' : ''}`,
    }));
    expect(deny?.Condition).toEqual({ ArnNotLike: { 'aws:PrincipalArn': roles } });
    const allowed = statements(name).filter((it) => it.Effect === 'Allow' && [it.Action].flat().includes(action));
    expect(allowed.map((it) => it.Condition)).toEqual([{ ArnLike: { 'aws:PrincipalArn': roles } }]);
    // Administrators may change every key and use none.
    expect(statements(name)[0]).toMatchObject({ Sid: 'AdministerWithoutUse' });
    expect(statements(name)[0]?.Action).toEqual(expect.arrayContaining(['kms:PutKeyPolicy', 'kms:DisableKey']));
    expect([statements(name)[0]?.Action].flat().join()).not.toMatch(/\*|Sign|Mac|crypt|CreateGrant|DataKey/);
  });

  it('rotates the key of data', () => {
    expect(properties('DataKey')).toMatchObject({ EnableKeyRotation: true, PendingWindowInDays: 30 });
  });

  it('lets people in with a second factor, whom somebody has invited, and who choose nothing about themselves', () => {
    expect(properties('UserPool')).toMatchObject({
      MfaConfiguration: 'ON',
      DeletionProtection: 'ACTIVE',
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    });
    expect(properties('UserPoolClient')).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      WriteAttributes: ['locale'],
    });
    expect(ofType('AWS::Cognito::UserPoolGroup').map(([, it]) => it.Properties.GroupName)).toEqual([
      ...['witnessmark-viewer', 'witnessmark-auditor', 'witnessmark-compliance', 'witnessmark-admin'],
    ]);
  });

  it('bounds how often the API is asked, by parameters', () => {
    const bounds = { ThrottlingRateLimit: { Ref: 'ApiRate' }, ThrottlingBurstLimit: { Ref: 'ApiBurst' } };
    expect(properties('HttpApiStage').DefaultRouteSettings).toEqual(bounds);
    expect(parameter('ApiRate')).toMatchObject({ Type: 'Number', MinValue: 1, Default: 20 });
    expect(parameter('ApiBurst')).toMatchObject({ Type: 'Number', MinValue: 1, Default: 40 });
  });

  it('pages for dead letters, by one alarm for each queue of them', () => {
    const alarms = ofType('AWS::CloudWatch::Alarm').map(([, it]) => it.Properties);
    for (const queue of ['FailedQueue', 'WatchDeadLetters']) {
      const dimension = { Name: 'QueueName', Value: { 'Fn::GetAtt': [queue, 'QueueName'] } };
      const its = alarms.filter((it) => JSON.stringify(it.Dimensions).includes(queue));
      expect(its, queue).toMatchObject([{ Dimensions: [dimension], AlarmActions: [{ Ref: 'PagesTopic' }] }]);
    }
  });

  it('encrypts messages, takes them over TLS alone, and keeps what failed for 14 days', () => {
    expect(properties('AlertsTopic')).toMatchObject({ KmsMasterKeyId: DATA_KEY });
    expect(properties('FailedQueue')).toMatchObject({ KmsMasterKeyId: DATA_KEY, MessageRetentionPeriod: 1_209_600 });
    expect(denied('AlertsTopicPolicy').map((it) => it.Sid)).toEqual(['TlsOnly']);
    expect(denied('FailedQueuePolicy').map((it) => it.Sid)).toEqual(['TlsOnly']);
  });

  it('has every role under the boundary and the name that policies know', () => {
    const roles = ofType('AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(5);
    for (const [name, { Properties }] of roles) {
      expect(Properties, name).toMatchObject({
        Path: '/',
        PermissionsBoundary: { 'Fn::If': ['HasBoundary', { Ref: 'PermissionsBoundary' }, { Ref: 'AWS::NoValue' }] },
      });
      expect(Properties.RoleName, name).toMatch(/^witnessmark-test-[a-z-]+-eu-west-1$/);
    }
  });
});
