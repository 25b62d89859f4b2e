import { setTimeout } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeSubscriptionFiltersCommand,
  PutLogEventsCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AccessRecord } from '../../src/model/access.ts';
import { deliveryOf, FILTER, lineOf, packed, TIMESTAMP } from '../api/gateway-lines.ts';
import { indexOf, invoke, makeStore, STAGE } from './stack.ts';

const logs = new CloudWatchLogsClient({});
const logGroupName = `/aws/http-api/witnessmark-${STAGE}`;
beforeAll(makeStore);

const deliver = (lines: readonly string[]) => invoke('refusals', { awslogs: { data: packed(deliveryOf(lines)) } });

async function entriesOf(request: string): Promise<AccessRecord[]> {
  const bodies = await Array.fromAsync((await indexOf()).bodies('access'));
  return bodies.map((it) => it.body).filter((it) => it.requestId === request);
}

async function subscription() {
  const { subscriptionFilters = [] } = await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName }));
  expect(subscriptionFilters).toHaveLength(1);
  return subscriptionFilters[0];
}

describe('whom the gateway refused', () => {
  it('is in the ledger, once, by a function under its own role', async () => {
    const lines = [
      lineOf({ requestId: 'expired=', path: '/v1/evidence/17' }),
      lineOf({ requestId: 'function=', status: '403', integrationStatus: '200' }),
    ];
    for (let time = 0; time < 2; time += 1)
      expect(await deliver(lines)).toEqual({ ok: true, lines: 2, refused: 1, recorded: 1 });
    expect(await entriesOf('function=')).toEqual([]);
    const [entry, ...others] = await entriesOf('expired=');
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      ...{ at: new Date(TIMESTAMP).toISOString(), by: null, role: null, outcome: 'refused' },
      ...{ operation: 'getEvidence', code: 'gateway-unauthorized' },
      asked: { entry: '17', error: 'the token has expired', ip: '203.0.113.7' },
    });
  });

  it('is told of a delivery that cannot be read, by its code', async () => {
    expect(await deliver(['poison'])).toMatchObject({ errorMessage: expect.stringContaining('1 of 1 lines') });
  });

  // The emulator writes no access log and knows no regular expressions in filters: the test writes the line in the format
  // of the stack, and lets every line through. The log group, the subscription and the delivery are the emulator's.
  it('comes from the access log by the subscription of the stack', async () => {
    const { filterName, filterPattern, destinationArn } = (await subscription()) ?? {};
    expect(filterPattern).toBe(`%${FILTER.source}%`);
    expect(destinationArn).toMatch(new RegExp(`:function:witnessmark-${STAGE}-refusals$`));
    const subscribe = (pattern: string | undefined) =>
      logs.send(new PutSubscriptionFilterCommand({ logGroupName, filterName, filterPattern: pattern, destinationArn }));
    await subscribe('');
    const logStreamName = 'of-a-test';
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    const logEvents = [{ timestamp: Date.now(), message: lineOf({ requestId: 'delivered=' }) }];
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    await subscribe(filterPattern);
    for (const end = Date.now() + 60_000; Date.now() < end && (await entriesOf('delivered=')).length === 0; )
      await setTimeout(500);
    expect(await entriesOf('delivered=')).toMatchObject([{ operation: 'listAssessments', outcome: 'refused' }]);
  });
});
