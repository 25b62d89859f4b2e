import { stringify } from 'yaml';
import { INDEX_TABLE } from '../../src/adapters/aws/dynamodb-index/table.ts';
import { readOnlyPolicy } from './permissions.ts';
import { stackStorePolicy, storePolicyTemplate } from './store-policy.ts';

/**
 * What a deployment takes from the readers' declared actions: path from the project's folder → text.
 * `serverless.yml` reads the list, and member accounts get the role.
 */
export function deploymentFiles(actions: readonly string[]): Map<string, string> {
  return new Map([
    ['serverless/permissions.json', json({ actions })],
    ['serverless/index-table.json', json(INDEX_TABLE)],
    ['serverless/store-policy.json', json(stackStorePolicy())],
    ['templates/store-bucket-policy.json', json(storePolicyTemplate())],
    ['templates/member-role.yaml', memberRole(actions)],
  ]);
}

const json = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** YAML 1.1 is what CloudFormation reads: there a version that is not quoted is a date. */
function memberRole(actions: readonly string[]): string {
  const lines = stringify(readOnlyPolicy(actions), { version: '1.1' }).trimEnd().split('\n');
  return MEMBER_ROLE.replace('POLICY_DOCUMENT', () => lines.map((line) => `\n            ${line}`).join(''));
}

const MEMBER_ROLE = `# Written by \`npm run generate\` from what the readers declare. Change those, not this file.
AWSTemplateFormatVersion: "2010-09-09"
Description: >-
  The role through which Witnessmark reads the settings of this account. Deploy it as a StackSet to every
  account that is looked at, in one region each; roles are global.

Parameters:
  CollectorRoleArn:
    Type: String
    Description: ARN of the role that collects, output CollectorRoleArn of the collector's stack
    AllowedPattern: ^arn:aws(-[a-z]+)*:iam::\\d{12}:role/[\\w+=,.@/-]+$
  ExternalId:
    Type: String
    Description: The word that the collector has to say, so that nobody can make it look here for them
    MinLength: 16
    MaxLength: 1224
    AllowedPattern: ^[\\w+=,.@:/-]+$
  RoleName:
    Type: String
    Description: One name in all accounts, the same as the collector's memberRole
    Default: WitnessmarkReadOnly
    AllowedPattern: ^[\\w+=,.@-]{1,64}$

Resources:
  ReadOnlyRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Ref RoleName
      Description: Read by Witnessmark, which collects audit evidence
      # A role that assumes another one gets an hour at most.
      MaxSessionDuration: 3600
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              AWS: !Ref CollectorRoleArn
            Action: sts:AssumeRole
            Condition:
              StringEquals:
                sts:ExternalId: !Ref ExternalId
      Policies:
        - PolicyName: WitnessmarkReadOnly
          PolicyDocument:POLICY_DOCUMENT

Outputs:
  RoleArn:
    Value: !GetAtt ReadOnlyRole.Arn
`;
