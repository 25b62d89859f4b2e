import { z } from 'zod';
import type { JsonObject } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { ec2Arn, listAll } from './pages.ts';

const Permission = z.object({
  IpProtocol: z.string().min(1),
  FromPort: z.int().optional(),
  ToPort: z.int().optional(),
  IpRanges: z.array(z.object({ CidrIp: z.string() })).optional(),
  Ipv6Ranges: z.array(z.object({ CidrIpv6: z.string() })).optional(),
  UserIdGroupPairs: z.array(z.object({ GroupId: z.string().optional(), GroupName: z.string().optional() })).optional(),
  PrefixListIds: z.array(z.object({ PrefixListId: z.string() })).optional(),
});

const Interface = z.object({ Groups: z.array(z.object({ GroupId: z.string() })) });

const SecurityGroup = z.object({
  GroupId: z.string().min(1),
  GroupName: z.string(),
  OwnerId: z.string(),
  VpcId: z.string().optional(),
  IpPermissions: z.array(Permission),
  IpPermissionsEgress: z.array(Permission),
});

/** Security groups that the account owns; those that another account shares with it are that one's. */
export const securityGroups = population({
  type: 'AWS::EC2::SecurityGroup',
  facts: {
    groupName: 'name of the group; "default" is the one that every VPC has',
    vpcId: 'VPC of the group; null for EC2-Classic',
    ingress:
      'inbound rules [{protocol: tcp, udp, icmp, -1 …; from, to: ports or null for all; cidrs; groups; prefixLists}]',
    egress: 'outbound rules, of the same form',
    inUse:
      'whether a network interface of the account has the group; the interfaces of load balancers, functions and databases count',
  },
  permissions: ['ec2:DescribeSecurityGroups', 'ec2:DescribeNetworkInterfaces'],
  async read(aws) {
    const listed = await listAll(aws, 'ec2:DescribeSecurityGroups', 'SecurityGroups', SecurityGroup);
    const own = listed.filter((it) => it.OwnerId === aws.account);
    return own.map((it) => ({
      id: ec2Arn(aws, 'security-group', it.GroupId),
      name: `${it.GroupName} (${it.GroupId})`,
      facts: {
        groupName: () => it.GroupName,
        vpcId: () => it.VpcId ?? null,
        ingress: () => it.IpPermissions.map(ruleOf),
        egress: () => it.IpPermissionsEgress.map(ruleOf),
        inUse: (from: Aws) => isInUse(from, it.GroupId),
      },
    }));
  },
});

/** One list for all groups. An interface of a shared VPC that another account owns is not in it. */
async function isInUse(aws: Aws, groupId: string): Promise<boolean> {
  const interfaces = await listAll(aws, 'ec2:DescribeNetworkInterfaces', 'NetworkInterfaces', Interface);
  return interfaces.some((it) => it.Groups.some((group) => group.GroupId === groupId));
}

function ruleOf(permission: z.infer<typeof Permission>): JsonObject {
  const { IpRanges = [], Ipv6Ranges = [], UserIdGroupPairs = [], PrefixListIds = [] } = permission;
  return {
    protocol: permission.IpProtocol,
    from: permission.FromPort ?? null,
    to: permission.ToPort ?? null,
    cidrs: [...IpRanges.map((it) => it.CidrIp), ...Ipv6Ranges.map((it) => it.CidrIpv6)].sort(),
    groups: UserIdGroupPairs.map((it) => it.GroupId ?? it.GroupName ?? 'unknown').sort(),
    prefixLists: PrefixListIds.map((it) => it.PrefixListId).sort(),
  };
}
