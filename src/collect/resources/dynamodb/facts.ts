import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import type { Aws } from '../../service.ts';
import { PolicyText } from '../shared/policy-text.ts';

/**
 * `SSEDescription` is left out where a key that DynamoDB owns encrypts the table, which is the default
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html).
 */
const Table = z.object({
  Table: z.object({
    TableStatus: z.string().min(1),
    SSEDescription: z.unknown().optional(),
    DeletionProtectionEnabled: z.unknown().optional(),
  }),
});

const Encryption = z.object({
  Status: z.enum(['ENABLING', 'ENABLED', 'DISABLING', 'DISABLED', 'UPDATING']),
  KMSMasterKeyArn: z.string().min(1).optional(),
});

const Key = z.object({ KeyMetadata: z.object({ KeyManager: z.enum(['CUSTOMER', 'AWS']) }) });

const Backups = z.object({
  ContinuousBackupsDescription: z.object({
    PointInTimeRecoveryDescription: z.object({
      PointInTimeRecoveryStatus: z.enum(['ENABLED', 'DISABLED']),
      RecoveryPeriodInDays: z.int().optional(),
    }),
  }),
});

const Policy = z.object({ Policy: PolicyText });

/** The table as DescribeTable gives it. */
export async function describe(aws: Aws, name: string): Promise<z.infer<typeof Table>['Table']> {
  return (await aws.get('dynamodb:DescribeTable', { TableName: name }, Table)).Table;
}

/** ARN of the KMS key in use, or null for the key that DynamoDB owns. */
export async function kmsKeyArn(aws: Aws, name: string): Promise<string | null> {
  const { SSEDescription } = await describe(aws, name);
  if (SSEDescription === undefined || SSEDescription === null) return null;
  const { Status, KMSMasterKeyArn } = Encryption.parse(SSEDescription);
  // A table that is on its way to another key still uses the one that it leaves.
  if (Status === 'DISABLED' || Status === 'ENABLING') return null;
  return z.string().parse(KMSMasterKeyArn);
}

/** The table names the key of `aws/dynamodb` and a customer's key alike; only KMS tells them apart. */
export async function keyManager(aws: Aws, name: string): Promise<Json> {
  const arn = await kmsKeyArn(aws, name);
  return arn === null ? 'AWS_OWNED' : (await aws.get('kms:DescribeKey', { KeyId: arn }, Key)).KeyMetadata.KeyManager;
}

async function recovery(aws: Aws, name: string) {
  const answer = await aws.get('dynamodb:DescribeContinuousBackups', { TableName: name }, Backups);
  return answer.ContinuousBackupsDescription.PointInTimeRecoveryDescription;
}

/** Whether point-in-time recovery is on. */
export async function pointInTimeRecovery(aws: Aws, name: string): Promise<boolean> {
  return (await recovery(aws, name)).PointInTimeRecoveryStatus === 'ENABLED';
}

/** The period comes only with recovery that is on, and not in answers from before it could be set. */
export async function recoveryPeriodDays(aws: Aws, name: string): Promise<number | null> {
  const { PointInTimeRecoveryStatus, RecoveryPeriodInDays } = await recovery(aws, name);
  return PointInTimeRecoveryStatus === 'ENABLED' ? (RecoveryPeriodInDays ?? null) : null;
}

/** The resource policy; null without one. */
export async function policy(aws: Aws, arn: string): Promise<Json> {
  const answer = await aws.getOrAbsent('dynamodb:GetResourcePolicy', { ResourceArn: arn }, Policy);
  return answer?.Policy ?? null;
}
