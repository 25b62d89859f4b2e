import {
  CreateDBClusterCommand,
  CreateDBClusterParameterGroupCommand,
  CreateDBClusterSnapshotCommand,
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  CreateEventSubscriptionCommand,
  ModifyDBClusterSnapshotAttributeCommand,
  ModifyDBSnapshotAttributeCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { HOME, REGION } from '../moto.ts';
import type { Config } from './shared.ts';

const CREDENTIALS = { MasterUserPassword: 'correct-horse-1-battery' } as const;

/** Instances, clusters and their snapshots, each `good` and `open`, and a subscription to events of clusters. */
export async function seedDatabases(config: Config, key: string): Promise<void> {
  const rds = new RDSClient(config);
  await seedInstances(rds, key);
  await seedClusters(rds, key);
  const SnsTopicArn = `arn:aws:sns:${REGION}:${HOME}:good`;
  await rds.send(
    new CreateEventSubscriptionCommand({
      SubscriptionName: 'clusters',
      SnsTopicArn,
      SourceType: 'db-cluster',
      Enabled: true,
    }),
  );
}

async function seedInstances(rds: RDSClient, KmsKeyId: string): Promise<void> {
  const base = { ...CREDENTIALS, DBInstanceClass: 'db.t4g.medium', Engine: 'postgres', AllocatedStorage: 20 } as const;
  await rds.send(
    new CreateDBInstanceCommand({
      ...base,
      DBInstanceIdentifier: 'good',
      MasterUsername: 'keeper',
      StorageEncrypted: true,
      KmsKeyId,
      PubliclyAccessible: false,
      MultiAZ: true,
      BackupRetentionPeriod: 35,
      DeletionProtection: true,
      AutoMinorVersionUpgrade: true,
      EnableIAMDatabaseAuthentication: true,
      CopyTagsToSnapshot: true,
      EnableCloudwatchLogsExports: ['postgresql', 'upgrade'],
      Port: 5499,
    }),
  );
  await rds.send(
    new CreateDBInstanceCommand({
      ...base,
      DBInstanceIdentifier: 'open',
      MasterUsername: 'postgres',
      StorageEncrypted: false,
      PubliclyAccessible: true,
      MultiAZ: false,
      BackupRetentionPeriod: 0,
      DeletionProtection: false,
      AutoMinorVersionUpgrade: false,
      CopyTagsToSnapshot: false,
    }),
  );
  for (const it of ['good', 'open'])
    await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: it, DBSnapshotIdentifier: `${it}-kept` }));
  const everyone = { AttributeName: 'restore', ValuesToAdd: ['all'] };
  await rds.send(new ModifyDBSnapshotAttributeCommand({ DBSnapshotIdentifier: 'open-kept', ...everyone }));
}

async function seedClusters(rds: RDSClient, KmsKeyId: string): Promise<void> {
  const DBClusterParameterGroupName = 'own';
  const group = { DBParameterGroupFamily: 'aurora-postgresql16', Description: 'own' };
  await rds.send(new CreateDBClusterParameterGroupCommand({ DBClusterParameterGroupName, ...group }));
  const base = { ...CREDENTIALS, Engine: 'aurora-postgresql', DBClusterParameterGroupName } as const;
  await rds.send(
    new CreateDBClusterCommand({
      ...base,
      DBClusterIdentifier: 'good-cluster',
      MasterUsername: 'keeper',
      StorageEncrypted: true,
      KmsKeyId,
      BackupRetentionPeriod: 35,
      DeletionProtection: true,
      EnableIAMDatabaseAuthentication: true,
      CopyTagsToSnapshot: true,
      Port: 5499,
    }),
  );
  await rds.send(
    new CreateDBClusterCommand({ ...base, DBClusterIdentifier: 'open-cluster', MasterUsername: 'postgres' }),
  );
  for (const it of ['good', 'open'])
    await rds.send(
      new CreateDBClusterSnapshotCommand({
        DBClusterIdentifier: `${it}-cluster`,
        DBClusterSnapshotIdentifier: `${it}-cluster-kept`,
      }),
    );
  const everyone = { AttributeName: 'restore', ValuesToAdd: ['all'] };
  await rds.send(
    new ModifyDBClusterSnapshotAttributeCommand({ DBClusterSnapshotIdentifier: 'open-cluster-kept', ...everyone }),
  );
}
