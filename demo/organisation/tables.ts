import { CreateTableCommand, UpdateContinuousBackupsCommand } from '@aws-sdk/client-dynamodb';
import { DEVELOPMENT, IRELAND, PRODUCTION } from './names.ts';
import type { Place, World } from './world.ts';

interface Table {
  readonly name: string;
  readonly account: string;
  readonly created: string;
  /** Name of our own key; the key that DynamoDB owns without one. */
  readonly key?: string;
  readonly recovery?: boolean;
  readonly protected?: boolean;
}

const prod = { account: PRODUCTION, key: 'phi-data', protected: true };

const TABLES: readonly Table[] = [
  { ...prod, name: 'appointments', created: '2024-04-22T09:10:05Z', recovery: true },
  { ...prod, name: 'consents', created: '2025-02-11T14:27:38Z' },
  { account: PRODUCTION, name: 'portal-sessions', created: '2024-03-12T08:51:44Z' },
  { account: DEVELOPMENT, name: 'dev-appointments', created: '2024-04-29T10:33:52Z' },
];

/** Makes tables with their keys, recovery and protection. */
export async function seedTables(world: World): Promise<void> {
  for (const table of TABLES) {
    await world.at(table.created);
    const place = world.in(table.account, IRELAND);
    await place.tables.send(
      new CreateTableCommand({
        TableName: table.name,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: table.protected === true,
        ...(table.key === undefined
          ? {}
          : { SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: world.id(`key-arn/${table.key}`) } }),
      }),
    );
    if (table.recovery === true) await recoverable(place, table.name);
  }
}

/** Turns on recovery to any time of the last 35 days. */
export async function recoverable({ tables }: Place, TableName: string): Promise<void> {
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 };
  await tables.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
}
