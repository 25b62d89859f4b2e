import { z } from 'zod';
import { population } from '../../service.ts';
import { ec2Arn, listWhere } from './pages.ts';

const Image = z.object({
  ImageId: z.string().min(1),
  Name: z.string().optional(),
  Public: z.boolean(),
  State: z.string(),
});

/** Machine images (AMIs) that the account owns. */
export const images = population({
  type: 'AWS::EC2::Image',
  facts: {
    public: 'whether every AWS account may launch instances from the image',
    state: 'available, pending, failed, disabled …',
  },
  permissions: ['ec2:DescribeImages'],
  async read(aws) {
    // Disabled images are left out unless they are asked for; no instance can be launched from one.
    const input = { Owners: ['self'] };
    const listed = await listWhere({ aws, operation: 'ec2:DescribeImages', input, at: 'Images', items: Image });
    return listed.map((it) => ({
      id: ec2Arn(aws, 'image', it.ImageId),
      name: it.Name === undefined || it.Name === '' ? it.ImageId : `${it.Name} (${it.ImageId})`,
      facts: { public: () => it.Public, state: () => it.State },
    }));
  },
});
