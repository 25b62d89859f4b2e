import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { population } from '../../service.ts';
import { ec2Arn, listAll, nameOf, Tags } from './pages.ts';

const Association = z.object({ PublicIp: z.string().optional() }).optional();

const Interface = z.object({
  Association,
  PrivateIpAddresses: z.array(z.object({ Association })).optional(),
});

const Instance = z.object({
  InstanceId: z.string().min(1),
  State: z.object({ Name: z.string() }),
  MetadataOptions: z.unknown().optional(),
  PublicIpAddress: z.string().optional(),
  NetworkInterfaces: z.array(Interface).optional(),
  IamInstanceProfile: z.object({ Arn: z.string() }).optional(),
  SubnetId: z.string().optional(),
  VpcId: z.string().optional(),
  SecurityGroups: z.array(z.object({ GroupId: z.string() })).optional(),
  Tags,
});
type Instance = z.infer<typeof Instance>;

const Reservation = z.object({ Instances: z.array(Instance) });

const MetadataOptions = z.object({ HttpTokens: z.string(), HttpEndpoint: z.string() });

/** EC2 instances in every state, terminated ones too for as long as AWS lists them. */
export const instances = population({
  type: 'AWS::EC2::Instance',
  facts: {
    state: 'pending, running, shutting-down, terminated, stopping or stopped',
    metadataOptions: 'instance metadata service {httpTokens: required or optional, httpEndpoint: enabled or disabled}',
    publicIp:
      'a public IPv4 address of the instance, the first of any of its network interfaces; null without one (a stopped instance may get one when it starts)',
    profileArn: 'ARN of the instance profile; null without one',
    subnetId: 'subnet; null where there is none any more',
    vpcId: 'VPC; null where there is none any more',
    securityGroups: 'ids of the security groups',
  },
  permissions: ['ec2:DescribeInstances'],
  async read(aws) {
    const reservations = await listAll(aws, 'ec2:DescribeInstances', 'Reservations', Reservation);
    const listed = reservations.flatMap((it) => it.Instances);
    return listed.map((it) => ({
      id: ec2Arn(aws, 'instance', it.InstanceId),
      name: nameOf(it.Tags, it.InstanceId),
      facts: factsOf(it),
    }));
  },
});

function factsOf(instance: Instance) {
  return {
    state: () => instance.State.Name,
    metadataOptions: () => metadataOptions(instance),
    publicIp: () => publicIp(instance),
    profileArn: () => instance.IamInstanceProfile?.Arn ?? null,
    subnetId: () => instance.SubnetId ?? null,
    vpcId: () => instance.VpcId ?? null,
    securityGroups: () => (instance.SecurityGroups ?? []).map((it) => it.GroupId).sort(),
  };
}

/** Read on its own: an answer without these options leaves this fact unknown, not the instance. */
function metadataOptions({ MetadataOptions: options }: Instance): Json {
  const { HttpTokens, HttpEndpoint } = MetadataOptions.parse(options);
  return { httpTokens: HttpTokens, httpEndpoint: HttpEndpoint };
}

/** `PublicIpAddress` is of the primary interface only. */
function publicIp({ PublicIpAddress, NetworkInterfaces = [] }: Instance): Json {
  const associations = NetworkInterfaces.flatMap((it) => [
    it.Association,
    ...(it.PrivateIpAddresses ?? []).map((address) => address.Association),
  ]);
  return PublicIpAddress ?? associations.find((it) => it?.PublicIp !== undefined)?.PublicIp ?? null;
}
