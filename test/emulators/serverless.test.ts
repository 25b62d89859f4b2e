import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunctions } from '../../scripts/build.ts';
import { loadServices } from '../../src/collect/services.ts';
import { ROOT, run } from './support/run.ts';

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  // The properties of many types; each test looks at those of one.
  readonly Properties: Record<string, never> & Record<string, unknown>;
}

interface Template {
  readonly Resources: Record<string, Resource>;
  readonly Conditions: Record<string, unknown>;
}

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const folders: string[] = [];
afterAll(async () => {
  for (const it of folders) await rm(it, { recursive: true, force: true });
});

/** Packages as a user does, without credentials and without a network, and gives the CloudFormation template. */
async function packaged(...params: string[]): Promise<Template> {
  const folder = await mkdtemp(join(tmpdir(), 'witnessmark-osls-'));
  folders.push(folder);
  const args = ['package', '--stage', 'test', '--region', 'eu-west-1', '--package', folder];
  const unreachable = 'http://127.0.0.1:9';
  const { code, stdout, stderr } = await run(
    process.execPath,
    [join(ROOT, 'node_modules/serverless/bin/serverless.js'), ...args, ...params.map((it) => `--param=${it}`)],
    {
      env: {
        AWS_ACCESS_KEY_ID: undefined,
        AWS_SECRET_ACCESS_KEY: undefined,
        AWS_PROFILE: undefined,
        HTTPS_PROXY: unreachable,
        HTTP_PROXY: unreachable,
        SLS_TELEMETRY_DISABLED: '1',
      },
    },
  );
  if (code !== 0) throw new Error(`osls package ended with ${code}: ${stdout}${stderr}`);
  return JSON.parse(await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8'));
}

let template: Template;
beforeAll(async () => {
  await buildFunctions(join(ROOT, 'dist/functions'));
  template = await packaged();
});

const resource = (name: string, from: Template = template): Resource => {
  const found = from.Resources[name];
  if (found === undefined) throw new Error(`no ${name} among ${Object.keys(from.Resources).join(', ')}`);
  return found;
};
const ofType = (type: string): Resource[] => Object.values(template.Resources).filter((it) => it.Type === type);

describe('the role of the function', () => {
  const statements = (): Statement[] => {
    const [policy, ...others] = resource('IamRoleLambdaExecution').Properties.Policies as unknown as {
      PolicyDocument: { Statement: Statement[] };
    }[];
    expect(others).toEqual([]);
    return policy?.PolicyDocument.Statement ?? [];
  };

  it('is the only one, assumed by Lambda alone, without managed policies', () => {
    expect(ofType('AWS::IAM::Role')).toHaveLength(1);
    const { AssumeRolePolicyDocument, ManagedPolicyArns } = resource('IamRoleLambdaExecution').Properties;
    expect(AssumeRolePolicyDocument).toMatchObject({
      Statement: [{ Principal: { Service: ['lambda.amazonaws.com'] } }],
    });
    expect(ManagedPolicyArns).toBeUndefined();
  });

  it('reads what the readers declare, anywhere', async () => {
    const everywhere = statements().filter((it) => it.Resource === '*');
    expect(everywhere).toEqual([
      { Sid: 'WitnessmarkReadOnly', Effect: 'Allow', Action: (await loadServices()).permissions, Resource: '*' },
    ]);
  });

  it('writes to its own bucket, log and queue and nowhere else', () => {
    const READS = /^[a-z0-9-]+:(Get|BatchGet|List|Describe)|^iam:GenerateCredentialReport$/;
    const writing = statements().filter((it) => [it.Action].flat().some((action) => !READS.test(action)));
    const arn = { 'Fn::GetAtt': ['Recording', 'Arn'] };
    const logs = (end: string) => [
      {
        'Fn::Sub': `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/witnessmark-test*:${end}`,
      },
    ];
    expect(writing.map(({ Action, Resource }) => [[Action].flat().sort(), Resource])).toEqual([
      [['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:TagResource'], logs('*')],
      [['logs:PutLogEvents'], logs('*:*')],
      [
        ['sts:AssumeRole'],
        { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::*:role/WitnessmarkReadOnly']] },
      ],
      [
        ['s3:GetObject', 's3:PutObject'],
        [{ 'Fn::Join': ['', [arn, '/recording.json']] }, { 'Fn::Join': ['', [arn, '/runs/*']] }],
      ],
      [['sqs:SendMessage'], { 'Fn::GetAtt': ['Failed', 'Arn'] }],
    ]);
  });

  it('has no action with a wildcard', () => {
    for (const action of statements().flatMap((it) => it.Action)) expect(action).not.toContain('*');
  });
});

describe('the bucket', () => {
  it('outlives the stack', () => {
    expect(resource('Recording')).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(resource('RedactionSecret')).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('keeps versions, encrypts, and cannot be made public', () => {
    expect(resource('Recording').Properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
  });

  it('is reached over TLS only', () => {
    const arn = { 'Fn::GetAtt': ['Recording', 'Arn'] };
    expect(resource('RecordingPolicy').Properties).toMatchObject({
      Bucket: { Ref: 'Recording' },
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: [arn, { 'Fn::Join': ['', [arn, '/*']] }],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  it('is locked where that is asked for', async () => {
    const locked = await packaged('objectLockDays=400', 'objectLockMode=GOVERNANCE');
    const condition = (days: string) => ({ IsLocked: { 'Fn::Not': [{ 'Fn::Equals': [`${days} days`, '0 days'] }] } });
    expect(template.Conditions).toEqual(condition('0'));
    expect(locked.Conditions).toEqual(condition('400'));
    const rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: '400' } };
    expect(resource('Recording', locked).Properties).toMatchObject({
      ObjectLockEnabled: { 'Fn::If': ['IsLocked', true, { Ref: 'AWS::NoValue' }] },
      ObjectLockConfiguration: {
        'Fn::If': ['IsLocked', { ObjectLockEnabled: 'Enabled', Rule: rule }, { Ref: 'AWS::NoValue' }],
      },
    });
  });
});

describe('the function', () => {
  it('runs alone, on Node 24, for as long as Lambda lets it', () => {
    expect(ofType('AWS::Lambda::Function')).toHaveLength(1);
    expect(resource('RecordLambdaFunction').Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: 900,
      ReservedConcurrentExecutions: 1,
    });
  });

  it('is given its scope by parameters, and a secret that is in no template', async () => {
    const variables = (from: Template) =>
      (resource('RecordLambdaFunction', from).Properties.Environment as unknown as { Variables: object }).Variables;
    expect(variables(template)).toMatchObject({
      WITNESSMARK_ACCOUNTS: { Ref: 'AWS::AccountId' },
      WITNESSMARK_REGIONS: { Ref: 'AWS::Region' },
      WITNESSMARK_REDACTION_SECRET: {
        'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'RedactionSecret' }, '}}']],
      },
    });
    const wide = await packaged(
      'accounts=111122223333,444455556666',
      'regions=eu-west-1,us-east-1',
      'externalId=a word of ours',
    );
    expect(variables(wide)).toMatchObject({
      WITNESSMARK_ACCOUNTS: '111122223333,444455556666',
      WITNESSMARK_REGIONS: 'eu-west-1,us-east-1',
      WITNESSMARK_EXTERNAL_ID: 'a word of ours',
    });
  });

  it('is started by a schedule, tried again, and its failures are kept', () => {
    expect(ofType('AWS::Events::Rule').map((it) => it.Properties)).toMatchObject([
      { ScheduleExpression: 'rate(1 day)', State: 'ENABLED', Targets: [{ Input: '{}' }] },
    ]);
    expect(ofType('AWS::Lambda::EventInvokeConfig').map((it) => it.Properties)).toMatchObject([
      {
        MaximumRetryAttempts: 2,
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Failed', 'Arn'] } } },
      },
    ]);
    expect(resource('Failed').Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 1_209_600,
    });
  });

  it('leaves logs for a year', () => {
    expect(ofType('AWS::Logs::LogGroup').map((it) => it.Properties)).toMatchObject([{ RetentionInDays: 365 }]);
  });
});
