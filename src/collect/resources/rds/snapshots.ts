import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { field, listAll } from './pages.ts';
import { Attributes, restorableBy } from './restore.ts';
import { SNAPSHOT_FACTS, snapshotFacts } from './snapshot-facts.ts';

const Snapshot = z.looseObject({ DBSnapshotArn: z.string().min(1), DBSnapshotIdentifier: z.string().min(1) });
type Snapshot = z.infer<typeof Snapshot>;

const Attributed = z.object({ DBSnapshotAttributesResult: z.object({ DBSnapshotAttributes: Attributes }) });

/** Manual snapshots of DB instances that the account owns; others cannot be shared. */
export const snapshots = population({
  type: 'AWS::RDS::DBSnapshot',
  facts: {
    engine: 'engine of the instance',
    instanceId: 'instance that the snapshot is of',
    ...SNAPSHOT_FACTS,
  },
  permissions: ['rds:DescribeDBSnapshots', 'rds:DescribeDBSnapshotAttributes'],
  async read(aws) {
    const input = { SnapshotType: 'manual' };
    const listed = await listAll(aws, 'rds:DescribeDBSnapshots', { at: 'DBSnapshots', items: Snapshot, input });
    return listed.map((it) => ({ id: it.DBSnapshotArn, name: it.DBSnapshotIdentifier, facts: factsOf(it) }));
  },
});

function factsOf(snapshot: Snapshot) {
  return {
    ...snapshotFacts(snapshot),
    instanceId: () => field(snapshot, 'DBInstanceIdentifier', z.string().min(1)),
    encrypted: () => field(snapshot, 'Encrypted', z.boolean()),
    restorableBy: (aws: Aws) => readRestorableBy(aws, snapshot.DBSnapshotIdentifier),
  };
}

async function readRestorableBy(aws: Aws, id: string): Promise<Json> {
  const read = await aws.get('rds:DescribeDBSnapshotAttributes', { DBSnapshotIdentifier: id }, Attributed);
  return restorableBy(read.DBSnapshotAttributesResult.DBSnapshotAttributes);
}
