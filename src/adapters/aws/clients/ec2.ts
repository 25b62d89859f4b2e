import {
  DescribeFlowLogsCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  DescribeTransitGatewaysCommand,
  DescribeVolumesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
  GetEbsDefaultKmsKeyIdCommand,
  GetEbsEncryptionByDefaultCommand,
  GetImageBlockPublicAccessStateCommand,
  GetInstanceMetadataDefaultsCommand,
  GetSnapshotBlockPublicAccessStateCommand,
} from '@aws-sdk/client-ec2';
import manifest from '@aws-sdk/client-ec2/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of ec2 that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-ec2@${manifest.version}`,
  create: (config) => new EC2Client(config),
  operations: commands({
    DescribeFlowLogs: DescribeFlowLogsCommand,
    DescribeImages: DescribeImagesCommand,
    DescribeInstances: DescribeInstancesCommand,
    DescribeLaunchTemplateVersions: DescribeLaunchTemplateVersionsCommand,
    DescribeNetworkAcls: DescribeNetworkAclsCommand,
    DescribeNetworkInterfaces: DescribeNetworkInterfacesCommand,
    DescribeSecurityGroups: DescribeSecurityGroupsCommand,
    DescribeSnapshots: DescribeSnapshotsCommand,
    DescribeSubnets: DescribeSubnetsCommand,
    DescribeTransitGateways: DescribeTransitGatewaysCommand,
    DescribeVolumes: DescribeVolumesCommand,
    DescribeVpcEndpoints: DescribeVpcEndpointsCommand,
    DescribeVpcs: DescribeVpcsCommand,
    GetEbsDefaultKmsKeyId: GetEbsDefaultKmsKeyIdCommand,
    GetEbsEncryptionByDefault: GetEbsEncryptionByDefaultCommand,
    GetImageBlockPublicAccessState: GetImageBlockPublicAccessStateCommand,
    GetInstanceMetadataDefaults: GetInstanceMetadataDefaultsCommand,
    GetSnapshotBlockPublicAccessState: GetSnapshotBlockPublicAccessStateCommand,
  }),
};
