import { describe, expect, it } from 'vitest';
import {
  changed,
  denied,
  fixture,
  hasRealAnswers,
  populationOf,
  read,
  readAgain,
  realAnswers,
  rejected,
  resourceOf,
} from './recorded.ts';

const functions = fixture('lambda/three-functions.json');
const TYPE = 'AWS::Lambda::Function';
const REGION = 'eu-west-1';
const orders = { FunctionName: 'orders' };
const listed = functions[0]?.answer?.Functions as Record<string, unknown>[];

/** The functions with the first one changed; what is undefined is left out, as it is in JSON. */
function withOrders(change: Record<string, unknown>) {
  const answer = JSON.parse(JSON.stringify({ Functions: [{ ...listed[0], ...change }], NextMarker: 'm2' }));
  return changed(functions, { call: 'lambda:ListFunctions', answer });
}

const ordersOf = async (calls: typeof functions) => resourceOf(await read('lambda', calls, REGION), TYPE, 'orders');

describe('Lambda functions', () => {
  it('are found on all pages, with every fact', async () => {
    const reading = await read('lambda', functions, REGION);
    expect(populationOf(reading, TYPE).resources.map((it) => it.name)).toEqual(['locked', 'orders', 'thumbnails']);
    const { id, facts, failures } = resourceOf(reading, TYPE, 'orders');
    expect(id).toBe('arn:aws:lambda:eu-west-1:111122223333:function:orders');
    expect(failures).toEqual({});
    expect(facts).toEqual({
      runtime: 'python3.13',
      hasEnvironment: true,
      kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      vpcId: 'vpc-0a',
      subnets: ['subnet-0a', 'subnet-0b', 'subnet-0c'],
      zones: ['eu-west-1a', 'eu-west-1b'],
      deadLetterTarget: 'arn:aws:sqs:eu-west-1:111122223333:failed',
      asyncDestinations: [
        { qualifier: '$LATEST', onFailure: 'arn:aws:sns:eu-west-1:111122223333:failed' },
        { qualifier: 'live', onFailure: null },
      ],
      tracing: 'Active',
      policy: expect.objectContaining({ Id: 'default' }),
      urls: [
        { qualifier: '$LATEST', authType: 'AWS_IAM' },
        { qualifier: 'live', authType: 'NONE' },
      ],
    });
  });

  it('have nulls for what Lambda says is not set', async () => {
    const { facts, failures } = resourceOf(await read('lambda', functions, REGION), TYPE, 'thumbnails');
    expect(failures).toEqual({});
    expect(facts).toEqual({
      runtime: null,
      hasEnvironment: false,
      kmsKeyArn: null,
      vpcId: null,
      subnets: [],
      zones: [],
      deadLetterTarget: null,
      asyncDestinations: [],
      tracing: 'PassThrough',
      policy: null,
      urls: [],
    });
  });

  it('have variables also where these cannot be decrypted', async () => {
    const { facts } = resourceOf(await read('lambda', functions, REGION), TYPE, 'locked');
    expect(facts.hasEnvironment).toBe(true);
    expect(facts.asyncDestinations).toEqual([{ qualifier: '$LATEST', onFailure: null }]);
  });

  it('never store the name or the value of an environment variable', async () => {
    const reading = await read('lambda', functions, REGION);
    const stored = JSON.stringify(reading);
    for (const secret of ['correct-horse-battery', 'db.internal.example', 'DB_PASS', 'STAGE', '"live"}}'])
      expect(stored).not.toContain(secret);
    const list = reading.retrievals.find((it) => it.operation === 'ListFunctions');
    expect(list?.redactions.map((it) => it.path)).toContain('/Functions/0/Environment/Variables');
  });

  it('give the same when what was stored is read again', async () => {
    const reading = await read('lambda', functions, REGION);
    expect((await readAgain(reading)).populations).toEqual(reading.populations);
  });

  it('ask for subnets once, and only where a function is in a VPC', async () => {
    const asked = (reading: Awaited<ReturnType<typeof read>>) =>
      reading.retrievals.filter((it) => it.operation === 'DescribeSubnets').length;
    expect(asked(await read('lambda', functions, REGION))).toBe(2);
    const outside = await read('lambda', withOrders({ VpcConfig: undefined }), REGION);
    expect(asked(outside)).toBe(0);
    expect(resourceOf(outside, TYPE, 'orders').facts).toMatchObject({ vpcId: null, subnets: [], zones: [] });
  });

  it.each([
    ['lambda:GetPolicy', orders, ['policy']],
    ['lambda:ListFunctionUrlConfigs', orders, ['urls']],
    ['lambda:ListFunctionEventInvokeConfigs', orders, ['asyncDestinations']],
    ['ec2:DescribeSubnets', {}, ['zones']],
  ])('fail in exactly the facts that need %s', async (call, input, facts) => {
    const { failures } = await ordersOf(changed(functions, { call, input, error: denied }));
    expect(Object.keys(failures)).toEqual(facts);
    expect(failures[facts[0] ?? '']).toMatchObject({ operation: call, kind: 'denied' });
  });

  it.each([
    ['runtime', { Runtime: undefined }],
    ['hasEnvironment', { Environment: { Variables: 'none' } }],
    ['vpcId', { VpcConfig: { SubnetIds: ['subnet-0a'] } }],
    ['zones', { VpcConfig: { SubnetIds: ['subnet-0a', 'subnet-gone'], VpcId: 'vpc-0a' } }],
    ['tracing', { TracingConfig: undefined }],
  ])('have an unknown %s where the list does not say it', async (fact, change) => {
    const { failures } = await ordersOf(withOrders(change));
    expect(Object.keys(failures)).toEqual([fact]);
    expect(failures[fact]).toMatchObject({ kind: 'unparsable' });
  });

  it('take no other error for the absence of a policy', async () => {
    const throttled = changed(functions, {
      call: 'lambda:GetPolicy',
      input: orders,
      error: rejected('InvalidParameterValueException', 400),
    });
    const malformed = changed(functions, { call: 'lambda:GetPolicy', input: orders, answer: { Policy: '{' } });
    expect((await ordersOf(throttled)).failures.policy).toMatchObject({ kind: 'rejected' });
    expect((await ordersOf(malformed)).failures.policy).toMatchObject({ kind: 'unparsable' });
  });

  it('are an unknown population when the list is denied or a page of it is', async () => {
    for (const input of [{}, { Marker: 'm2' }]) {
      const calls = changed(functions, { call: 'lambda:ListFunctions', input, error: denied });
      expect(populationOf(await read('lambda', calls, REGION), TYPE)).toMatchObject({
        resources: [],
        failure: { kind: 'denied' },
      });
    }
  });
});

describe.runIf(hasRealAnswers())('real answers of Lambda', () => {
  it('of ListFunctions can be read, those from before package types too', async () => {
    const pages = realAnswers('lambda', 'ListFunctions').filter((it) => JSON.stringify(it.data).includes('Runtime'));
    expect(pages.length).toBeGreaterThan(10);
    for (const { data: answer } of pages) {
      const { NextMarker: _, ...page } = answer;
      const reading = await read('lambda', [{ call: 'lambda:ListFunctions', answer: page }], REGION);
      const { resources, failure } = populationOf(reading, TYPE);
      expect(failure).toBeUndefined();
      for (const { facts } of resources) expect(facts).toHaveProperty('runtime');
    }
  });
});
