import type { CreateTableInput } from '@aws-sdk/client-dynamodb';

/**
 * The table of the index, as `Properties` of an `AWS::DynamoDB::Table`
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html).
 * It has no secondary index: those are read with a delay, and an answer of this port must be whole.
 * Where `SSESpecification` names no key, AWS encrypts with its own `aws/dynamodb`.
 */
export const INDEX_TABLE = {
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
  DeletionProtectionEnabled: true,
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
  SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
} as const;

/** The same table for `CreateTable`, which takes no point-in-time recovery and names the encryption differently. */
export function createTableInput(name: string): CreateTableInput {
  const { KeySchema, AttributeDefinitions, BillingMode, DeletionProtectionEnabled, SSESpecification } = INDEX_TABLE;
  return {
    TableName: name,
    KeySchema: [...KeySchema],
    AttributeDefinitions: [...AttributeDefinitions],
    BillingMode,
    DeletionProtectionEnabled,
    SSESpecification: { Enabled: SSESpecification.SSEEnabled, SSEType: SSESpecification.SSEType },
  };
}

const READ = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'] as const;
const WRITE = [...READ, 'dynamodb:PutItem'] as const;

/**
 * The IAM actions that the index needs: to answer, to take entries in, and to be cleared when it is not
 * empty. `BatchWriteItem` allows deletion, whatever is said of `DeleteItem`, so nothing but `clear` uses it.
 */
export const INDEX_ACTIONS = {
  read: READ,
  write: WRITE,
  clear: [...WRITE, 'dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:Scan'],
} as const;
