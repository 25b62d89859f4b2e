import { z } from 'zod';
import type { JsonObject } from '../../../model/json.ts';
import { population } from '../../service.ts';
import { ec2Arn, listAll, nameOf, Tags } from './pages.ts';

const Entry = z.object({
  RuleNumber: z.int(),
  RuleAction: z.enum(['allow', 'deny']),
  Egress: z.boolean(),
  Protocol: z.string().min(1),
  PortRange: z.object({ From: z.int().optional(), To: z.int().optional() }).optional(),
  CidrBlock: z.string().optional(),
  Ipv6CidrBlock: z.string().optional(),
});
type Entry = z.infer<typeof Entry>;

const NetworkAcl = z.object({
  NetworkAclId: z.string().min(1),
  OwnerId: z.string(),
  VpcId: z.string(),
  IsDefault: z.boolean(),
  Entries: z.array(Entry),
  Associations: z.array(z.object({ SubnetId: z.string() })),
  Tags,
});

/** Network ACLs that the account owns. */
export const networkAcls = population({
  type: 'AWS::EC2::NetworkAcl',
  facts: {
    vpcId: 'VPC of the network ACL',
    isDefault: 'whether new subnets of the VPC get it',
    subnets: 'ids of the subnets that it guards',
    inbound:
      'inbound entries in the order in which they decide [{number, allow, protocol: IANA number or -1 for all; from, to: ports or null for all; cidrs: the one range; groups, prefixLists: always empty}]: the form of security group rules',
    outbound: 'outbound entries, of the same form',
  },
  permissions: ['ec2:DescribeNetworkAcls'],
  async read(aws) {
    const listed = await listAll(aws, 'ec2:DescribeNetworkAcls', 'NetworkAcls', NetworkAcl);
    const own = listed.filter((it) => it.OwnerId === aws.account);
    return own.map((it) => ({
      id: ec2Arn(aws, 'network-acl', it.NetworkAclId),
      name: nameOf(it.Tags, it.NetworkAclId),
      facts: {
        vpcId: () => it.VpcId,
        isDefault: () => it.IsDefault,
        subnets: () => it.Associations.map((one) => one.SubnetId).sort(),
        inbound: () => rulesOf(it.Entries.filter((entry) => !entry.Egress)),
        outbound: () => rulesOf(it.Entries.filter((entry) => entry.Egress)),
      },
    }));
  },
});

function rulesOf(entries: readonly Entry[]): JsonObject[] {
  return entries.toSorted((a, b) => a.RuleNumber - b.RuleNumber || (a.CidrBlock === undefined ? 1 : -1)).map(ruleOf);
}

/** The last entry, `*` in the console, has the number 32767 and denies what nothing else decided. */
function ruleOf(entry: Entry): JsonObject {
  return {
    number: entry.RuleNumber,
    allow: entry.RuleAction === 'allow',
    protocol: entry.Protocol,
    from: entry.PortRange?.From ?? null,
    to: entry.PortRange?.To ?? null,
    cidrs: [Range.parse(entry.CidrBlock ?? entry.Ipv6CidrBlock)],
    groups: [],
    prefixLists: [],
  };
}

const Range = z.string('expected an IPv4 or an IPv6 range');
