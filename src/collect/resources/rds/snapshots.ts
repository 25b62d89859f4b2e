import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { Moment } from '../shared/moment.ts';
import { field, listAll } from './pages.ts';
import { Attributes, restorableBy } from './restore.ts';

const Snapshot = z.looseObject({ DBSnapshotArn: z.string().min(1), DBSnapshotIdentifier: z.string().min(1) });
type Snapshot = z.infer<typeof Snapshot>;

const Attributed = z.object({ DBSnapshotAttributesResult: z.object({ DBSnapshotAttributes: Attributes }) });

const Text = z.string().min(1);

/** Manual snapshots of DB instances that the account owns; others cannot be shared. */
export const snapshots = population({
  type: 'AWS::RDS::DBSnapshot',
  facts: {
    engine: 'engine of the instance',
    instanceId: 'instance that the snapshot is of',
    status: 'available, creating…',
    created: 'when it was taken; null while it is being made',
    encrypted: 'whether it is encrypted with a KMS key of the account',
    encryptionType: 'none, sse-kms or sse-rds (a key that AWS owns); null where RDS does not report it',
    kmsKeyId: 'KMS key; null without one',
    restorableBy: 'accounts that may copy or restore it; "all" is everyone',
  },
  permissions: ['rds:DescribeDBSnapshots', 'rds:DescribeDBSnapshotAttributes'],
  async read(aws) {
    const input = { SnapshotType: 'manual' };
    const listed = await listAll(aws, 'rds:DescribeDBSnapshots', { at: 'DBSnapshots', items: Snapshot, input });
    return listed.map((it) => ({ id: it.DBSnapshotArn, name: it.DBSnapshotIdentifier, facts: factsOf(it) }));
  },
});

function factsOf(snapshot: Snapshot) {
  const text = (name: string) => () => field(snapshot, name, Text);
  const maybe = (name: string) => () => field(snapshot, name, z.string().optional()) ?? null;
  return {
    engine: text('Engine'),
    instanceId: text('DBInstanceIdentifier'),
    status: text('Status'),
    // Recorded answers have no time for a snapshot whose status is creating.
    created: () => field(snapshot, 'SnapshotCreateTime', Moment.optional()) ?? null,
    encrypted: () => field(snapshot, 'Encrypted', z.boolean()),
    encryptionType: maybe('StorageEncryptionType'),
    kmsKeyId: maybe('KmsKeyId'),
    restorableBy: (aws: Aws) => readRestorableBy(aws, snapshot.DBSnapshotIdentifier),
  };
}

async function readRestorableBy(aws: Aws, id: string): Promise<Json> {
  const read = await aws.get('rds:DescribeDBSnapshotAttributes', { DBSnapshotIdentifier: id }, Attributed);
  return restorableBy(read.DBSnapshotAttributesResult.DBSnapshotAttributes);
}
