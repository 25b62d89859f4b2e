import { z } from 'zod';
import { population } from '../../service.ts';
import { ec2Arn, listAll, nameOf, Tags } from './pages.ts';

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
    attachments: 'where it is attached [{instanceId, device, state}]; instanceId is null for services such as Fargate',
  },
  permissions: ['ec2:DescribeVolumes'],
  async read(aws) {
    const listed = await listAll(aws, 'ec2:DescribeVolumes', 'Volumes', Volume);
    return listed.map((it) => ({
      id: ec2Arn(aws, 'volume', it.VolumeId),
      name: nameOf(it.Tags, it.VolumeId),
      facts: {
        encrypted: () => it.Encrypted,
        kmsKeyId: () => it.KmsKeyId ?? null,
        state: () => it.State,
        attachments: () =>
          (it.Attachments ?? []).map(({ InstanceId = null, Device = null, State = null }) => {
            return { instanceId: InstanceId, device: Device, state: State };
          }),
      },
    }));
  },
});
