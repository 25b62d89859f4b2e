import { z } from 'zod';
import { population } from '../../service.ts';
import { ec2Arn, nameOf, Tags } from './pages.ts';

const Address = z.object({
  AllocationId: z.string().min(1),
  PublicIp: z.string(),
  AssociationId: z.string().optional(),
  InstanceId: z.string().optional(),
  NetworkInterfaceId: z.string().optional(),
  Tags,
});

/** Elastic IP addresses. */
export const addresses = population({
  type: 'AWS::EC2::EIP',
  facts: {
    publicIp: 'the address',
    associated: 'whether it belongs to an instance or a network interface',
    instanceId: 'the instance that has it; null without one',
    interfaceId: 'the network interface that has it; null without one',
  },
  permissions: ['ec2:DescribeAddresses'],
  async read(aws) {
    // One page: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html has no token.
    const listed = await aws.list('ec2:DescribeAddresses', {}, { items: Address, at: 'Addresses' });
    return listed.map((it) => ({
      id: ec2Arn(aws, 'elastic-ip', it.AllocationId),
      name: nameOf(it.Tags, it.PublicIp),
      facts: {
        publicIp: () => it.PublicIp,
        // EC2 leaves these out, or gives empty texts, where the address is free.
        associated: () => [it.AssociationId, it.InstanceId, it.NetworkInterfaceId].some((id) => Boolean(id)),
        instanceId: () => it.InstanceId || null,
        interfaceId: () => it.NetworkInterfaceId || null,
      },
    }));
  },
});
