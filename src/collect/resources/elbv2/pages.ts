import { z } from 'zod';
import type { JsonObject } from '../../../model/json.ts';
import type { Aws } from '../../service.ts';

/** Every list of Elastic Load Balancing pages with Marker and NextMarker. */
const token = { out: 'NextMarker', in: 'Marker' };

const LoadBalancer = z.object({
  LoadBalancerArn: z.string().min(1),
  LoadBalancerName: z.string().min(1),
  Type: z.string().min(1),
  /** Gateway load balancers have none. */
  Scheme: z.unknown().optional(),
  AvailabilityZones: z.array(z.object({ ZoneName: z.string().min(1) })),
});
export type LoadBalancer = z.infer<typeof LoadBalancer>;

/** What an action says beyond its type; only a redirect says it, and all parts of it are optional. */
const Action = z.object({
  Type: z.string().min(1),
  RedirectConfig: z.object({ Protocol: z.string().optional(), StatusCode: z.string() }).optional(),
});

const Listener = z.object({
  ListenerArn: z.string().min(1),
  /** The listener of a gateway load balancer has neither: it takes all traffic. */
  Protocol: z.string().optional(),
  Port: z.int().optional(),
  SslPolicy: z.string().min(1).optional(),
  DefaultActions: z.array(Action),
});
export type Listener = z.infer<typeof Listener>;

const Rule = z.object({ Priority: z.string().min(1), Actions: z.array(Action) });

/** All load balancers of the region. */
export function listLoadBalancers(aws: Aws): Promise<LoadBalancer[]> {
  return aws.list('elbv2:DescribeLoadBalancers', {}, { items: LoadBalancer, at: 'LoadBalancers', token });
}

/** All listeners of one load balancer. */
export function listListeners(aws: Aws, loadBalancer: string): Promise<Listener[]> {
  const page = { items: Listener, at: 'Listeners', token };
  return aws.list('elbv2:DescribeListeners', { LoadBalancerArn: loadBalancer }, page);
}

/** All rules of one listener, its default actions last as the rule `default`. */
export function listRules(aws: Aws, listener: string): Promise<z.infer<typeof Rule>[]> {
  return aws.list('elbv2:DescribeRules', { ListenerArn: listener }, { items: Rule, at: 'Rules', token });
}

/** TLS or HTTPS: the protocols for which the load balancer holds the certificate and a security policy. */
export function sslPolicyOf({ Protocol, SslPolicy }: Listener): string | null {
  return Protocol === 'HTTPS' || Protocol === 'TLS' ? z.string().parse(SslPolicy) : null;
}

/** An action with what a redirect changes; the protocol stays what it is where the redirect names none. */
export function actionOf({ Type, RedirectConfig }: z.infer<typeof Action>): JsonObject {
  const { Protocol = '#{protocol}', StatusCode } = RedirectConfig ?? { StatusCode: null };
  return RedirectConfig === undefined
    ? { type: Type, protocol: null, status: null }
    : { type: Type, protocol: Protocol, status: StatusCode };
}
