import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Network } from './network.ts';
import { type Config, named } from './shared.ts';

/** ARNs of load balancers and listeners, good before bad. */
export interface LoadBalancers {
  readonly balancers: { readonly good: string; readonly open: string };
  readonly listeners: { readonly redirect: string; readonly tls: string; readonly plain: string };
}

/** `good` redirects to TLS and is internal, `open` takes HTTP from the internet. */
export async function seedLoadBalancers(config: Config, network: Network, certificate: string): Promise<LoadBalancers> {
  const elb = new ElasticLoadBalancingV2Client(config);
  const make = async (Name: string, Scheme: 'internal' | 'internet-facing'): Promise<string> => {
    const Subnets = [network.subnets.quiet, network.subnets.second];
    const made = await elb.send(
      new CreateLoadBalancerCommand({ Name, Scheme, Subnets, SecurityGroups: [network.groups.closed] }),
    );
    return named(made.LoadBalancers?.[0]?.LoadBalancerArn);
  };
  const balancers = { good: await make('good', 'internal'), open: await make('open', 'internet-facing') };
  await attribute(elb, balancers.good, 'true', 'strictest');
  // moto has no attributes until they are set.
  await attribute(elb, balancers.open, 'false', 'monitor');
  return { balancers, listeners: await makeListeners(elb, { ...balancers, certificate, vpc: network.vpcs.logged }) };
}

async function attribute(
  elb: ElasticLoadBalancingV2Client,
  LoadBalancerArn: string,
  on: 'true' | 'false',
  desync: string,
): Promise<void> {
  const flags = ['deletion_protection.enabled', 'access_logs.s3.enabled'];
  const Attributes = [
    ...[...flags, 'routing.http.drop_invalid_header_fields.enabled'].map((Key) => ({ Key, Value: on })),
    { Key: 'access_logs.s3.bucket', Value: on === 'true' ? 'wm-logs' : '' },
    { Key: 'routing.http.desync_mitigation_mode', Value: desync },
  ];
  await elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
}

async function makeListeners(
  elb: ElasticLoadBalancingV2Client,
  { good, open, certificate, vpc }: { good: string; open: string; certificate: string; vpc: string },
): Promise<LoadBalancers['listeners']> {
  const target = { Name: 'web', Protocol: 'HTTP', Port: 8080, VpcId: vpc } as const;
  const { TargetGroups } = await elb.send(new CreateTargetGroupCommand(target));
  const forward = { Type: 'forward', TargetGroupArn: named(TargetGroups?.[0]?.TargetGroupArn) } as const;
  const RedirectConfig = { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } as const;
  const http = { Protocol: 'HTTP', Port: 80 } as const;
  const listen = async (input: ConstructorParameters<typeof CreateListenerCommand>[0]): Promise<string> =>
    named((await elb.send(new CreateListenerCommand(input))).Listeners?.[0]?.ListenerArn);
  return {
    redirect: await listen({ ...http, LoadBalancerArn: good, DefaultActions: [{ Type: 'redirect', RedirectConfig }] }),
    tls: await listen({
      LoadBalancerArn: good,
      Protocol: 'HTTPS',
      Port: 443,
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      Certificates: [{ CertificateArn: certificate }],
      DefaultActions: [forward],
    }),
    plain: await listen({ ...http, LoadBalancerArn: open, DefaultActions: [forward] }),
  };
}
