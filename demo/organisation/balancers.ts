import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { bucketName, DEVELOPMENT, IRELAND, PRODUCTION } from './names.ts';
import type { World } from './world.ts';

interface Balancer {
  readonly name: string;
  readonly account: string;
  readonly created: string;
  readonly kind: 'application' | 'network';
  readonly scheme: 'internet-facing' | 'internal';
  readonly vpc: string;
  readonly group: string;
  readonly listeners: readonly Listener[];
  readonly attributes: Readonly<Record<string, string>>;
}

interface Listener {
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TLS';
  readonly policy?: string;
  /** Sends clients to HTTPS in place of passing them on. */
  readonly redirects?: boolean;
}

export const OLD_POLICY = 'ELBSecurityPolicy-2016-08';
export const NEW_POLICY = 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09';

const logged = (prefix: string) => ({
  'access_logs.s3.enabled': 'true',
  'access_logs.s3.bucket': bucketName('prod-access-logs'),
  'access_logs.s3.prefix': prefix,
});
const strict = {
  'routing.http.drop_invalid_header_fields.enabled': 'true',
  'routing.http.desync_mitigation_mode': 'defensive',
};

const BALANCERS: readonly Balancer[] = [
  {
    name: 'portal',
    account: PRODUCTION,
    created: '2024-03-11T11:02:15Z',
    kind: 'application',
    scheme: 'internet-facing',
    vpc: 'prod-core',
    group: 'alb-public',
    listeners: [
      { port: 443, protocol: 'HTTPS', policy: OLD_POLICY },
      { port: 80, protocol: 'HTTP', redirects: true },
    ],
    attributes: { ...logged('portal'), ...strict, 'deletion_protection.enabled': 'true' },
  },
  {
    name: 'imaging',
    account: PRODUCTION,
    created: '2024-05-21T12:30:40Z',
    kind: 'network',
    scheme: 'internet-facing',
    vpc: 'prod-core',
    group: 'imaging-ingest',
    listeners: [{ port: 2762, protocol: 'TLS', policy: NEW_POLICY }],
    attributes: { ...logged('imaging'), 'deletion_protection.enabled': 'false' },
  },
  {
    name: 'dev-portal',
    account: DEVELOPMENT,
    created: '2024-03-19T09:14:53Z',
    kind: 'application',
    scheme: 'internal',
    vpc: 'dev-core',
    group: 'dev-alb',
    listeners: [{ port: 80, protocol: 'HTTP' }],
    attributes: {
      'access_logs.s3.enabled': 'false',
      'deletion_protection.enabled': 'false',
      'routing.http.drop_invalid_header_fields.enabled': 'false',
      'routing.http.desync_mitigation_mode': 'defensive',
    },
  },
];

/** Makes load balancers with their listeners; remembers `balancer/<name>` and `listener/<name>/<port>`. */
export async function seedBalancers(world: World): Promise<void> {
  for (const balancer of BALANCERS) {
    await world.at(balancer.created);
    const { name, vpc, group, kind, scheme } = balancer;
    const { balancers } = world.in(balancer.account, IRELAND);
    const { LoadBalancers = [] } = await balancers.send(
      new CreateLoadBalancerCommand({
        Name: name,
        Type: kind,
        Scheme: scheme,
        Subnets: [world.id(`subnet/${vpc}`), world.id(`subnet/${vpc}-b`)],
        SecurityGroups: [world.id(`sg/${group}`)],
      }),
    );
    const LoadBalancerArn = world.remember(`balancer/${name}`, LoadBalancers[0]?.LoadBalancerArn);
    const Attributes = Object.entries(balancer.attributes).map(([Key, Value]) => ({ Key, Value }));
    await balancers.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
    const target = await targetGroup(world, balancer);
    for (const listener of balancer.listeners) await listen(world, balancer, listener, target);
  }
}

async function targetGroup(world: World, { name, account, kind, vpc }: Balancer): Promise<string> {
  const { TargetGroups = [] } = await world.in(account).balancers.send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: kind === 'application' ? 'HTTPS' : 'TCP',
      Port: 8443,
      VpcId: world.id(`vpc/${vpc}`),
    }),
  );
  return TargetGroups[0]?.TargetGroupArn ?? '';
}

async function listen(world: World, { name, account }: Balancer, it: Listener, target: string): Promise<void> {
  const Certificates = [{ CertificateArn: world.id('certificate/portal') }];
  const RedirectConfig = { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' as const };
  const { Listeners = [] } = await world.in(account).balancers.send(
    new CreateListenerCommand({
      LoadBalancerArn: world.id(`balancer/${name}`),
      Protocol: it.protocol,
      Port: it.port,
      ...(it.policy === undefined ? {} : { SslPolicy: it.policy, Certificates }),
      DefaultActions: [
        it.redirects === true ? { Type: 'redirect', RedirectConfig } : { Type: 'forward', TargetGroupArn: target },
      ],
    }),
  );
  world.remember(`listener/${name}/${it.port}`, Listeners[0]?.ListenerArn);
}
