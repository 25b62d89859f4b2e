import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/model/alert.ts';
import { record } from '../app/watch-events.ts';
import { ACCOUNT, indexOf, makeStore, outputs, REGION } from './stack.ts';

const [bus, sns, sqs] = [new EventBridgeClient({}), new SNSClient({}), new SQSClient({})];
let QueueUrl = '';
beforeAll(async () => {
  await makeStore();
  const Resource = `arn:aws:sqs:${REGION}:${ACCOUNT}:people`;
  const fromTopic = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [fromTopic] });
  QueueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'people', Attributes: { Policy } }))).QueueUrl ?? '';
  const told = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const Endpoint = told.Attributes?.QueueArn;
  const FilterPolicy = JSON.stringify({ kind: ['alert'] });
  const TopicArn = (await outputs()).AlertsTopicArn;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes: { FilterPolicy } }));
});

/** The stack was deployed with the sources that a test can send with: `watchSources`. */
async function put(detail: object): Promise<void> {
  const entry = {
    Source: 'test.aws.signin',
    DetailType: 'AWS Console Sign In via CloudTrail',
    Detail: JSON.stringify(detail),
  };
  expect((await bus.send(new PutEventsCommand({ Entries: [entry] }))).FailedEntryCount).toBe(0);
}

const alertsOf = async (eventID: string): Promise<Alert[]> =>
  (await Array.fromAsync((await indexOf()).bodies('alert')))
    .map((it) => it.body)
    .filter((it) => it.event.eventID === eventID);

async function told(limitMs: number): Promise<{ Subject: string; Message: string } | undefined> {
  for (const end = Date.now() + limitMs; Date.now() < end; ) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
    if (Messages[0] !== undefined) return JSON.parse(Messages[0].Body ?? '{}');
  }
  return undefined;
}

const root = { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT };
/** One that has happened just now. */
const event = (eventID: string) => {
  const eventTime = `${new Date().toISOString().slice(0, 19)}Z`;
  return record({ eventID, eventTime, eventName: 'SwitchRole', recipientAccountId: ACCOUNT, userIdentity: root });
};

describe('an event on the bus of the deployed stack', () => {
  it('is in the ledger and told in less than ten seconds, by functions that are warm', async () => {
    await put(event('cold'));
    expect(await told(60_000)).toBeDefined();
    const from = Date.now();
    await put(event('warm'));
    const message = await told(30_000);
    const elapsed = Date.now() - from;
    console.log(`watch: from PutEvents to evidence and alert in ${elapsed} ms`);
    expect(elapsed).toBeLessThan(10_000);
    expect(message?.Subject).toBe(`[high] Somebody acted as the root user (${ACCOUNT}, us-east-1)`);
    const [alert, ...others] = await alertsOf('warm');
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      selector: 'root-activity',
      account: ACCOUNT,
      delivery: { source: 'test.aws.signin' },
    });
  });

  it('has one entry when it comes twice', async () => {
    const twice = event('twice');
    await Promise.all([put(twice), put(twice)]);
    expect(await told(30_000)).toBeDefined();
    await told(5_000);
    expect(await alertsOf('twice')).toHaveLength(1);
  });
});
