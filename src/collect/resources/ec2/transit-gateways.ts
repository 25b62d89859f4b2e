import { z } from 'zod';
import { population } from '../../service.ts';
import { ec2Arn, listAll, nameOf, Tags } from './pages.ts';

const TransitGateway = z.object({
  TransitGatewayId: z.string().min(1),
  OwnerId: z.string(),
  State: z.string(),
  Options: z.object({ AutoAcceptSharedAttachments: z.enum(['enable', 'disable']) }),
  Tags,
});

/** Transit gateways that the account owns. */
export const transitGateways = population({
  type: 'AWS::EC2::TransitGateway',
  facts: {
    state: 'pending, available, modifying, deleting or deleted',
    autoAccept: 'whether attachments that other accounts ask for are accepted without anyone looking',
  },
  permissions: ['ec2:DescribeTransitGateways'],
  async read(aws) {
    const listed = await listAll(aws, 'ec2:DescribeTransitGateways', 'TransitGateways', TransitGateway);
    const own = listed.filter((it) => it.OwnerId === aws.account);
    return own.map((it) => ({
      id: ec2Arn(aws, 'transit-gateway', it.TransitGatewayId),
      name: nameOf(it.Tags, it.TransitGatewayId),
      facts: { state: () => it.State, autoAccept: () => it.Options.AutoAcceptSharedAttachments === 'enable' },
    }));
  },
});
