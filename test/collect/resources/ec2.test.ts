import { describe, expect, it } from 'vitest';
import { readTask } from '../../../src/collect/read-task.ts';
import { service } from '../../../src/collect/resources/ec2.ts';
import type { Resource } from '../../../src/model/resource.ts';
import { account, at, err, ok, type Table, tableCloud } from '../table-cloud.ts';

const task = { account, region: 'eu-west-1', service: 'ec2' };
const options = { MetadataOptions: { State: 'applied', HttpTokens: 'required', HttpEndpoint: 'enabled' } };

const table: Table = {
  'ec2:DescribeInstances': (input) =>
    input.NextToken
      ? ok({ Reservations: [{ Instances: [{ InstanceId: 'i-3', State: { Name: 'terminated' } }] }] })
      : ok({
          NextToken: 'n',
          Reservations: [
            {
              Instances: [
                {
                  InstanceId: 'i-1',
                  State: { Code: 16, Name: 'running' },
                  ...options,
                  SubnetId: 'subnet-1',
                  VpcId: 'vpc-1',
                  SecurityGroups: [{ GroupId: 'sg-2' }, { GroupId: 'sg-1' }],
                  IamInstanceProfile: { Arn: 'arn:aws:iam::111122223333:instance-profile/web' },
                  Tags: [{ Key: 'Name', Value: 'web' }],
                },
                {
                  InstanceId: 'i-2',
                  State: { Name: 'running' },
                  ...options,
                  NetworkInterfaces: [
                    {},
                    { PrivateIpAddresses: [{}, { Association: { PublicIp: '203.0.113.7', IpOwnerId: account } }] },
                  ],
                },
              ],
            },
          ],
        }),
  'ec2:DescribeSecurityGroups': ok({
    SecurityGroups: [
      {
        GroupId: 'sg-1',
        GroupName: 'default',
        OwnerId: account,
        VpcId: 'vpc-1',
        IpPermissions: [
          {
            IpProtocol: 'tcp',
            FromPort: 22,
            ToPort: 22,
            IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'x' }],
            Ipv6Ranges: [{ CidrIpv6: '::/0' }],
            UserIdGroupPairs: [{ GroupId: 'sg-9', UserId: account }],
            PrefixListIds: [{ PrefixListId: 'pl-1' }],
          },
        ],
        IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [] }],
      },
      { GroupId: 'sg-8', GroupName: 'shared', OwnerId: '999999999999', IpPermissions: [], IpPermissionsEgress: [] },
    ],
  }),
  'ec2:DescribeVolumes': ok({
    Volumes: [
      {
        VolumeId: 'vol-1',
        Encrypted: false,
        State: 'in-use',
        Attachments: [{ InstanceId: 'i-1', Device: '/dev/xvda', State: 'attached' }],
      },
    ],
  }),
  'ec2:DescribeVpcs': ok({
    Vpcs: [
      { VpcId: 'vpc-1', IsDefault: true, OwnerId: account },
      { VpcId: 'vpc-2', IsDefault: false, OwnerId: account },
      { VpcId: 'vpc-3', IsDefault: false, OwnerId: '999999999999' },
    ],
  }),
  'ec2:DescribeFlowLogs': ok({
    FlowLogs: [
      {
        FlowLogId: 'fl-1',
        ResourceId: 'vpc-1',
        FlowLogStatus: 'ACTIVE',
        TrafficType: 'ALL',
        LogDestination: 'arn:aws:s3:::logs',
      },
      { FlowLogId: 'fl-2', ResourceId: 'subnet-1', FlowLogStatus: 'ACTIVE', TrafficType: 'ALL', LogGroupName: 'g' },
    ],
  }),
  'ec2:GetEbsEncryptionByDefault': ok({ EbsEncryptionByDefault: false }),
  'ec2:GetEbsDefaultKmsKeyId': err('denied', 'UnauthorizedOperation'),
};

async function read(over: Table = {}) {
  const cloud = tableCloud({ ...table, ...over });
  const reading = await readTask({ service, cloud, task, at, redact: { secret: 's' } });
  const of = (type: string) => reading.populations.find((it) => it.type === `AWS::EC2::${type}`);
  return { cloud, of };
}

const one = (resources: readonly Resource[] | undefined, end: string) => resources?.find((it) => it.id.endsWith(end));

describe('ec2', () => {
  it('reads instances of all pages, with a public address of any interface', async () => {
    const instances = (await read()).of('Instance')?.resources;
    expect(one(instances, 'i-1')).toMatchObject({
      id: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1',
      name: 'web',
      facts: {
        state: 'running',
        metadataOptions: { httpTokens: 'required', httpEndpoint: 'enabled' },
        publicIp: null,
        profileArn: 'arn:aws:iam::111122223333:instance-profile/web',
        subnetId: 'subnet-1',
        vpcId: 'vpc-1',
        securityGroups: ['sg-1', 'sg-2'],
      },
      failures: {},
    });
    expect(one(instances, 'i-2')?.facts.publicIp).toBe('203.0.113.7');
  });

  it('knows an instance without metadata options in every other respect', async () => {
    const instance = one((await read()).of('Instance')?.resources, 'i-3');
    expect(instance?.facts).toMatchObject({ state: 'terminated', publicIp: null });
    expect(instance?.failures).toMatchObject({
      metadataOptions: { kind: 'unparsable', operation: 'ec2:DescribeInstances' },
    });
  });

  it('reads rules in the form that the network functions take', async () => {
    const groups = (await read()).of('SecurityGroup')?.resources;
    expect(one(groups, 'sg-1')?.facts).toEqual({
      groupName: 'default',
      vpcId: 'vpc-1',
      ingress: [
        { protocol: 'tcp', from: 22, to: 22, cidrs: ['0.0.0.0/0', '::/0'], groups: ['sg-9'], prefixLists: ['pl-1'] },
      ],
      egress: [{ protocol: '-1', from: null, to: null, cidrs: [], groups: [], prefixLists: [] }],
    });
  });

  it('leaves groups and VPCs to the account that owns them', async () => {
    const { of } = await read();
    expect(of('SecurityGroup')?.resources).toHaveLength(1);
    expect(of('VPC')?.resources.map((it) => it.name)).toEqual(['vpc-1', 'vpc-2']);
  });

  it('gives each VPC its own flow logs with one call for all', async () => {
    const { of, cloud } = await read();
    expect(of('VPC')?.resources.map((it) => it.facts.flowLogs)).toEqual([
      [{ id: 'fl-1', status: 'ACTIVE', trafficType: 'ALL', destination: 'arn:aws:s3:::logs', deliveryError: null }],
      [],
    ]);
    expect(cloud.calls.filter((it) => it.operation === 'DescribeFlowLogs')).toHaveLength(1);
  });

  it('reads volumes and the settings of the region, each fact on its own', async () => {
    const { of } = await read();
    expect(of('Volume')?.resources[0]?.facts).toEqual({
      encrypted: false,
      kmsKeyId: null,
      state: 'in-use',
      attachments: [{ instanceId: 'i-1', device: '/dev/xvda', state: 'attached' }],
    });
    expect(of('RegionalSettings')?.resources).toMatchObject([
      { facts: { ebsEncryptionByDefault: false }, failures: { ebsDefaultKmsKeyId: { kind: 'denied' } } },
    ]);
  });

  it.each([
    ['no list at all', ok({})],
    ['a volume without the answer to the question', ok({ Volumes: [{ VolumeId: 'v', State: 'in-use' }] })],
    ['an empty answer', ok(null)],
  ])('takes %s for a failure, not for no volumes', async (_, answer) => {
    const { of } = await read({ 'ec2:DescribeVolumes': answer });
    expect(of('Volume')).toMatchObject({ resources: [], failure: { kind: 'unparsable' } });
    expect(of('VPC')?.failure).toBeUndefined();
  });
});
