import {
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import manifest from '@aws-sdk/client-elastic-load-balancing-v2/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of elbv2 that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-elastic-load-balancing-v2@${manifest.version}`,
  create: (config) => new ElasticLoadBalancingV2Client(config),
  operations: commands({
    DescribeListeners: DescribeListenersCommand,
    DescribeLoadBalancerAttributes: DescribeLoadBalancerAttributesCommand,
    DescribeLoadBalancers: DescribeLoadBalancersCommand,
    DescribeRules: DescribeRulesCommand,
  }),
};
