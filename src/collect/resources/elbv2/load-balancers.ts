import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { attribute, flag } from './attributes.ts';
import { type LoadBalancer, listListeners, listLoadBalancers, sslPolicyOf } from './pages.ts';

/** Application, network and gateway load balancers. */
export const loadBalancers = population({
  type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  facts: {
    type: 'application, network or gateway',
    scheme: 'internet-facing or internal; null for a gateway load balancer',
    zones: 'availability zones it is in',
    deletionProtection: 'whether deletion protection is on',
    accessLogs: 'access logs to S3 {enabled, bucket: null or a name}; null for a gateway load balancer',
    dropInvalidHeaders: 'whether header fields with invalid names are removed; null for all but application',
    desyncMode: 'desync mitigation: monitor, defensive or strictest; null for all but application',
    listeners: 'its listeners [{protocol, port, sslPolicy}], parts that a listener does not have are null',
  },
  permissions: [
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeLoadBalancerAttributes',
    'elasticloadbalancing:DescribeListeners',
  ],
  async read(aws) {
    return (await listLoadBalancers(aws)).map(found);
  },
});

function found(it: LoadBalancer) {
  const arn = it.LoadBalancerArn;
  const isApplication = it.Type === 'application';
  return {
    id: arn,
    name: it.LoadBalancerName,
    facts: {
      type: () => it.Type,
      scheme: () => (it.Type === 'gateway' ? null : z.string().min(1).parse(it.Scheme)),
      zones: () => [...new Set(it.AvailabilityZones.map((zone) => zone.ZoneName))].sort(),
      deletionProtection: (aws: Aws) => flag(aws, arn, 'deletion_protection.enabled'),
      accessLogs: (aws: Aws) => (it.Type === 'gateway' ? null : accessLogs(aws, arn)),
      dropInvalidHeaders: (aws: Aws) =>
        isApplication ? flag(aws, arn, 'routing.http.drop_invalid_header_fields.enabled') : null,
      desyncMode: (aws: Aws) => (isApplication ? attribute(aws, arn, 'routing.http.desync_mitigation_mode') : null),
      listeners: (aws: Aws) => listeners(aws, arn),
    },
  };
}

async function accessLogs(aws: Aws, arn: string): Promise<Json> {
  const isEnabled = await flag(aws, arn, 'access_logs.s3.enabled');
  return { enabled: isEnabled, bucket: isEnabled ? await attribute(aws, arn, 'access_logs.s3.bucket') : null };
}

async function listeners(aws: Aws, arn: string): Promise<Json> {
  return (await listListeners(aws, arn)).map((it) => {
    return { protocol: it.Protocol ?? null, port: it.Port ?? null, sslPolicy: sslPolicyOf(it) };
  });
}
