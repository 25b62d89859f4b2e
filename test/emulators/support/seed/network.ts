import {
  AuthorizeSecurityGroupIngressCommand,
  CreateFlowLogsCommand,
  CreateLaunchTemplateCommand,
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTransitGatewayCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  EC2Client,
  ModifySubnetAttributeCommand,
} from '@aws-sdk/client-ec2';
import { REGION } from '../moto.ts';
import { type Config, named } from './shared.ts';

/** What was made, good before bad. */
export interface Network {
  readonly vpcs: { readonly logged: string; readonly unlogged: string };
  readonly groups: { readonly open: string; readonly closed: string };
  readonly subnets: { readonly quiet: string; readonly second: string; readonly public: string };
  readonly acls: { readonly open: string; readonly closed: string };
  readonly templates: { readonly strict: string; readonly lax: string };
  readonly gateways: { readonly manual: string; readonly automatic: string };
}

/** Two networks with what belongs to them. */
export async function seedNetwork(config: Config): Promise<Network> {
  const ec2 = new EC2Client(config);
  const vpcs = await makeVpcs(ec2);
  const groups = await makeGroups(ec2, vpcs.logged);
  const subnets = {
    quiet: await makeSubnet(ec2, vpcs.logged, { CidrBlock: '10.1.1.0/24', zone: 'a' }),
    second: await makeSubnet(ec2, vpcs.logged, { CidrBlock: '10.1.2.0/24', zone: 'b' }),
    public: await makeSubnet(ec2, vpcs.unlogged, { CidrBlock: '10.2.1.0/24', zone: 'a' }),
  };
  const isPublic = { SubnetId: subnets.public, MapPublicIpOnLaunch: { Value: true } };
  await ec2.send(new ModifySubnetAttributeCommand(isPublic));
  const acls = {
    open: await makeAcl(ec2, vpcs.logged, '0.0.0.0/0'),
    closed: await makeAcl(ec2, vpcs.logged, '10.0.0.0/8'),
  };
  const templates = { strict: await makeTemplate(ec2, 'required'), lax: await makeTemplate(ec2, 'optional') };
  const gateways = { manual: await makeGateway(ec2, 'disable'), automatic: await makeGateway(ec2, 'enable') };
  return { vpcs, groups, subnets, acls, templates, gateways };
}

async function makeVpcs(ec2: EC2Client): Promise<Network['vpcs']> {
  const makeVpc = async (CidrBlock: string) => named((await ec2.send(new CreateVpcCommand({ CidrBlock }))).Vpc?.VpcId);
  const vpcs = { logged: await makeVpc('10.1.0.0/16'), unlogged: await makeVpc('10.2.0.0/16') };
  await ec2.send(
    new CreateFlowLogsCommand({
      ResourceIds: [vpcs.logged],
      ResourceType: 'VPC',
      TrafficType: 'ALL',
      LogDestinationType: 's3',
      LogDestination: 'arn:aws:s3:::wm-logs',
    }),
  );
  const ServiceName = `com.amazonaws.${REGION}.ec2`;
  await ec2.send(new CreateVpcEndpointCommand({ VpcId: vpcs.logged, ServiceName, VpcEndpointType: 'Interface' }));
  return vpcs;
}

async function makeGroups(ec2: EC2Client, VpcId: string): Promise<Network['groups']> {
  const makeGroup = async (GroupName: string, CidrIp: string) => {
    const made = await ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: GroupName, VpcId }));
    const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp }] }];
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: named(made.GroupId), IpPermissions }));
    return named(made.GroupId);
  };
  return { open: await makeGroup('open', '0.0.0.0/0'), closed: await makeGroup('closed', '10.0.0.0/8') };
}

async function makeSubnet(
  ec2: EC2Client,
  VpcId: string,
  { CidrBlock, zone }: { CidrBlock: string; zone: string },
): Promise<string> {
  const input = { VpcId, CidrBlock, AvailabilityZone: `${REGION}${zone}` };
  return named((await ec2.send(new CreateSubnetCommand(input))).Subnet?.SubnetId);
}

async function makeAcl(ec2: EC2Client, VpcId: string, CidrBlock: string): Promise<string> {
  const NetworkAclId = named((await ec2.send(new CreateNetworkAclCommand({ VpcId }))).NetworkAcl?.NetworkAclId);
  const rule = { RuleNumber: 100, Protocol: '6', RuleAction: 'allow', Egress: false, PortRange: { From: 22, To: 22 } };
  await ec2.send(new CreateNetworkAclEntryCommand({ ...rule, RuleAction: 'allow', NetworkAclId, CidrBlock }));
  return NetworkAclId;
}

async function makeTemplate(ec2: EC2Client, HttpTokens: 'required' | 'optional'): Promise<string> {
  const AssociatePublicIpAddress = HttpTokens === 'optional';
  const LaunchTemplateData = {
    ImageId: 'ami-12c6146b',
    MetadataOptions: { HttpTokens },
    NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress }],
  };
  const made = await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: HttpTokens, LaunchTemplateData }));
  return named(made.LaunchTemplate?.LaunchTemplateId);
}

async function makeGateway(ec2: EC2Client, AutoAcceptSharedAttachments: 'enable' | 'disable'): Promise<string> {
  const made = await ec2.send(new CreateTransitGatewayCommand({ Options: { AutoAcceptSharedAttachments } }));
  return named(made.TransitGateway?.TransitGatewayId);
}
