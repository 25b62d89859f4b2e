import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { Moment } from '../shared/moment.ts';
import { defaultPort, tlsParameter } from './engines.ts';
import { field, listAll } from './pages.ts';
import { supportOf } from './support.ts';
import { TLS_MEANING, tlsOf } from './tls.ts';

const Instance = z.looseObject({ DBInstanceArn: z.string().min(1), DBInstanceIdentifier: z.string().min(1) });
type Instance = z.infer<typeof Instance>;

const Text = z.string().min(1);
const MaybeText = z.string().optional();
const Endpoint = z.object({ Port: z.int().optional() }).optional();
const SubnetGroup = z.object({ VpcId: Text }).optional();
const Certificate = z.object({ CAIdentifier: Text, ValidTill: Moment });
const ParameterGroups = z.array(z.object({ DBParameterGroupName: Text, ParameterApplyStatus: Text }));

/** Every DB instance of the account and region. */
export const listInstances = (aws: Aws) =>
  listAll(aws, 'rds:DescribeDBInstances', { at: 'DBInstances', items: Instance });

/** DB instances, those in clusters and those of DocumentDB and Neptune included. */
export const instances = population({
  type: 'AWS::RDS::DBInstance',
  facts: {
    engine: 'mysql, postgres, mariadb, oracle-ee, sqlserver-se, aurora-mysql, docdb, neptune…',
    engineVersion: 'version of the engine',
    status: 'available, creating, deleting, stopped…',
    clusterId: 'cluster that the instance is in; null for an instance on its own',
    replicaOf: 'instance or cluster that it is a read replica of; null where it is none',
    storageEncrypted: 'whether storage is encrypted with a KMS key of the account',
    encryptionType: 'none, sse-kms or sse-rds (a key that AWS owns); null where RDS does not report it',
    kmsKeyId: 'KMS key; null without one',
    publiclyAccessible: 'whether its name resolves to a public address outside of the VPC',
    multiAz: 'whether there is a standby in another Availability Zone',
    backupRetentionDays: 'days for which automated backups are kept; 0 when there are none',
    deletionProtection: 'whether deletion protection is on',
    autoMinorVersionUpgrade: 'whether minor engine versions are applied on their own',
    iamAuthentication: 'whether database users can sign in with IAM',
    vpcId: 'VPC; null outside of one',
    copyTagsToSnapshot: 'whether snapshots get the tags of the instance',
    logExports: 'logs that are sent to CloudWatch Logs',
    adminUser: 'name of the administrative user',
    port: 'TCP port; null while there is no endpoint',
    defaultPort: 'TCP port that the engine uses by default; null for an engine without a known one',
    certificate: 'server certificate {ca, validTill}',
    monitoringInterval: 'seconds between measurements of Enhanced Monitoring; 0 when it is off',
    tls: `${TLS_MEANING}; null in a cluster, which decides it, and where no parameter of the engine does`,
    support:
      'support of the major version {majorVersion, standardUntil, extendedUntil: null without}; null where the engine has no dates',
  },
  permissions: ['rds:DescribeDBInstances', 'rds:DescribeDBParameters', 'rds:DescribeDBMajorEngineVersions'],
  async read(aws) {
    const listed = await listInstances(aws);
    return listed.map((it) => ({ id: it.DBInstanceArn, name: it.DBInstanceIdentifier, facts: factsOf(it) }));
  },
});

function factsOf(instance: Instance) {
  const text = (name: string) => () => field(instance, name, Text);
  const flag = (name: string) => () => field(instance, name, z.boolean());
  const count = (name: string) => () => field(instance, name, z.int().min(0));
  // Fields that RDS omits where there is nothing to say: no cluster, no KMS key.
  const maybe = (name: string) => () => field(instance, name, MaybeText) ?? null;
  return {
    engine: text('Engine'),
    engineVersion: text('EngineVersion'),
    status: text('DBInstanceStatus'),
    clusterId: maybe('DBClusterIdentifier'),
    replicaOf: () => replicaOf(instance),
    storageEncrypted: flag('StorageEncrypted'),
    encryptionType: maybe('StorageEncryptionType'),
    kmsKeyId: maybe('KmsKeyId'),
    publiclyAccessible: flag('PubliclyAccessible'),
    multiAz: flag('MultiAZ'),
    backupRetentionDays: count('BackupRetentionPeriod'),
    deletionProtection: flag('DeletionProtection'),
    autoMinorVersionUpgrade: flag('AutoMinorVersionUpgrade'),
    iamAuthentication: flag('IAMDatabaseAuthenticationEnabled'),
    // Recorded answers have no subnet group for an instance outside of a VPC.
    vpcId: () => field(instance, 'DBSubnetGroup', SubnetGroup)?.VpcId ?? null,
    copyTagsToSnapshot: flag('CopyTagsToSnapshot'),
    // Recorded answers leave the list out where no log is exported.
    logExports: () => (field(instance, 'EnabledCloudwatchLogsExports', z.array(Text).optional()) ?? []).toSorted(),
    adminUser: text('MasterUsername'),
    // "The endpoint might not be shown for instances with the status of creating."
    port: () => field(instance, 'Endpoint', Endpoint)?.Port ?? null,
    defaultPort: () => defaultPort(field(instance, 'Engine', Text)),
    certificate: () => certificate(instance),
    monitoringInterval: count('MonitoringInterval'),
    tls: (aws: Aws) => tls(aws, instance),
    support: (aws: Aws) => supportOf(aws, field(instance, 'Engine', Text), field(instance, 'EngineVersion', Text)),
  };
}

function replicaOf(instance: Instance): Json {
  const source = field(instance, 'ReadReplicaSourceDBInstanceIdentifier', MaybeText);
  return source ?? field(instance, 'ReadReplicaSourceDBClusterIdentifier', MaybeText) ?? null;
}

function certificate(instance: Instance): Json {
  const { CAIdentifier, ValidTill } = field(instance, 'CertificateDetails', Certificate);
  return { ca: CAIdentifier, validTill: ValidTill };
}

/** In a cluster the parameter group of the cluster decides, which is a fact of the cluster. */
async function tls(aws: Aws, instance: Instance): Promise<Json> {
  if (field(instance, 'DBClusterIdentifier', MaybeText) !== undefined) return null;
  const engine = field(instance, 'Engine', Text);
  if (tlsParameter(engine) === null) return null;
  const [group] = field(instance, 'DBParameterGroups', ParameterGroups.min(1));
  if (group === undefined) throw new Error('the instance has no parameter group');
  const applied = group.ParameterApplyStatus === 'in-sync';
  return tlsOf(aws, engine, { name: group.DBParameterGroupName, kind: 'instance', applied });
}
