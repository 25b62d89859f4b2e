import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { population } from '../../service.ts';
import { Moment } from '../shared/moment.ts';
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
  LaunchTime: z.unknown().optional(),
  Monitoring: z.unknown().optional(),
  StateTransitionReason: z.unknown().optional(),
  VirtualizationType: z.unknown().optional(),
  Tags,
});
type Instance = z.infer<typeof Instance>;

const Reservation = z.object({ Instances: z.array(Instance) });

const Monitoring = z.object({ State: z.string() });

/**
 * "User initiated (2026-05-16 19:03:36 GMT)": the only place where EC2 says when an instance was stopped
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html). Another text leaves it unknown.
 */
const StoppedAt = z
  .string('expected the reason of the change of state')
  .max(1000)
  .transform((text) => /\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:GMT|UTC)\)/.exec(text))
  .transform((found) => (found === null ? '' : `${found[1]}T${found[2]}Z`))
  .pipe(Moment);

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
    launched: 'when the instance was last launched; a start after a stop counts',
    monitoring:
      'CloudWatch monitoring: disabled (basic, every five minutes), disabling, enabled or pending (detailed, every minute)',
    stoppedSince:
      'when the instance was stopped, as the reason of its last change of state says; null where it is not stopped',
    virtualization: 'hvm or paravirtual',
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
    launched: () => Moment.parse(instance.LaunchTime),
    monitoring: () => Monitoring.parse(instance.Monitoring).State,
    stoppedSince: () => (instance.State.Name === 'stopped' ? StoppedAt.parse(instance.StateTransitionReason) : null),
    virtualization: () => z.string().parse(instance.VirtualizationType),
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
