import {
  AuthorizeSecurityGroupIngressCommand,
  CreateFlowLogsCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { bucketArn, DEVELOPMENT, IRELAND, PRODUCTION, REGIONS, VIRGINIA } from './names.ts';
import type { World } from './world.ts';

interface Vpc {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly created: string;
  readonly cidr: string;
  readonly flowLogs?: 'ALL' | 'REJECT';
  /** Whether the rules of the default security group were taken away. */
  readonly closed?: boolean;
}

const VPCS: readonly Vpc[] = [
  {
    name: 'prod-core',
    account: PRODUCTION,
    region: IRELAND,
    created: '2024-02-06T10:00:05Z',
    cidr: '10.10.0.0/16',
    flowLogs: 'ALL',
    closed: true,
  },
  {
    name: 'prod-management',
    account: PRODUCTION,
    region: IRELAND,
    created: '2024-02-06T10:20:48Z',
    cidr: '10.11.0.0/20',
    flowLogs: 'ALL',
    closed: true,
  },
  {
    name: 'prod-recovery',
    account: PRODUCTION,
    region: VIRGINIA,
    created: '2024-11-04T12:40:16Z',
    cidr: '10.20.0.0/16',
    closed: true,
  },
  {
    name: 'dev-core',
    account: DEVELOPMENT,
    region: IRELAND,
    created: '2024-03-05T08:30:59Z',
    cidr: '10.30.0.0/16',
    flowLogs: 'REJECT',
    closed: true,
  },
  {
    name: 'dev-sandbox',
    account: DEVELOPMENT,
    region: VIRGINIA,
    created: '2025-05-12T10:15:33Z',
    cidr: '10.40.0.0/16',
  },
];

interface Group {
  readonly name: string;
  readonly vpc: string;
  readonly text: string;
  readonly rules: readonly IpPermission[];
}

const OFFICE = '198.51.100.0/24';
const WORLD = '0.0.0.0/0';

/** One port, or a range, open to some addresses. */
export const open = (FromPort: number, CidrIp: string, ToPort = FromPort): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort,
  ToPort,
  IpRanges: [{ CidrIp }],
});
const openV6 = (port: number): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  Ipv6Ranges: [{ CidrIpv6: '::/0' }],
});

const GROUPS: readonly Group[] = [
  {
    name: 'alb-public',
    vpc: 'prod-core',
    text: 'Portal load balancer',
    rules: [open(443, WORLD), openV6(443), open(80, WORLD)],
  },
  { name: 'portal-app', vpc: 'prod-core', text: 'Portal servers', rules: [open(8443, '10.10.0.0/20')] },
  { name: 'claims-worker', vpc: 'prod-core', text: 'Claims workers', rules: [] },
  {
    name: 'imaging-ingest',
    vpc: 'prod-core',
    text: 'DICOM over TLS from clinics',
    rules: [open(2762, '203.0.113.0/25')],
  },
  { name: 'records-db', vpc: 'prod-core', text: 'Records database', rules: [open(5432, '10.10.0.0/20')] },
  { name: 'session-cache', vpc: 'prod-core', text: 'Session cache', rules: [open(6379, '10.10.0.0/20')] },
  { name: 'bastion', vpc: 'prod-management', text: 'Jump host', rules: [open(22, OFFICE)] },
  { name: 'recovery-app', vpc: 'prod-recovery', text: 'Portal servers, recovery', rules: [open(8443, '10.20.0.0/20')] },
  {
    name: 'recovery-db',
    vpc: 'prod-recovery',
    text: 'Records database, recovery',
    rules: [open(5432, '10.20.0.0/20')],
  },
  { name: 'dev-alb', vpc: 'dev-core', text: 'Test load balancer', rules: [open(443, OFFICE)] },
  { name: 'dev-app', vpc: 'dev-core', text: 'Test servers', rules: [open(8443, '10.30.0.0/16'), open(22, OFFICE)] },
  { name: 'dev-db', vpc: 'dev-core', text: 'Test database', rules: [open(5432, '10.30.0.0/16')] },
  { name: 'sandbox-notebooks', vpc: 'dev-sandbox', text: 'Notebooks', rules: [open(8888, WORLD)] },
];

/** Makes VPCs with subnets, flow logs and security groups; remembers `vpc/…`, `subnet/…` and `sg/…`. */
export async function seedNetworks(world: World): Promise<void> {
  for (const region of REGIONS) await deleteDefaultVpc(world.in(PRODUCTION, region).ec2);
  for (const vpc of VPCS) await createVpc(world, vpc);
  for (const group of GROUPS) await createGroup(world, group);
}

async function deleteDefaultVpc(ec2: EC2Client): Promise<void> {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  const VpcId = Vpcs.find((it) => it.IsDefault)?.VpcId ?? '';
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId] }] }),
  );
  for (const { SubnetId } of Subnets) await ec2.send(new DeleteSubnetCommand({ SubnetId }));
  await ec2.send(new DeleteVpcCommand({ VpcId }));
}

async function createVpc(world: World, vpc: Vpc): Promise<void> {
  await world.at(vpc.created);
  const { ec2 } = world.in(vpc.account, vpc.region);
  const tags = (type: 'vpc' | 'subnet', name: string) => [{ ResourceType: type, Tags: [{ Key: 'Name', Value: name }] }];
  const made = await ec2.send(new CreateVpcCommand({ CidrBlock: vpc.cidr, TagSpecifications: tags('vpc', vpc.name) }));
  const VpcId = world.remember(`vpc/${vpc.name}`, made.Vpc?.VpcId);
  const CidrBlock = vpc.cidr.replace(/\/\d+$/, '/20');
  const subnet = {
    VpcId,
    CidrBlock,
    AvailabilityZone: `${vpc.region}a`,
    TagSpecifications: tags('subnet', `${vpc.name}-a`),
  };
  world.remember(`subnet/${vpc.name}`, (await ec2.send(new CreateSubnetCommand(subnet))).Subnet?.SubnetId);
  if (vpc.flowLogs !== undefined) await logFlows(ec2, VpcId, vpc.flowLogs);
  const filter = { Filters: [{ Name: 'vpc-id', Values: [VpcId] }] };
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand(filter));
  for (const { GroupId, IpPermissions, IpPermissionsEgress } of vpc.closed === true ? SecurityGroups : []) {
    if (IpPermissions?.length) await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    if (IpPermissionsEgress?.length)
      await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: IpPermissionsEgress }));
  }
}

/** Turns on flow logs of a VPC. */
export async function logFlows(ec2: EC2Client, vpcId: string, TrafficType: 'ALL' | 'REJECT'): Promise<string> {
  const { FlowLogIds = [] } = await ec2.send(
    new CreateFlowLogsCommand({
      ResourceIds: [vpcId],
      ResourceType: 'VPC',
      TrafficType,
      LogDestinationType: 's3',
      LogDestination: bucketArn('prod-flow-logs'),
    }),
  );
  return FlowLogIds[0] ?? '';
}

async function createGroup(world: World, { name, vpc, text, rules }: Group): Promise<void> {
  const home = VPCS.find((it) => it.name === vpc);
  if (home === undefined) throw new Error(`no VPC ${vpc}`);
  await world.at(home.created);
  const { ec2 } = world.in(home.account, home.region);
  const VpcId = world.id(`vpc/${vpc}`);
  const made = await ec2.send(new CreateSecurityGroupCommand({ GroupName: name, Description: text, VpcId }));
  const GroupId = world.remember(`sg/${name}`, made.GroupId);
  if (rules.length > 0)
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [...rules] }));
}
