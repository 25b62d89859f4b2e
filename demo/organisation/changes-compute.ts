import {
  AuthorizeSecurityGroupIngressCommand,
  RevokeSecurityGroupIngressCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Change } from './change.ts';
import { logFlows, open } from './networks.ts';
import { createVolume, launch, type Server } from './servers.ts';

type Make = Change['make'];

const items = (...list: readonly object[]): object => ({ items: list });

export const launched =
  (server: Server): Make =>
  async (world) => {
    const instanceId = await launch(world, server);
    const request = {
      instancesSet: items({ imageId: 'ami-0abcdef1234567890', minCount: 1, maxCount: 1 }),
      instanceType: 't3.medium',
      iamInstanceProfile: { name: server.role },
      metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
    };
    return [{ call: 'ec2:RunInstances', request, response: { instancesSet: items({ instanceId }) } }];
  };

export const terminated =
  (name: string): Make =>
  async (world, { ec2 }) => {
    const instanceId = world.id(`instance/${name}`);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    return [{ call: 'ec2:TerminateInstances', request: { instancesSet: items({ instanceId }) } }];
  };

export const stopped =
  (name: string): Make =>
  async (world, { ec2 }) => {
    const instanceId = world.id(`instance/${name}`);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
    return [{ call: 'ec2:StopInstances', request: { instancesSet: items({ instanceId }), force: false } }];
  };

const everywhere = { ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: items({ cidrIp: '0.0.0.0/0' }) };

/** Opens port 22 of a security group to everyone. */
export const sshOpened =
  (name: string): Make =>
  async (world, { ec2 }) => {
    const groupId = world.id(`sg/${name}`);
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [open(22, '0.0.0.0/0')] }),
    );
    const request = { groupId, ipPermissions: items(everywhere) };
    return [{ call: 'ec2:AuthorizeSecurityGroupIngress', request, response: { _return: true } }];
  };

export const sshClosed =
  (name: string): Make =>
  async (world, { ec2 }) => {
    const groupId = world.id(`sg/${name}`);
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [open(22, '0.0.0.0/0')] }));
    const request = { groupId, ipPermissions: items(everywhere) };
    return [{ call: 'ec2:RevokeSecurityGroupIngress', request, response: { _return: true } }];
  };

export const flowsLogged =
  (vpc: string): Make =>
  async (world, { ec2 }) => {
    const resourceId = world.id(`vpc/${vpc}`);
    const flowLogId = await logFlows(ec2, resourceId, 'ALL');
    const CreateFlowLogsRequest = {
      ResourceType: 'VPC',
      ResourceId: { tag: 1, content: resourceId },
      TrafficType: 'ALL',
      LogDestinationType: 's3',
    };
    return [
      {
        call: 'ec2:CreateFlowLogs',
        request: { CreateFlowLogsRequest },
        response: { CreateFlowLogsResponse: { flowLogIdSet: { item: flowLogId } } },
      },
    ];
  };

/** A volume that somebody forgot to encrypt, where encryption is not the default. */
export const plainVolume =
  (name: string, size: number): Make =>
  async (_, place) => {
    const volumeId = await createVolume(place, name, size);
    const request = { zone: `${place.region}a`, size: String(size), volumeType: 'gp3' };
    return [
      {
        call: 'ec2:CreateVolume',
        request,
        response: { volumeId, size: String(size), status: 'creating', encrypted: false },
      },
    ];
  };
