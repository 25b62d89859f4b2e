import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { defaultPort } from './engines.ts';
import { field, listAll } from './pages.ts';
import { TLS_MEANING, tlsOf } from './tls.ts';

const Cluster = z.looseObject({ DBClusterArn: z.string().min(1), DBClusterIdentifier: z.string().min(1) });
type Cluster = z.infer<typeof Cluster>;

const Text = z.string().min(1);
const MaybeText = z.string().optional();
const Members = z.array(z.object({ DBClusterParameterGroupStatus: Text }));

/** Every DB cluster of the account and region. */
export const listClusters = (aws: Aws) => listAll(aws, 'rds:DescribeDBClusters', { at: 'DBClusters', items: Cluster });

/** DB clusters: Aurora, Multi-AZ DB clusters, DocumentDB and Neptune. */
export const clusters = population({
  type: 'AWS::RDS::DBCluster',
  facts: {
    engine: 'aurora-mysql, aurora-postgresql, mysql, postgres, docdb or neptune',
    engineVersion: 'version of the engine',
    status: 'available, creating, deleting, stopped…',
    replicaOf: 'instance or cluster that it is a read replica of; null where it is none',
    storageEncrypted: 'whether storage is encrypted with a KMS key of the account',
    encryptionType: 'none, sse-kms or sse-rds (a key that AWS owns); null where RDS does not report it',
    kmsKeyId: 'KMS key; null without one',
    multiAz: 'whether it has instances in more than one Availability Zone',
    backupRetentionDays: 'days for which automated backups are kept',
    deletionProtection: 'whether deletion protection is on',
    iamAuthentication: 'whether database users can sign in with IAM',
    copyTagsToSnapshot: 'whether snapshots get the tags of the cluster',
    logExports: 'logs that are sent to CloudWatch Logs',
    adminUser: 'name of the administrative user',
    port: 'TCP port',
    defaultPort: 'TCP port that the engine uses by default; null for an engine without a known one',
    tls: `${TLS_MEANING}; null where no parameter of the engine decides it`,
  },
  permissions: ['rds:DescribeDBClusters', 'rds:DescribeDBClusterParameters'],
  async read(aws) {
    const listed = await listClusters(aws);
    return listed.map((it) => ({ id: it.DBClusterArn, name: it.DBClusterIdentifier, facts: factsOf(it) }));
  },
});

function factsOf(cluster: Cluster) {
  const text = (name: string) => () => field(cluster, name, Text);
  const flag = (name: string) => () => field(cluster, name, z.boolean());
  const count = (name: string) => () => field(cluster, name, z.int().min(0));
  // Fields that RDS omits where there is nothing to say: no source, no KMS key.
  const maybe = (name: string) => () => field(cluster, name, MaybeText) ?? null;
  return {
    engine: text('Engine'),
    engineVersion: text('EngineVersion'),
    status: text('Status'),
    replicaOf: maybe('ReplicationSourceIdentifier'),
    storageEncrypted: flag('StorageEncrypted'),
    encryptionType: maybe('StorageEncryptionType'),
    kmsKeyId: maybe('KmsKeyId'),
    multiAz: flag('MultiAZ'),
    backupRetentionDays: count('BackupRetentionPeriod'),
    deletionProtection: flag('DeletionProtection'),
    iamAuthentication: flag('IAMDatabaseAuthenticationEnabled'),
    copyTagsToSnapshot: flag('CopyTagsToSnapshot'),
    // Recorded answers leave the list out where no log is exported.
    logExports: () => (field(cluster, 'EnabledCloudwatchLogsExports', z.array(Text).optional()) ?? []).toSorted(),
    adminUser: text('MasterUsername'),
    port: count('Port'),
    defaultPort: () => defaultPort(field(cluster, 'Engine', Text)),
    tls: (aws: Aws) => tls(aws, cluster),
  };
}

/** The group is in force when it is in sync on every member; a cluster without members runs nothing else. */
function tls(aws: Aws, cluster: Cluster): Promise<Json> {
  const members = field(cluster, 'DBClusterMembers', Members);
  const applied = members.every((it) => it.DBClusterParameterGroupStatus === 'in-sync');
  const name = field(cluster, 'DBClusterParameterGroup', Text);
  return tlsOf(aws, field(cluster, 'Engine', Text), { name, kind: 'cluster', applied });
}
