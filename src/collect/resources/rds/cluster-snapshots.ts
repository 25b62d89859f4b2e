import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { field, listAll } from './pages.ts';
import { Attributes, restorableBy } from './restore.ts';
import { SNAPSHOT_FACTS, snapshotFacts } from './snapshot-facts.ts';

const Snapshot = z.looseObject({
  DBClusterSnapshotArn: z.string().min(1),
  DBClusterSnapshotIdentifier: z.string().min(1),
});
type Snapshot = z.infer<typeof Snapshot>;

const Attributed = z.object({
  DBClusterSnapshotAttributesResult: z.object({ DBClusterSnapshotAttributes: Attributes }),
});

/** Manual snapshots of DB clusters that the account owns; others cannot be shared. */
export const clusterSnapshots = population({
  type: 'AWS::RDS::DBClusterSnapshot',
  facts: {
    engine: 'engine of the cluster',
    clusterId: 'cluster that the snapshot is of',
    ...SNAPSHOT_FACTS,
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
  return {
    ...snapshotFacts(snapshot),
    clusterId: () => field(snapshot, 'DBClusterIdentifier', z.string().min(1)),
    encrypted: () => field(snapshot, 'StorageEncrypted', z.boolean()),
    restorableBy: (aws: Aws) => readRestorableBy(aws, snapshot.DBClusterSnapshotIdentifier),
  };
}

async function readRestorableBy(aws: Aws, id: string): Promise<Json> {
  const input = { DBClusterSnapshotIdentifier: id };
  const read = await aws.get('rds:DescribeDBClusterSnapshotAttributes', input, Attributed);
  return restorableBy(read.DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes);
}
