import {
  DescribeFlowLogsCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  EC2Client,
  GetEbsDefaultKmsKeyIdCommand,
  GetEbsEncryptionByDefaultCommand,
} from '@aws-sdk/client-ec2';
import manifest from '@aws-sdk/client-ec2/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of ec2 that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-ec2@${manifest.version}`,
  create: (config) => new EC2Client(config),
  operations: commands({
    DescribeFlowLogs: DescribeFlowLogsCommand,
    DescribeInstances: DescribeInstancesCommand,
    DescribeSecurityGroups: DescribeSecurityGroupsCommand,
    DescribeVolumes: DescribeVolumesCommand,
    DescribeVpcs: DescribeVpcsCommand,
    GetEbsDefaultKmsKeyId: GetEbsDefaultKmsKeyIdCommand,
    GetEbsEncryptionByDefault: GetEbsEncryptionByDefaultCommand,
  }),
};
