import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import {
  changed,
  denied,
  fixture,
  hasRealAnswers,
  populationOf,
  read,
  readAgain,
  realAnswers,
  resourceOf,
} from './recorded.ts';

const balancers = fixture('elbv2/three-load-balancers.json');
const BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const REGION = 'eu-west-1';
const web = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/1234567890abcdef';
const http = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/web/1234567890abcdef/c3e840dcd6d774c6';
const ofWeb = { LoadBalancerArn: web };
const redirect = { type: 'redirect', protocol: 'HTTPS', status: 'HTTP_301' };
const forward = { type: 'forward', protocol: null, status: null };

const readAll = (calls: typeof balancers) => read('elbv2', calls, REGION);
const webOf = async (calls: typeof balancers) => resourceOf(await readAll(calls), BALANCER, 'web');

describe('load balancers', () => {
  it('are found on all pages, with every fact of an application load balancer', async () => {
    const reading = await readAll(balancers);
    expect(populationOf(reading, BALANCER).resources.map((it) => it.name)).toEqual(['web', 'inspect', 'files']);
    const { id, facts, failures } = resourceOf(reading, BALANCER, 'web');
    expect(id).toBe(web);
    expect(failures).toEqual({});
    expect(facts).toEqual({
      type: 'application',
      scheme: 'internet-facing',
      zones: ['eu-west-1a', 'eu-west-1b'],
      deletionProtection: true,
      accessLogs: { enabled: true, bucket: 'access-logs' },
      dropInvalidHeaders: false,
      desyncMode: 'defensive',
      listeners: [
        { protocol: 'HTTP', port: 80, sslPolicy: null },
        { protocol: 'HTTPS', port: 443, sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' },
      ],
    });
  });

  it('have nulls for what their type does not have', async () => {
    const reading = await readAll(balancers);
    const network = resourceOf(reading, BALANCER, 'files');
    const gateway = resourceOf(reading, BALANCER, 'inspect');
    expect([network.failures, gateway.failures]).toEqual([{}, {}]);
    expect(network.facts).toEqual({
      type: 'network',
      scheme: 'internal',
      zones: ['eu-west-1a'],
      deletionProtection: false,
      accessLogs: { enabled: false, bucket: null },
      dropInvalidHeaders: null,
      desyncMode: null,
      listeners: [{ protocol: 'TCP', port: 22, sslPolicy: null }],
    });
    expect(gateway.facts).toMatchObject({
      type: 'gateway',
      scheme: null,
      accessLogs: null,
      desyncMode: null,
      listeners: [{ protocol: null, port: null, sslPolicy: null }],
    });
  });

  it.each([
    ['elbv2:DescribeLoadBalancerAttributes', ['deletionProtection', 'accessLogs', 'dropInvalidHeaders', 'desyncMode']],
    ['elbv2:DescribeListeners', ['listeners']],
  ])('fail in exactly the facts that need %s', async (call, facts) => {
    const { failures } = await webOf(changed(balancers, { call, input: ofWeb, error: denied }));
    expect(Object.keys(failures)).toEqual(facts);
    expect(failures[facts[0] ?? '']).toMatchObject({ operation: call, kind: 'denied' });
  });

  it('have an unknown fact where an attribute is missing or says something else', async () => {
    const call = 'elbv2:DescribeLoadBalancerAttributes';
    const Attributes = [
      { Key: 'deletion_protection.enabled', Value: 'perhaps' },
      { Key: 'access_logs.s3.enabled', Value: 'true' },
      { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
    ];
    const { facts, failures } = await webOf(changed(balancers, { call, input: ofWeb, answer: { Attributes } }));
    expect(facts.dropInvalidHeaders).toBe(true);
    expect(Object.keys(failures)).toEqual(['deletionProtection', 'accessLogs', 'desyncMode']);
    expect(failures.desyncMode).toMatchObject({
      operation: call,
      kind: 'unparsable',
      message: expect.stringContaining('routing.http.desync_mitigation_mode'),
    });
  });

  it('are unknown, with their listeners, when the list is denied or a page of it is', async () => {
    for (const input of [{}, { Marker: 'm2' }]) {
      const reading = await readAll(changed(balancers, { call: 'elbv2:DescribeLoadBalancers', input, error: denied }));
      for (const type of [BALANCER, LISTENER])
        expect(populationOf(reading, type)).toMatchObject({ resources: [], failure: { kind: 'denied' } });
    }
  });

  it('give the same when what was stored is read again', async () => {
    const reading = await readAll(balancers);
    expect((await readAgain(reading)).populations).toEqual(reading.populations);
  });
});

describe('listeners', () => {
  it('are found on all pages of all load balancers, with every fact', async () => {
    const reading = await readAll(balancers);
    const { resources } = populationOf(reading, LISTENER);
    expect(resources.map((it) => it.name).sort()).toEqual([
      'files TCP:22',
      'inspect all traffic',
      'web HTTP:80',
      'web HTTPS:443',
    ]);
    expect(resources.map((it) => it.failures)).toEqual([{}, {}, {}, {}]);
    expect(resourceOf(reading, LISTENER, 'web HTTPS:443').facts).toEqual({
      loadBalancer: web,
      loadBalancerType: 'application',
      protocol: 'HTTPS',
      port: 443,
      sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      defaultActions: [forward],
      rules: null,
    });
    expect(resourceOf(reading, LISTENER, 'inspect all traffic').facts).toMatchObject({ protocol: null, port: null });
  });

  it('show all rules of HTTP listeners, and ask for no others', async () => {
    const reading = await readAll(balancers);
    expect(resourceOf(reading, LISTENER, 'web HTTP:80').facts).toMatchObject({
      defaultActions: [redirect],
      rules: [
        { priority: '1', actions: [{ type: 'redirect', protocol: '#{protocol}', status: 'HTTP_302' }] },
        { priority: 'default', actions: [redirect] },
      ],
    });
    const asked = reading.retrievals.filter((it) => it.operation === 'DescribeRules');
    expect(asked.map((it) => it.input.ListenerArn)).toEqual([http, http]);
  });

  it('have unknown rules, and everything else, when the rules are denied', async () => {
    for (const input of [{ ListenerArn: http }, { ListenerArn: http, Marker: 'r2' }]) {
      const reading = await readAll(changed(balancers, { call: 'elbv2:DescribeRules', input, error: denied }));
      const { facts, failures } = resourceOf(reading, LISTENER, 'web HTTP:80');
      expect(Object.keys(failures)).toEqual(['rules']);
      expect(facts.defaultActions).toEqual([redirect]);
    }
  });

  it('have an unknown security policy where an HTTPS listener names none', async () => {
    const input = { LoadBalancerArn: web, Marker: 'l2' };
    const calls = balancers.map((it) =>
      it.call === 'elbv2:DescribeListeners' && it.input?.Marker === 'l2' ? { ...it, answer: withoutPolicy(it) } : it,
    );
    expect(calls.filter((it) => JSON.stringify(it.input) === JSON.stringify(input))).toHaveLength(1);
    const reading = await readAll(calls);
    expect(Object.keys(resourceOf(reading, LISTENER, 'web HTTPS:443').failures)).toEqual(['sslPolicy']);
    expect(Object.keys(resourceOf(reading, BALANCER, 'web').failures)).toEqual(['listeners']);
  });

  it('are an unknown population when one load balancer does not tell its listeners', async () => {
    const calls = changed(balancers, { call: 'elbv2:DescribeListeners', input: ofWeb, error: denied });
    const reading = await readAll(calls);
    expect(populationOf(reading, LISTENER)).toMatchObject({ resources: [], failure: { kind: 'denied' } });
    expect(populationOf(reading, BALANCER).resources).toHaveLength(3);
  });
});

function withoutPolicy({ answer }: (typeof balancers)[number]): JsonObject {
  const listeners = answer?.Listeners as JsonObject[];
  return { Listeners: listeners.map(({ SslPolicy: _, ...listener }) => listener) };
}

describe.runIf(hasRealAnswers())('real answers of Elastic Load Balancing', () => {
  it('of DescribeLoadBalancers, DescribeListeners and DescribeRules can be read', async () => {
    const real = (operation: string, key: string) =>
      realAnswers('elasticloadbalancing', operation).filter((it) => (it.data[key] as JsonObject[] | undefined)?.length);
    const listed = real('DescribeLoadBalancers', 'LoadBalancers');
    expect(listed.length).toBeGreaterThan(10);
    for (const { data: answer } of listed) {
      const reading = await readAll([{ call: 'elbv2:DescribeLoadBalancers', answer }]);
      expect(populationOf(reading, BALANCER).failure).toBeUndefined();
      for (const { facts } of populationOf(reading, BALANCER).resources) expect(facts.scheme).toMatch(/^int/);
    }
    for (const { data: answer } of real('DescribeListeners', 'Listeners')) {
      const { facts } = await webOf(changed(balancers, { call: 'elbv2:DescribeListeners', input: ofWeb, answer }));
      expect(facts.listeners).not.toEqual([]);
    }
    for (const { data: answer } of real('DescribeRules', 'Rules')) {
      const calls = changed(balancers, { call: 'elbv2:DescribeRules', input: { ListenerArn: http }, answer });
      expect(resourceOf(await readAll(calls), LISTENER, 'web HTTP:80').facts.rules).not.toEqual([]);
    }
  });
});
