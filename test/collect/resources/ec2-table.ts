import { readTask } from '../../../src/collect/read-task.ts';
import { service } from '../../../src/collect/resources/ec2.ts';
import { account, at, ok, type Table, tableCloud } from '../table-cloud.ts';

const task = { account, region: 'eu-west-1', service: 'ec2' };

/** An account with nothing in it: every list is empty. What a test is about is laid over it. */
const empty: Table = {
  'ec2:DescribeInstances': ok({ Reservations: [] }),
  'ec2:DescribeSecurityGroups': ok({ SecurityGroups: [] }),
  'ec2:DescribeNetworkInterfaces': ok({ NetworkInterfaces: [] }),
  'ec2:DescribeVolumes': ok({ Volumes: [] }),
  'ec2:DescribeSnapshots': ok({ Snapshots: [] }),
  'ec2:DescribeImages': ok({ Images: [] }),
  'ec2:DescribeLaunchTemplateVersions': ok({ LaunchTemplateVersions: [] }),
  'ec2:DescribeVpcs': ok({ Vpcs: [] }),
  'ec2:DescribeVpcEndpoints': ok({ VpcEndpoints: [] }),
  'ec2:DescribeFlowLogs': ok({ FlowLogs: [] }),
  'ec2:DescribeNetworkAcls': ok({ NetworkAcls: [] }),
  'ec2:DescribeSubnets': ok({ Subnets: [] }),
  'ec2:DescribeTransitGateways': ok({ TransitGateways: [] }),
  'ec2:GetEbsEncryptionByDefault': ok({ EbsEncryptionByDefault: true }),
  'ec2:GetEbsDefaultKmsKeyId': ok({ KmsKeyId: 'alias/aws/ebs' }),
  'ec2:GetSnapshotBlockPublicAccessState': ok({ State: 'unblocked' }),
  'ec2:GetImageBlockPublicAccessState': ok({ ImageBlockPublicAccessState: 'unblocked' }),
  'ec2:GetInstanceMetadataDefaults': ok({ AccountLevel: {} }),
};

/** Reads the EC2 task of one region over these answers. */
export async function readEc2(over: Table) {
  const cloud = tableCloud({ ...empty, ...over });
  const reading = await readTask({ service, cloud, task, at, redact: { secret: 's' } });
  const of = (type: string) => {
    const population = reading.populations.find((it) => it.type === `AWS::EC2::${type}`);
    if (population === undefined) throw new Error(`no population of ${type}`);
    return population;
  };
  return { reading, cloud, of, one: (type: string) => of(type).resources[0] };
}
