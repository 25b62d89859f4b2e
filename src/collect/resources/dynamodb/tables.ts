import { z } from 'zod';
import { type Aws, population } from '../../service.ts';
import * as read from './facts.ts';

/** DynamoDB tables; a replica of a global table is a table of its own region. */
export const tables = population({
  type: 'AWS::DynamoDB::Table',
  facts: {
    status: 'CREATING, ACTIVE, UPDATING, DELETING, ARCHIVING, ARCHIVED, INACCESSIBLE_ENCRYPTION_CREDENTIALS…',
    kmsKeyArn: 'KMS key that encrypts the table; null where it is a key that DynamoDB owns',
    keyManager:
      'whose key it is: AWS_OWNED (of DynamoDB, in no account), AWS (aws/dynamodb of the account) or CUSTOMER',
    pointInTimeRecovery: 'whether point-in-time recovery is on',
    recoveryPeriodDays: 'days that point-in-time recovery reaches back; null where DynamoDB names none',
    deletionProtection: 'whether deletion protection is on',
    policy: 'resource policy of the table; null without one. Policies of streams are not in it',
  },
  permissions: [
    'dynamodb:ListTables',
    'dynamodb:DescribeTable',
    'dynamodb:DescribeContinuousBackups',
    'dynamodb:GetResourcePolicy',
    'kms:DescribeKey',
  ],
  async read(aws) {
    const token = { out: 'LastEvaluatedTableName', in: 'ExclusiveStartTableName' };
    const page = { items: z.string().min(1), at: 'TableNames', token };
    const names = await aws.list('dynamodb:ListTables', {}, page);
    return names.map((name) => found(aws, name));
  },
});

function found(aws: Aws, name: string) {
  const arn = `arn:${aws.partition}:dynamodb:${aws.region}:${aws.account}:table/${name}`;
  return {
    id: arn,
    name,
    facts: {
      status: async (from: Aws) => (await read.describe(from, name)).TableStatus,
      kmsKeyArn: (from: Aws) => read.kmsKeyArn(from, name),
      keyManager: (from: Aws) => read.keyManager(from, name),
      pointInTimeRecovery: (from: Aws) => read.pointInTimeRecovery(from, name),
      recoveryPeriodDays: (from: Aws) => read.recoveryPeriodDays(from, name),
      deletionProtection: async (from: Aws) =>
        z.boolean().parse((await read.describe(from, name)).DeletionProtectionEnabled),
      policy: (from: Aws) => read.policy(from, arn),
    },
  };
}
