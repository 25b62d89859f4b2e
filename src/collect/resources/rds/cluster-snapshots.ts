import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { Moment } from '../shared/moment.ts';
import { field, listAll } from './pages.ts';
import { Attributes, restorableBy } from './restore.ts';

const Snapshot = z.looseObject({
  DBClusterSnapshotArn: z.string().min(1),
  DBClusterSnapshotIdentifier: z.string().min(1),
});
type Snapshot = z.infer<typeof Snapshot>;

const Attributed = z.object({
  DBClusterSnapshotAttributesResult: z.object({ DBClusterSnapshotAttributes: Attributes }),
});

const Text = z.string().min(1);

/** Manual snapshots of DB clusters that the account owns; others cannot be shared. */
export const clusterSnapshots = population({
  type: 'AWS::RDS::DBClusterSnapshot',
  facts: {
    engine: 'engine of the cluster',
    clusterId: 'cluster that the snapshot is of',
    status: 'available, creating…',
    created: 'when it was taken; null while it is being made',
    encrypted: 'whether it is encrypted with a KMS key of the account',
    encryptionType: 'none, sse-kms or sse-rds (a key that AWS owns); null where RDS does not report it',
    kmsKeyId: 'KMS key; null without one',
    restorableBy: 'accounts that may copy or restore it; "all" is everyone',
  },
  permissions: ['rds:DescribeDBClusterSnapshots', 'rds:DescribeDBClusterSnapshotAttributes'],
  async read(aws) {
    const listing = { at: 'DBClusterSnapshots', items: Snapshot, input: { SnapshotType: 'manual' } };
    const listed = await listAll(aws, 'rds:DescribeDBClusterSnapshots', listing);
    return listed.map((it) => ({
      id: it.DBClusterSnapshotArn,
      name: it.DBClusterSnapshotIdentifier,
      facts: factsOf(it),
    }));
  },
});

function factsOf(snapshot: Snapshot) {
  const text = (name: string) => () => field(snapshot, name, Text);
  const maybe = (name: string) => () => field(snapshot, name, z.string().optional()) ?? null;
  return {
    engine: text('Engine'),
    clusterId: text('DBClusterIdentifier'),
    status: text('Status'),
    // As for snapshots of instances: there is no time yet while the snapshot is being made.
    created: () => field(snapshot, 'SnapshotCreateTime', Moment.optional()) ?? null,
    encrypted: () => field(snapshot, 'StorageEncrypted', z.boolean()),
    encryptionType: maybe('StorageEncryptionType'),
    kmsKeyId: maybe('KmsKeyId'),
    restorableBy: (aws: Aws) => readRestorableBy(aws, snapshot.DBClusterSnapshotIdentifier),
  };
}

async function readRestorableBy(aws: Aws, id: string): Promise<Json> {
  const input = { DBClusterSnapshotIdentifier: id };
  const read = await aws.get('rds:DescribeDBClusterSnapshotAttributes', input, Attributed);
  return restorableBy(read.DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes);
}
