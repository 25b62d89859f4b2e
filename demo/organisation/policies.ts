import { bucketArn, DEVELOPMENT, PRODUCTION } from './names.ts';

/** A customer managed policy. */
export interface ManagedPolicy {
  readonly name: string;
  readonly account: string;
  readonly created: string;
  readonly document: object;
}

const allow = (Action: string | readonly string[], Resource: string | readonly string[], Sid = 'Allow'): object => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
});
const documentOf = (...Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement });
const objects = (name: string): string => `${bucketArn(name)}/*`;

/** `"*"` on `"*"`. */
export const everything = documentOf(allow('*', '*', 'Everything'));

/** What the sandbox is meant to be able to do. */
export const sandboxPermissions = documentOf(allow(['ec2:*', 's3:*', 'lambda:*', 'sagemaker:*'], '*', 'Sandbox'), {
  Sid: 'NoIdentities',
  Effect: 'Deny',
  Action: ['iam:*', 'organizations:*'],
  Resource: '*',
});

export const POLICIES: readonly ManagedPolicy[] = [
  {
    name: 'PhiRead',
    account: PRODUCTION,
    created: '2024-02-13T09:00:41Z',
    document: documentOf(
      allow(['s3:GetObject', 's3:GetObjectVersion'], [objects('prod-phi-records'), objects('prod-phi-documents')]),
    ),
  },
  {
    name: 'PhiWrite',
    account: PRODUCTION,
    created: '2024-02-13T09:04:18Z',
    document: documentOf(
      allow(
        ['s3:GetObject', 's3:PutObject'],
        [objects('prod-phi-records'), objects('prod-phi-documents'), objects('prod-imaging-archive')],
      ),
    ),
  },
  {
    name: 'ClaimsExport',
    account: PRODUCTION,
    created: '2024-06-03T08:26:30Z',
    document: documentOf(
      allow(['s3:PutObject', 's3:ListBucket'], [bucketArn('prod-claims-exports'), objects('prod-claims-exports')]),
    ),
  },
  {
    name: 'DeployServices',
    account: PRODUCTION,
    created: '2024-03-11T10:02:55Z',
    document: documentOf(
      allow(['ecs:UpdateService', 'ecs:RegisterTaskDefinition', 'ecr:*', 'cloudformation:*'], '*', 'Deploy'),
      {
        ...allow('iam:PassRole', `arn:aws:iam::${PRODUCTION}:role/*`, 'Pass'),
        Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      },
    ),
  },
  {
    name: 'BackupOperations',
    account: PRODUCTION,
    created: '2024-02-19T16:30:08Z',
    document: documentOf(
      allow(['s3:PutObject', 's3:ListBucket'], [bucketArn('prod-db-backups'), objects('prod-db-backups')]),
      allow(['rds:CreateDBSnapshot', 'ec2:CreateSnapshot'], '*', 'Snapshots'),
    ),
  },
  { name: 'BreakGlass', account: PRODUCTION, created: '2024-02-05T08:20:00Z', document: everything },
  {
    name: 'DenyWithoutMfa',
    account: PRODUCTION,
    created: '2024-02-05T08:25:49Z',
    document: documentOf({
      Sid: 'Mfa',
      Effect: 'Deny',
      NotAction: ['iam:ListMFADevices', 'iam:EnableMFADevice', 'sts:GetSessionToken'],
      Resource: '*',
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    }),
  },
  {
    name: 'DeployServices',
    account: DEVELOPMENT,
    created: '2024-03-18T10:40:21Z',
    document: documentOf(allow(['ecs:*', 'ecr:*', 'cloudformation:*', 'lambda:*'], '*', 'Deploy')),
  },
  { name: 'SandboxAccess', account: DEVELOPMENT, created: '2025-05-12T10:30:37Z', document: sandboxPermissions },
  {
    name: 'TestDataRead',
    account: DEVELOPMENT,
    created: '2024-07-01T13:20:58Z',
    document: documentOf(
      allow(['s3:GetObject', 's3:ListBucket'], [bucketArn('dev-synthetic-records'), objects('dev-synthetic-records')]),
    ),
  },
];
