import {
  CreateDBInstanceCommand,
  type CreateDBInstanceCommandInput,
  CreateDBInstanceReadReplicaCommand,
  CreateDBParameterGroupCommand,
  CreateDBSnapshotCommand,
  CreateDBSubnetGroupCommand,
  CreateEventSubscriptionCommand,
  ModifyDBParameterGroupCommand,
} from '@aws-sdk/client-rds';
import { DEVELOPMENT, IRELAND, PRODUCTION, roleArn, VIRGINIA } from './names.ts';
import type { World } from './world.ts';

interface Database {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly created: string;
  readonly vpc: string;
  readonly group: string;
  readonly parameters: string;
  readonly key: string;
  readonly settings: Partial<CreateDBInstanceCommandInput>;
}

const postgres = { Engine: 'postgres', EngineVersion: '16.4', EnableCloudwatchLogsExports: ['postgresql', 'upgrade'] };
const careful = {
  MultiAZ: true,
  BackupRetentionPeriod: 35,
  DeletionProtection: true,
  AutoMinorVersionUpgrade: true,
  EnableIAMDatabaseAuthentication: true,
  CopyTagsToSnapshot: true,
  PubliclyAccessible: false,
  MonitoringInterval: 60,
};

const DATABASES: readonly Database[] = [
  {
    name: 'records-primary',
    account: PRODUCTION,
    region: IRELAND,
    created: '2024-02-19T15:30:08Z',
    vpc: 'prod-core',
    group: 'records-db',
    parameters: 'records-postgres16',
    key: 'phi-data',
    settings: { ...postgres, ...careful, MasterUsername: 'records_owner', Port: 5433 },
  },
  {
    name: 'claims',
    account: PRODUCTION,
    region: IRELAND,
    created: '2024-06-03T09:12:36Z',
    vpc: 'prod-core',
    group: 'records-db',
    parameters: 'claims-mysql84',
    key: 'phi-data',
    settings: {
      ...careful,
      Engine: 'mysql',
      EngineVersion: '8.4.3',
      MasterUsername: 'claims_owner',
      BackupRetentionPeriod: 3,
      MultiAZ: false,
      Port: 3306,
      EnableCloudwatchLogsExports: ['error'],
    },
  },
  {
    name: 'recovery-records',
    account: PRODUCTION,
    region: VIRGINIA,
    created: '2024-11-05T10:20:19Z',
    vpc: 'prod-recovery',
    group: 'recovery-db',
    parameters: 'records-postgres16',
    key: 'dr-data',
    settings: { ...postgres, ...careful, MultiAZ: false, MasterUsername: 'records_owner', Port: 5433 },
  },
  {
    name: 'dev-records',
    account: DEVELOPMENT,
    region: IRELAND,
    created: '2024-07-01T13:40:27Z',
    vpc: 'dev-core',
    group: 'dev-db',
    parameters: 'dev-postgres16',
    key: 'dev-data',
    settings: {
      ...postgres,
      ...careful,
      MultiAZ: false,
      BackupRetentionPeriod: 7,
      DeletionProtection: false,
      MonitoringInterval: 0,
      MasterUsername: 'postgres',
      Port: 5432,
    },
  },
];

/** Parameter groups with the one parameter that decides about TLS. */
const PARAMETERS = [
  { name: 'records-postgres16', account: PRODUCTION, region: IRELAND, family: 'postgres16', tls: 'rds.force_ssl' },
  { name: 'records-postgres16', account: PRODUCTION, region: VIRGINIA, family: 'postgres16', tls: 'rds.force_ssl' },
  { name: 'claims-mysql84', account: PRODUCTION, region: IRELAND, family: 'mysql8.4', tls: 'require_secure_transport' },
  { name: 'dev-postgres16', account: DEVELOPMENT, region: IRELAND, family: 'postgres16', tls: 'rds.force_ssl' },
];

/** What the company is told of; where it misses something, the list is short. */
const SUBSCRIPTIONS = [
  ['database-events', 'db-instance', ['configuration change', 'failure', 'maintenance']],
  ['parameter-events', 'db-parameter-group', ['configuration change']],
] as const;

/** Makes databases, a replica, manual snapshots and event subscriptions. */
export async function seedDatabases(world: World): Promise<void> {
  for (const { name, account, region, family, tls } of PARAMETERS) {
    const { rds } = world.in(account, region);
    const group = { DBParameterGroupName: name, DBParameterGroupFamily: family, Description: name };
    await rds.send(new CreateDBParameterGroupCommand(group));
    const parameter = { ParameterName: tls, ParameterValue: tls === 'rds.force_ssl' ? '1' : 'OFF' };
    const Parameters = [{ ...parameter, ApplyMethod: 'pending-reboot' as const }];
    await rds.send(new ModifyDBParameterGroupCommand({ DBParameterGroupName: name, Parameters }));
  }
  for (const database of DATABASES) await create(world, database);
  await world.at('2024-02-20T08:00:00Z');
  const { rds } = world.in(PRODUCTION);
  const source = { SourceDBInstanceIdentifier: 'records-primary', DBInstanceIdentifier: 'records-replica' };
  await rds.send(new CreateDBInstanceReadReplicaCommand({ ...source, PubliclyAccessible: false }));
  for (const [SubscriptionName, SourceType, EventCategories] of SUBSCRIPTIONS) {
    const SnsTopicArn = `arn:aws:sns:${IRELAND}:${PRODUCTION}:operations`;
    const categories = { EventCategories: [...EventCategories], Enabled: true };
    await rds.send(new CreateEventSubscriptionCommand({ SubscriptionName, SnsTopicArn, SourceType, ...categories }));
  }
  await takeSnapshot(world, {
    account: PRODUCTION,
    region: IRELAND,
    of: 'records-primary',
    name: 'before-upgrade-16-4',
  });
  await takeSnapshot(world, { account: PRODUCTION, region: VIRGINIA, of: 'recovery-records', name: 'claims-2026-09' });
}

async function create(world: World, database: Database): Promise<void> {
  const { name, account, region, created, vpc, group, parameters, key, settings } = database;
  await world.at(created);
  const { rds } = world.in(account, region);
  const subnets = [`subnet/${vpc}`, `subnet/${vpc}-b`].map((it) => world.id(it));
  const subnetGroup = { DBSubnetGroupName: `${vpc}-${name}`, DBSubnetGroupDescription: vpc, SubnetIds: subnets };
  await rds.send(new CreateDBSubnetGroupCommand(subnetGroup));
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: name,
      DBInstanceClass: 'db.m6g.large',
      AllocatedStorage: 200,
      MasterUserPassword: 'Not-a-real-0ne!',
      StorageEncrypted: true,
      KmsKeyId: world.id(`key-arn/${key}`),
      DBSubnetGroupName: subnetGroup.DBSubnetGroupName,
      DBParameterGroupName: parameters,
      VpcSecurityGroupIds: [world.id(`sg/${group}`)],
      CACertificateIdentifier: 'rds-ca-rsa2048-g1',
      Engine: 'postgres',
      ...settings,
      ...(settings.MonitoringInterval === 0 ? {} : { MonitoringRoleArn: roleArn(account, 'DatabaseMonitoring') }),
    }),
  );
}

interface Copy {
  readonly account: string;
  readonly region: string;
  readonly of: string;
  readonly name: string;
}

async function takeSnapshot(world: World, { account, region, of, name }: Copy): Promise<void> {
  await world.at('2026-09-02T04:00:00Z');
  const snapshot = { DBInstanceIdentifier: of, DBSnapshotIdentifier: name };
  await world.in(account, region).rds.send(new CreateDBSnapshotCommand(snapshot));
}

/** Id of a database that never changes; the emulator gives all of them the same one. */
export const resourceId = (name: string): string => `db-${name.replaceAll('-', '').toUpperCase().padEnd(24, '0')}01`;
