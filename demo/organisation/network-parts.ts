import {
  CreateLaunchTemplateCommand,
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateTransitGatewayCommand,
  CreateVpcEndpointCommand,
  ModifySubnetAttributeCommand,
} from '@aws-sdk/client-ec2';
import { DEVELOPMENT, IRELAND, PRODUCTION, VIRGINIA } from './names.ts';
import type { Place, World } from './world.ts';

/** A second subnet of a VPC, in another zone. */
const SECOND: readonly { readonly vpc: string; readonly account: string; readonly region: string; cidr: string }[] = [
  { vpc: 'prod-core', account: PRODUCTION, region: IRELAND, cidr: '10.10.16.0/20' },
  { vpc: 'prod-recovery', account: PRODUCTION, region: VIRGINIA, cidr: '10.20.16.0/20' },
  { vpc: 'dev-core', account: DEVELOPMENT, region: IRELAND, cidr: '10.30.16.0/20' },
];

const named = (type: 'subnet' | 'network-acl' | 'transit-gateway', name: string) => [
  { ResourceType: type, Tags: [{ Key: 'Name', Value: name }] },
];

/** Subnets in second zones, network ACLs, interfaces, endpoints, a transit gateway and launch templates. */
export async function seedNetworkParts(world: World): Promise<void> {
  for (const { vpc, account, region, cidr } of SECOND) {
    await world.at('2024-03-06T10:00:00Z');
    const { ec2 } = world.in(account, region);
    const made = await ec2.send(
      new CreateSubnetCommand({
        VpcId: world.id(`vpc/${vpc}`),
        CidrBlock: cidr,
        AvailabilityZone: `${region}b`,
        TagSpecifications: named('subnet', `${vpc}-b`),
      }),
    );
    world.remember(`subnet/${vpc}-b`, made.Subnet?.SubnetId);
  }
  await privateSubnets(world);
  await acls(world);
  await interfaces(world);
  await endpoints(world);
  await transitGateway(world);
  for (const [account, name, tokens] of TEMPLATES) await createTemplate(world.in(account), name, tokens);
}

/** The sandbox alone gives every instance a public address; the emulator would do so in all subnets. */
async function privateSubnets(world: World): Promise<void> {
  for (const [subnet, account, region] of SUBNETS) {
    const MapPublicIpOnLaunch = { Value: subnet === 'dev-sandbox' };
    const SubnetId = world.id(`subnet/${subnet}`);
    await world.in(account, region).ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch }));
  }
}

const SUBNETS = [
  ['prod-core', PRODUCTION, IRELAND],
  ['prod-core-b', PRODUCTION, IRELAND],
  ['prod-management', PRODUCTION, IRELAND],
  ['prod-recovery', PRODUCTION, VIRGINIA],
  ['prod-recovery-b', PRODUCTION, VIRGINIA],
  ['dev-core', DEVELOPMENT, IRELAND],
  ['dev-core-b', DEVELOPMENT, IRELAND],
  ['dev-sandbox', DEVELOPMENT, VIRGINIA],
] as const;

/** A network ACL that lets clinics in, and one that was left over and guards nothing. */
async function acls(world: World): Promise<void> {
  await world.at('2024-05-21T11:10:38Z');
  await createAcl(world, world.in(PRODUCTION), { name: 'imaging-edge', vpc: 'prod-core', cidr: '203.0.113.0/25' });
  await world.at('2025-06-02T15:42:11Z');
  await createAcl(world, world.in(DEVELOPMENT), { name: 'load-test', vpc: 'dev-core', cidr: '0.0.0.0/0' });
}

async function createAcl(
  world: World,
  { ec2 }: Place,
  { name, vpc, cidr }: { name: string; vpc: string; cidr: string },
): Promise<void> {
  const made = await ec2.send(
    new CreateNetworkAclCommand({
      VpcId: world.id(`vpc/${vpc}`),
      TagSpecifications: named('network-acl', name),
      ClientToken: `acl-${name}`,
    }),
  );
  const NetworkAclId = world.remember(`acl/${name}`, made.NetworkAcl?.NetworkAclId);
  const rule = { NetworkAclId, RuleNumber: 100, Protocol: '6', RuleAction: 'allow' as const, CidrBlock: cidr };
  const PortRange = { From: 22, To: 2762 };
  await ec2.send(new CreateNetworkAclEntryCommand({ ...rule, Egress: false, PortRange }));
}

/** Interfaces of services, which the emulator does not make: of load balancers and databases. */
const INTERFACES = [
  { account: PRODUCTION, vpc: 'prod-core', group: 'alb-public' },
  { account: PRODUCTION, vpc: 'prod-core', group: 'records-db' },
  { account: DEVELOPMENT, vpc: 'dev-core', group: 'dev-alb' },
  { account: DEVELOPMENT, vpc: 'dev-core', group: 'dev-db' },
];

async function interfaces(world: World): Promise<void> {
  await world.at('2024-07-01T14:00:00Z');
  for (const { account, vpc, group } of INTERFACES) {
    await world.in(account).ec2.send(
      new CreateNetworkInterfaceCommand({
        SubnetId: world.id(`subnet/${vpc}`),
        Groups: [world.id(`sg/${group}`)],
        Description: group,
        ClientToken: `interface-${group}`,
      }),
    );
  }
}

async function endpoints(world: World): Promise<void> {
  await world.at('2024-02-20T09:31:20Z');
  const { ec2, region } = world.in(PRODUCTION);
  await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId: world.id('vpc/prod-core'),
      ServiceName: `com.amazonaws.${region}.ec2`,
      VpcEndpointType: 'Interface',
      SubnetIds: [world.id('subnet/prod-core')],
      SecurityGroupIds: [world.id('sg/portal-app')],
      ClientToken: 'endpoint-prod-core',
    }),
  );
}

async function transitGateway(world: World): Promise<void> {
  await world.at('2024-11-05T09:02:57Z');
  const { ec2 } = world.in(PRODUCTION);
  await ec2.send(
    new CreateTransitGatewayCommand({
      Description: 'Clinics and the office',
      Options: { AutoAcceptSharedAttachments: 'disable' },
      TagSpecifications: named('transit-gateway', 'clinics'),
    }),
  );
}

const TEMPLATES = [
  [PRODUCTION, 'portal-app', 'required'],
  [DEVELOPMENT, 'dev-load', 'optional'],
] as const;

async function createTemplate({ ec2 }: Place, name: string, HttpTokens: 'required' | 'optional'): Promise<void> {
  const LaunchTemplateData = {
    ImageId: 'ami-0abcdef1234567890',
    InstanceType: 't3.medium' as const,
    MetadataOptions: { HttpTokens, HttpEndpoint: 'enabled' as const },
    NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: false }],
  };
  const input = { LaunchTemplateName: name, LaunchTemplateData, ClientToken: `template-${name}` };
  await ec2.send(new CreateLaunchTemplateCommand(input));
}
