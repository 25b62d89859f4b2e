import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { ec2Arn, listAll, nameOf, Tags } from './pages.ts';

const Vpc = z.object({
  VpcId: z.string().min(1),
  IsDefault: z.boolean(),
  OwnerId: z.string(),
  Tags,
});

const FlowLog = z.object({
  FlowLogId: z.string(),
  ResourceId: z.string(),
  FlowLogStatus: z.string(),
  TrafficType: z.string().optional(),
  LogDestination: z.string().optional(),
  LogGroupName: z.string().optional(),
  DeliverLogsErrorMessage: z.string().optional(),
});

const Endpoint = z.object({ VpcId: z.string(), ServiceName: z.string(), State: z.string() });

/** VPCs that the account owns; in a VPC that another account shares with it, that one sets the flow logs. */
export const vpcs = population({
  type: 'AWS::EC2::VPC',
  facts: {
    isDefault: "whether it is the region's default VPC",
    flowLogs:
      'flow logs of the whole VPC, not those of single subnets or interfaces [{id, status, trafficType: ACCEPT, REJECT or ALL; destination; deliveryError: null or what AWS says}]',
    endpoints:
      'names of the services that an available endpoint of the VPC reaches, such as com.amazonaws.eu-west-1.ec2',
  },
  permissions: ['ec2:DescribeVpcs', 'ec2:DescribeFlowLogs', 'ec2:DescribeVpcEndpoints'],
  async read(aws) {
    const listed = await listAll(aws, 'ec2:DescribeVpcs', 'Vpcs', Vpc);
    const own = listed.filter((it) => it.OwnerId === aws.account);
    return own.map((it) => ({
      id: ec2Arn(aws, 'vpc', it.VpcId),
      name: nameOf(it.Tags, it.VpcId),
      facts: {
        isDefault: () => it.IsDefault,
        flowLogs: (from: Aws) => flowLogs(from, it.VpcId),
        endpoints: (from: Aws) => endpoints(from, it.VpcId),
      },
    }));
  },
});

/** One list for all VPCs: the flow logs of a region are few, and one call serves every VPC. */
async function flowLogs(aws: Aws, vpcId: string): Promise<Json> {
  const listed = await listAll(aws, 'ec2:DescribeFlowLogs', 'FlowLogs', FlowLog);
  return listed
    .filter((it) => it.ResourceId === vpcId)
    .map((it) => ({
      id: it.FlowLogId,
      status: it.FlowLogStatus,
      trafficType: it.TrafficType ?? null,
      destination: it.LogDestination ?? it.LogGroupName ?? null,
      deliveryError: it.DeliverLogsErrorMessage ?? null,
    }));
}

/** One list for all VPCs. AWS writes the state as "available" or "Available" by the kind of endpoint. */
async function endpoints(aws: Aws, vpcId: string): Promise<Json> {
  const listed = await listAll(aws, 'ec2:DescribeVpcEndpoints', 'VpcEndpoints', Endpoint);
  const usable = listed.filter((it) => it.VpcId === vpcId && it.State.toLowerCase() === 'available');
  return [...new Set(usable.map((it) => it.ServiceName))].sort();
}
