import type { Json } from '../../../model/json.ts';
import { type Aws, type Found, population } from '../../service.ts';
import {
  actionOf,
  type Listener,
  type LoadBalancer,
  listListeners,
  listLoadBalancers,
  listRules,
  sslPolicyOf,
} from './pages.ts';

/** Listeners of all load balancers. One that does not tell its listeners leaves the whole population unknown. */
export const listeners = population({
  type: 'AWS::ElasticLoadBalancingV2::Listener',
  facts: {
    loadBalancer: 'ARN of the load balancer',
    loadBalancerType: 'application, network or gateway',
    protocol:
      'HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP, QUIC, TCP_QUIC or GENEVE; null where the listener of a gateway load balancer names none',
    port: 'port it listens on; null where the listener of a gateway load balancer names none',
    sslPolicy: 'security policy of an HTTPS or TLS listener; null for the others',
    defaultActions:
      'what it does where no rule says otherwise [{type: forward, redirect, fixed-response, authenticate-…; protocol and status of a redirect, else null}]',
    rules:
      'all rules of an HTTP listener, the default one included [{priority, actions: as defaultActions}]; null for other protocols, which are not asked',
  },
  permissions: [
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeListeners',
    'elasticloadbalancing:DescribeRules',
  ],
  async read(aws) {
    const all: Found<Fact>[] = [];
    // One after the other, so that the first failure ends the calls and is the same one each time.
    for (const loadBalancer of await listLoadBalancers(aws)) {
      const listed = await listListeners(aws, loadBalancer.LoadBalancerArn);
      all.push(...listed.map((it) => found(loadBalancer, it)));
    }
    return all;
  },
});

type Fact = 'loadBalancer' | 'loadBalancerType' | 'protocol' | 'port' | 'sslPolicy' | 'defaultActions' | 'rules';

function found(loadBalancer: LoadBalancer, it: Listener): Found<Fact> {
  const what = it.Protocol === undefined ? 'all traffic' : `${it.Protocol}:${it.Port ?? 'all'}`;
  return {
    id: it.ListenerArn,
    name: `${loadBalancer.LoadBalancerName} ${what}`,
    facts: {
      loadBalancer: () => loadBalancer.LoadBalancerArn,
      loadBalancerType: () => loadBalancer.Type,
      protocol: () => it.Protocol ?? null,
      port: () => it.Port ?? null,
      sslPolicy: () => sslPolicyOf(it),
      defaultActions: () => it.DefaultActions.map(actionOf),
      rules: (aws: Aws) => (it.Protocol === 'HTTP' ? rules(aws, it.ListenerArn) : null),
    },
  };
}

/** Only of HTTP listeners: a rule of theirs can pass on in clear what the default action would redirect. */
async function rules(aws: Aws, listener: string): Promise<Json> {
  const listed = await listRules(aws, listener);
  return listed.map((it) => ({ priority: it.Priority, actions: it.Actions.map(actionOf) }));
}
