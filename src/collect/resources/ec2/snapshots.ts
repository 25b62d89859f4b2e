import { z } from 'zod';
import { type Aws, population } from '../../service.ts';
import { Moment } from '../shared/moment.ts';
import { ec2Arn, listWhere, nameOf, Tags } from './pages.ts';

const Snapshot = z.object({
  SnapshotId: z.string().min(1),
  VolumeId: z.string(),
  State: z.string(),
  Encrypted: z.boolean(),
  KmsKeyId: z.string().optional(),
  StartTime: Moment,
  Tags,
});
type Snapshot = z.infer<typeof Snapshot>;

/** EBS snapshots that the account owns; those of AWS and of others that it may use are not its own. */
export const snapshots = population({
  type: 'AWS::EC2::Snapshot',
  facts: {
    public: 'whether every AWS account may make volumes from the snapshot',
    encrypted: 'whether the snapshot is encrypted',
    kmsKeyId: 'ARN of the KMS key; null where the snapshot is not encrypted',
    state: 'pending, completed, error, recoverable or recovering',
    volumeId: 'the volume that it was made from; an arbitrary id for a copy',
    started: 'when the snapshot was started',
  },
  permissions: ['ec2:DescribeSnapshots'],
  async read(aws) {
    return (await ownSnapshots(aws)).map((it) => ({
      id: ec2Arn(aws, 'snapshot', it.SnapshotId),
      name: nameOf(it.Tags, it.SnapshotId),
      facts: {
        public: (from: Aws) => isPublic(from, it.SnapshotId),
        encrypted: () => it.Encrypted,
        kmsKeyId: () => it.KmsKeyId ?? null,
        state: () => it.State,
        volumeId: () => it.VolumeId,
        started: () => it.StartTime,
      },
    }));
  },
});

/** All snapshots of the account itself: one list for snapshots and volumes. */
export function ownSnapshots(aws: Aws): Promise<Snapshot[]> {
  return list(aws, { OwnerIds: ['self'] });
}

/**
 * The public ones in one list in place of a call for each: `RestorableByUserIds: all` gives those that
 * everyone may use (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html).
 */
async function isPublic(aws: Aws, snapshotId: string): Promise<boolean> {
  const listed = await list(aws, { OwnerIds: ['self'], RestorableByUserIds: ['all'] });
  return listed.some((it) => it.SnapshotId === snapshotId);
}

function list(aws: Aws, input: { OwnerIds: string[]; RestorableByUserIds?: string[] }): Promise<Snapshot[]> {
  return listWhere({ aws, operation: 'ec2:DescribeSnapshots', input, at: 'Snapshots', items: Snapshot });
}
