import { z } from 'zod';
import { type Aws, population } from '../../service.ts';
import { ec2Arn, listAll, nameOf, Tags } from './pages.ts';
import { ownSnapshots } from './snapshots.ts';

const Volume = z.object({
  VolumeId: z.string().min(1),
  Encrypted: z.boolean(),
  KmsKeyId: z.string().optional(),
  State: z.string(),
  Attachments: z
    .array(z.object({ InstanceId: z.string().optional(), Device: z.string().optional(), State: z.string().optional() }))
    .optional(),
  Tags,
});

/** EBS volumes, attached or not. */
export const volumes = population({
  type: 'AWS::EC2::Volume',
  facts: {
    encrypted: 'whether the volume is encrypted',
    kmsKeyId: 'ARN of the KMS key; null where the volume is not encrypted',
    state: 'creating, available, in-use, deleting, deleted or error',
    hasSnapshot: 'whether the account has a completed snapshot of the volume',
    attachments: 'where it is attached [{instanceId, device, state}]; instanceId is null for services such as Fargate',
  },
  permissions: ['ec2:DescribeVolumes', 'ec2:DescribeSnapshots'],
  async read(aws) {
    const listed = await listAll(aws, 'ec2:DescribeVolumes', 'Volumes', Volume);
    return listed.map((it) => ({
      id: ec2Arn(aws, 'volume', it.VolumeId),
      name: nameOf(it.Tags, it.VolumeId),
      facts: {
        encrypted: () => it.Encrypted,
        kmsKeyId: () => it.KmsKeyId ?? null,
        state: () => it.State,
        hasSnapshot: (from: Aws) => hasSnapshot(from, it.VolumeId),
        attachments: () =>
          (it.Attachments ?? []).map(({ InstanceId = null, Device = null, State = null }) => {
            return { instanceId: InstanceId, device: Device, state: State };
          }),
      },
    }));
  },
});

async function hasSnapshot(aws: Aws, volumeId: string): Promise<boolean> {
  const snapshots = await ownSnapshots(aws);
  return snapshots.some((it) => it.VolumeId === volumeId && it.State === 'completed');
}
