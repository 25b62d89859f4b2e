import { stringify } from 'yaml';
import { readOnlyPolicy } from './permissions.ts';

/** Characters of a managed policy, white space not counted (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). */
const MAX_POLICY = 6144;

/**
 * What the role can never do, whatever is attached to it later: read the content of objects, tables, queues, disks,
 * images, logs, functions and secrets. Nothing that a reader declares is among it, and a test says so.
 */
export const NEVER = [
  'athena:GetQueryResults',
  'codecommit:GitPull',
  'dynamodb:BatchGetItem',
  'dynamodb:GetItem',
  'dynamodb:GetRecords',
  'dynamodb:PartiQLSelect',
  'dynamodb:Query',
  'dynamodb:Scan',
  'ebs:GetSnapshotBlock',
  'ec2:GetConsoleOutput',
  'ec2:GetConsoleScreenshot',
  'ec2:GetPasswordData',
  'ecr:BatchGetImage',
  'ecr:GetDownloadUrlForLayer',
  'kinesis:GetRecords',
  'lambda:GetFunction',
  'lambda:GetLayerVersion',
  'logs:FilterLogEvents',
  'logs:GetLogEvents',
  'logs:GetQueryResults',
  'logs:StartLiveTail',
  'rds-data:*',
  'rds:DownloadDBLogFilePortion',
  'redshift-data:*',
  'secretsmanager:BatchGetSecretValue',
  'secretsmanager:GetSecretValue',
  'sqs:ReceiveMessage',
  'ssm:GetParameter',
  'ssm:GetParameters',
  'ssm:GetParametersByPath',
  'sts:AssumeRole',
];
const OBJECTS = ['s3:GetObject', 's3:GetObjectTorrent', 's3:GetObjectVersion', 's3:GetObjectVersionTorrent'];

/** The actions in as few parts as fit into a managed policy each. */
export function policyParts(actions: readonly string[], max = MAX_POLICY): string[][] {
  const parts: string[][] = [[]];
  for (const action of actions) {
    const last = parts.at(-1) ?? [];
    if (JSON.stringify(readOnlyPolicy([...last, action])).length <= max) last.push(action);
    else parts.push([action]);
  }
  return parts;
}

/** `templates/member-role.yaml`. YAML 1.1 is what CloudFormation reads: there a version that is not quoted is a date. */
export function memberRole(actions: readonly string[]): string {
  const policies = policyParts(actions).map((part, at) => managedPolicy(at + 1, readOnlyPolicy(part)));
  return TEMPLATE.replace('NEVER', () => yaml(NEVER, 18))
    .replaceAll('OBJECTS', () => yaml(OBJECTS, 20))
    .replace('MANAGED_POLICIES', () => policies.join('\n'));
}

function managedPolicy(number: number, document: object): string {
  return `  ReadOnlyPolicy${number}:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Description: What Witnessmark reads, part ${number}
      Roles: [!Ref ReadOnlyRole]
      PolicyDocument:${yaml(document, 8)}
`;
}

function yaml(value: object, indent: number): string {
  const lines = stringify(value, { version: '1.1' }).trimEnd().split('\n');
  return lines.map((line) => `\n${' '.repeat(indent)}${line}`).join('');
}

const TEMPLATE = `# Written by \`npm run generate\` from what the readers declare. Change those, not this file.
AWSTemplateFormatVersion: "2010-09-09"
Description: >-
  The role through which Witnessmark reads the settings of this account. Deploy it as a StackSet to every
  account that is looked at, in one region each; roles are global.

Parameters:
  CollectorRoleArn:
    Type: String
    Description: ARN of the role that collects, output CollectorRoleArn of the stack in the audit account
    AllowedPattern: ^arn:aws(-[a-z]+)*:iam::\\d{12}:role/[\\w+=,.@/-]+$
  IngestRoleArn:
    Type: String
    Description: ARN of the role that asks for this account's event history, output IngestRoleArn of that stack; empty where no event history is read
    Default: ""
    AllowedPattern: ^$|^arn:aws(-[a-z]+)*:iam::\\d{12}:role/[\\w+=,.@/-]+$
  # It has no default, since one that everybody knows protects nobody. NoEcho would not make it a secret: it stands in the role's
  # trust policy, where whoever may call iam:GetRole reads it. It need not be one, only unlike that of any other customer.
  ExternalId:
    Type: String
    Description: The word that the collector has to say, so that nobody can make it look here for them; of your own, for one audit account
    MinLength: 16
    MaxLength: 1224
    AllowedPattern: ^[\\w+=,.@:/-]+$
  RoleName:
    Type: String
    Description: One name in all accounts, the same as the collector's memberRole
    Default: WitnessmarkReadOnly
    AllowedPattern: ^[\\w+=,.@-]{1,64}$
  PermissionsBoundaryArn:
    Type: String
    Description: ARN of a policy that bounds the role; empty for none
    Default: ""
    AllowedPattern: ^$|^arn:aws(-[a-z]+)*:iam::(\\d{12}|aws):policy/[\\w+=,.@/-]+$
  TrailBucket:
    Type: String
    Description: Name of the bucket of this account that CloudTrail delivers to, where its files are read with this role; empty for none
    Default: ""
    AllowedPattern: ^$|^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$

Conditions:
  IsIngested: !Not [!Equals [!Ref IngestRoleArn, ""]]
  IsBounded: !Not [!Equals [!Ref PermissionsBoundaryArn, ""]]
  HasTrailBucket: !Not [!Equals [!Ref TrailBucket, ""]]

Resources:
  ReadOnlyRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Ref RoleName
      Description: Read by Witnessmark, which collects audit evidence
      # A role that assumes another one gets an hour at most.
      MaxSessionDuration: 3600
      PermissionsBoundary: !If [IsBounded, !Ref PermissionsBoundaryArn, !Ref AWS::NoValue]
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              AWS: !If [IsIngested, [!Ref CollectorRoleArn, !Ref IngestRoleArn], !Ref CollectorRoleArn]
            Action: sts:AssumeRole
            Condition:
              StringEquals:
                sts:ExternalId: !Ref ExternalId
      Policies:
        - PolicyName: NeverContent
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Sid: NeverContent
                Effect: Deny
                Action:NEVER
                Resource: "*"
              # Through S3 it opens what the role may read there, and that is the trail at most.
              - Sid: NothingIsDecrypted
                Effect: Deny
                Action: kms:Decrypt
                Resource: "*"
                Condition:
                  StringNotLike:
                    kms:ViaService: s3.*.amazonaws.com*
              - !If
                - HasTrailBucket
                - Sid: NoObjectsButTheTrail
                  Effect: Deny
                  Action:OBJECTS
                  NotResource: !Sub "arn:\${AWS::Partition}:s3:::\${TrailBucket}/*"
                - Sid: NoObjects
                  Effect: Deny
                  Action:OBJECTS
                  Resource: "*"
  TrailPolicy:
    Type: AWS::IAM::RolePolicy
    Condition: HasTrailBucket
    Properties:
      RoleName: !Ref ReadOnlyRole
      PolicyName: ReadTrail
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Sid: ListTrail
            Effect: Allow
            Action: s3:ListBucket
            Resource: !Sub "arn:\${AWS::Partition}:s3:::\${TrailBucket}"
          - Sid: ReadTrail
            Effect: Allow
            Action: s3:GetObject
            Resource: !Sub "arn:\${AWS::Partition}:s3:::\${TrailBucket}/*"
          - Sid: DecryptTrail
            Effect: Allow
            Action: kms:Decrypt
            Resource: "*"
            Condition:
              StringLike:
                kms:ViaService: s3.*.amazonaws.com*
                kms:EncryptionContext:aws:cloudtrail:arn: !Sub "arn:\${AWS::Partition}:cloudtrail:*:*:trail/*"
MANAGED_POLICIES
Outputs:
  RoleArn:
    Value: !GetAtt ReadOnlyRole.Arn
`;
