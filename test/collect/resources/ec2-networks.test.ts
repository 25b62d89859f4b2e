import { describe, expect, it } from 'vitest';
import { account, err, ok } from '../table-cloud.ts';
import { readEc2 } from './ec2-table.ts';

const other = '999999999999';
const denied = err('denied', 'UnauthorizedOperation');

describe('network ACLs', () => {
  const entry = (RuleNumber: number, more: object) => ({ RuleNumber, Protocol: '6', Egress: false, ...more });
  const acl = {
    NetworkAclId: 'acl-1',
    OwnerId: account,
    VpcId: 'vpc-1',
    IsDefault: false,
    Associations: [{ SubnetId: 'subnet-2' }, { SubnetId: 'subnet-1' }],
    Entries: [
      entry(32767, { RuleAction: 'deny', Protocol: '-1', CidrBlock: '0.0.0.0/0' }),
      entry(100, { RuleAction: 'allow', Ipv6CidrBlock: '::/0', PortRange: { From: 22, To: 22 } }),
      entry(90, { RuleAction: 'allow', CidrBlock: '10.0.0.0/8', PortRange: { From: 22, To: 22 } }),
      entry(100, { RuleAction: 'allow', Protocol: '-1', Egress: true, CidrBlock: '0.0.0.0/0' }),
    ],
  };

  it('give their entries in the order in which they decide, in the form of security group rules', async () => {
    const shared = { ...acl, NetworkAclId: 'acl-2', OwnerId: other };
    const { one, of } = await readEc2({ 'ec2:DescribeNetworkAcls': ok({ NetworkAcls: [acl, shared] }) });
    const rest = { groups: [], prefixLists: [] };
    expect(of('NetworkAcl').resources).toHaveLength(1);
    expect(one('NetworkAcl')?.facts).toEqual({
      vpcId: 'vpc-1',
      isDefault: false,
      subnets: ['subnet-1', 'subnet-2'],
      inbound: [
        { number: 90, allow: true, protocol: '6', from: 22, to: 22, cidrs: ['10.0.0.0/8'], ...rest },
        { number: 100, allow: true, protocol: '6', from: 22, to: 22, cidrs: ['::/0'], ...rest },
        { number: 32767, allow: false, protocol: '-1', from: null, to: null, cidrs: ['0.0.0.0/0'], ...rest },
      ],
      outbound: [{ number: 100, allow: true, protocol: '-1', from: null, to: null, cidrs: ['0.0.0.0/0'], ...rest }],
    });
  });

  it('do not know their rules where an entry has no range', async () => {
    const broken = { ...acl, Entries: [entry(1, { RuleAction: 'allow' })] };
    const { one } = await readEc2({ 'ec2:DescribeNetworkAcls': ok({ NetworkAcls: [broken] }) });
    expect(one('NetworkAcl')?.failures).toMatchObject({ inbound: { kind: 'unparsable' } });
    expect(one('NetworkAcl')?.facts).toMatchObject({ isDefault: false, outbound: [] });
  });
});

describe('subnets and transit gateways', () => {
  const subnet = {
    SubnetId: 'subnet-1',
    OwnerId: account,
    VpcId: 'vpc-1',
    AvailabilityZone: 'eu-west-1a',
    MapPublicIpOnLaunch: true,
    DefaultForAz: true,
  };
  const gateway = {
    TransitGatewayId: 'tgw-1',
    OwnerId: account,
    State: 'available',
    Options: { AutoAcceptSharedAttachments: 'enable' },
  };

  it('are those that the account owns', async () => {
    const { of, one } = await readEc2({
      'ec2:DescribeSubnets': ok({ Subnets: [subnet, { ...subnet, SubnetId: 'subnet-2', OwnerId: other }] }),
      'ec2:DescribeTransitGateways': ok({
        TransitGateways: [gateway, { ...gateway, TransitGatewayId: 'tgw-2', OwnerId: other }],
      }),
    });
    expect([of('Subnet').resources.length, of('TransitGateway').resources.length]).toEqual([1, 1]);
    expect(one('Subnet')?.facts).toEqual({ mapPublicIp: true, isDefault: true, vpcId: 'vpc-1', zone: 'eu-west-1a' });
    expect(one('TransitGateway')?.facts).toEqual({ state: 'available', autoAccept: true });
  });

  it('are unknown, not without a setting, where the setting is missing', async () => {
    const { MapPublicIpOnLaunch: _, ...without } = subnet;
    const { of } = await readEc2({
      'ec2:DescribeSubnets': ok({ Subnets: [without] }),
      'ec2:DescribeTransitGateways': ok({ TransitGateways: [{ ...gateway, Options: {} }] }),
    });
    expect(of('Subnet').failure).toMatchObject({ kind: 'unparsable' });
    expect(of('TransitGateway').failure).toMatchObject({ kind: 'unparsable' });
  });
});

describe('security groups and VPCs', () => {
  const group = (GroupId: string) => ({
    GroupId,
    GroupName: GroupId,
    OwnerId: account,
    IpPermissions: [],
    IpPermissionsEgress: [],
  });
  const groups = ok({ SecurityGroups: [group('sg-1'), group('sg-2')] });
  const endpoint = (VpcId: string, name: string, State: string) => ({
    VpcId,
    ServiceName: `com.amazonaws.eu-west-1.${name}`,
    State,
  });

  it('know from one list of all pages whether an interface has a group', async () => {
    const { of, cloud } = await readEc2({
      'ec2:DescribeSecurityGroups': groups,
      'ec2:DescribeNetworkInterfaces': (input) =>
        input.NextToken
          ? ok({ NetworkInterfaces: [{ Groups: [{ GroupId: 'sg-2' }] }] })
          : ok({ NetworkInterfaces: [{ Groups: [] }], NextToken: 'n' }),
    });
    expect(of('SecurityGroup').resources.map((it) => it.facts.inUse)).toEqual([false, true]);
    expect(cloud.calls.filter((it) => it.operation === 'DescribeNetworkInterfaces')).toHaveLength(2);
  });

  it('count available endpoints of the VPC itself', async () => {
    const { one } = await readEc2({
      'ec2:DescribeVpcs': ok({ Vpcs: [{ VpcId: 'vpc-1', IsDefault: false, OwnerId: account }] }),
      'ec2:DescribeVpcEndpoints': ok({
        VpcEndpoints: [
          endpoint('vpc-1', 's3', 'Available'),
          endpoint('vpc-1', 'ec2', 'available'),
          endpoint('vpc-1', 'ec2', 'available'),
          endpoint('vpc-1', 'kms', 'pendingAcceptance'),
          endpoint('vpc-2', 'sqs', 'available'),
        ],
      }),
    });
    expect(one('VPC')?.facts.endpoints).toEqual(['com.amazonaws.eu-west-1.ec2', 'com.amazonaws.eu-west-1.s3']);
  });

  it('fail in one fact each when these lists are denied', async () => {
    const { one } = await readEc2({
      'ec2:DescribeSecurityGroups': groups,
      'ec2:DescribeNetworkInterfaces': denied,
      'ec2:DescribeVpcs': ok({ Vpcs: [{ VpcId: 'vpc-1', IsDefault: false, OwnerId: account }] }),
      'ec2:DescribeVpcEndpoints': denied,
    });
    expect(Object.keys(one('SecurityGroup')?.failures ?? {})).toEqual(['inUse']);
    expect(Object.keys(one('VPC')?.failures ?? {})).toEqual(['endpoints']);
  });
});

describe('new populations of EC2', () => {
  it.each([
    ['NetworkAcl', 'ec2:DescribeNetworkAcls'],
    ['Subnet', 'ec2:DescribeSubnets'],
    ['TransitGateway', 'ec2:DescribeTransitGateways'],
    ['Snapshot', 'ec2:DescribeSnapshots'],
    ['Image', 'ec2:DescribeImages'],
    ['LaunchTemplate', 'ec2:DescribeLaunchTemplateVersions'],
  ])('%s is unknown, and nothing else, when its list is denied or empty of an answer', async (type, call) => {
    for (const [answer, kind] of [
      [denied, 'denied'],
      [ok({}), 'unparsable'],
    ] as const) {
      const { of, reading } = await readEc2({ [call]: answer });
      expect(of(type)).toMatchObject({ resources: [], failure: { kind, operation: call } });
      expect(reading.populations.filter((it) => it.failure !== undefined)).toHaveLength(1);
    }
  });
});
