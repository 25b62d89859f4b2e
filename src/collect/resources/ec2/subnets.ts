import { z } from 'zod';
import { population } from '../../service.ts';
import { ec2Arn, listAll, nameOf, Tags } from './pages.ts';

const Subnet = z.object({
  SubnetId: z.string().min(1),
  OwnerId: z.string(),
  VpcId: z.string(),
  AvailabilityZone: z.string(),
  MapPublicIpOnLaunch: z.boolean(),
  DefaultForAz: z.boolean(),
  Tags,
});

/** Subnets that the account owns; one that another account shares with it is set by that one. */
export const subnets = population({
  type: 'AWS::EC2::Subnet',
  facts: {
    mapPublicIp: 'whether instances that are launched in the subnet get a public IPv4 address unless they decline it',
    isDefault: 'whether it is the default subnet of its zone',
    vpcId: 'VPC of the subnet',
    zone: 'Availability Zone of the subnet',
  },
  permissions: ['ec2:DescribeSubnets'],
  async read(aws) {
    const listed = await listAll(aws, 'ec2:DescribeSubnets', 'Subnets', Subnet);
    const own = listed.filter((it) => it.OwnerId === aws.account);
    return own.map((it) => ({
      id: ec2Arn(aws, 'subnet', it.SubnetId),
      name: nameOf(it.Tags, it.SubnetId),
      facts: {
        mapPublicIp: () => it.MapPublicIpOnLaunch,
        isDefault: () => it.DefaultForAz,
        vpcId: () => it.VpcId,
        zone: () => it.AvailabilityZone,
      },
    }));
  },
});
