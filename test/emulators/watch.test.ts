import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, it } from 'vitest';
import { eventPatterns } from '../../scripts/generated/event-patterns.ts';
import { snsTopic } from '../../src/adapters/aws/deployed/sns-topic.ts';
import { INDEX_TABLE } from '../../src/adapters/aws/dynamodb-index/table.ts';
import { dynamodbIndex } from '../../src/adapters/aws/dynamodb-index.ts';
import { auditedAwsStore } from '../../src/adapters/aws/store/audited-store.ts';
import { initAwsStore } from '../../src/adapters/aws/store/init-store.ts';
import { openAwsStore } from '../../src/adapters/aws/store/store.ts';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { systemClock } from '../../src/adapters/local/clock.ts';
import { watchedEvents } from '../../src/app/catalogue.ts';
import { bodyReader } from '../../src/app/objects.ts';
import type { Store } from '../../src/app/store.ts';
import { type WatchResult, watch } from '../../src/app/watch.ts';
import { auditLedger } from '../../src/ledger/audit.ts';
import { record } from '../app/watch-events.ts';
import { newBucket } from './support/buckets.ts';
import { forThisFile } from './support/for-this-file.ts';
import { MINISTACK_KEY, ministackKms, ministackS3, startMinistack } from './support/ministack.ts';
import { REGION } from './support/moto.ts';
import { makeStoreKeys } from './support/store-keys.ts';

/** The emulator refuses events of AWS's own sources, as AWS does; the rules are those of the deployment but for this. */
const SOURCES = 'test.aws.';
const TYPE = 'AWS Console Sign In via CloudTrail';

const ministack = await forThisFile(startMinistack());
const config = { endpoint: ministack.endpoint, region: REGION, credentials: MINISTACK_KEY };
const [bus, sqs, sns, dynamodb] = [
  new EventBridgeClient(config),
  new SQSClient(config),
  new SNSClient(config),
  new DynamoDBClient(config),
];
const [s3, kms] = [ministackS3(ministack), ministackKms(ministack)];
afterAll(() => {
  for (const it of [bus, sqs, sns, dynamodb, s3, kms]) it.destroy();
});
await makeStoreKeys(kms);
const catalogue = await loadCatalogueFiles();

async function newStore() {
  const [bucket, notaryBucket] = [await newBucket(s3), await newBucket(s3)];
  const clock = systemClock;
  const keys = {
    checkpointKey: 'alias/witnessmark-checkpoint',
    documentKey: 'alias/witnessmark-document',
    rootKey: 'alias/witnessmark-root',
    secretKey: 'alias/witnessmark-secret',
  };
  const options = { ...keys, bucket, notaryBucket, s3, kms, clock };
  await initAwsStore({ ...options, organisation: 'Example Health', origin: 'example.com/audit' });
  const table = `index-${bucket}`;
  const { KeySchema, AttributeDefinitions, BillingMode } = INDEX_TABLE;
  const layout = { KeySchema: [...KeySchema], AttributeDefinitions: [...AttributeDefinitions], BillingMode };
  await dynamodb.send(new CreateTableCommand({ ...layout, TableName: table }));
  const opened = await openAwsStore({ ...options, software: 'test 1' });
  const index = dynamodbIndex({ table, client: dynamodb, readBody: bodyReader(opened.objects) });
  return {
    store: { ...opened, index } satisfies Store,
    audit: async () => auditLedger(await auditedAwsStore(options)),
  };
}

async function newQueue(QueueName: string, Attributes: Record<string, string> = {}) {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  const names = { QueueUrl, AttributeNames: ['QueueArn' as const] };
  const arn = (await sqs.send(new GetQueueAttributesCommand(names))).Attributes?.QueueArn ?? '';
  return { QueueUrl, arn };
}

const dead = await newQueue('dead');
const redrive = { deadLetterTargetArn: dead.arn, maxReceiveCount: '2' };
const queue = await newQueue('watch', { VisibilityTimeout: '1', RedrivePolicy: JSON.stringify(redrive) });
const people = await newQueue('people');
const topic = (await sns.send(new CreateTopicCommand({ Name: 'alerts' }))).TopicArn ?? '';
await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: people.arn }));
for (const [at, pattern] of eventPatterns(watchedEvents(catalogue), SOURCES).entries()) {
  const Name = `watch-${at}`;
  await bus.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern), State: 'ENABLED' }));
  await bus.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: 'queue', Arn: queue.arn }] }));
}

async function receive({ QueueUrl }: { QueueUrl: string | undefined }): Promise<Message[]> {
  const wanted = { MaxNumberOfMessages: 10, WaitTimeSeconds: 1, MessageSystemAttributeNames: ['All' as const] };
  return (await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...wanted }))).Messages ?? [];
}

const remove = (from: { QueueUrl: string | undefined }, { ReceiptHandle }: Message) =>
  sqs.send(new DeleteMessageCommand({ QueueUrl: from.QueueUrl, ReceiptHandle }));

async function until<T>(ask: () => Promise<T | undefined>, limitMs = 15_000): Promise<T> {
  const end = Date.now() + limitMs;
  for (let it = await ask(); ; it = await ask()) {
    if (it !== undefined) return it;
    if (Date.now() > end) throw new Error(`nothing came within ${limitMs} ms`);
  }
}

/** What Lambda does with the queue: what did not fail is deleted, what failed comes again. */
async function poll(store: Store): Promise<WatchResult | undefined> {
  const found = await receive(queue);
  if (found.length === 0) return undefined;
  const messages = found.map(({ MessageId = '', Body = '', Attributes }) => ({
    ...{ id: MessageId, body: Body, receivedAt: new Date(Number(Attributes?.SentTimestamp)).toISOString() },
  }));
  const result = await watch({ store, messages: snsTopic(topic, sns), catalogue }, messages);
  const failed = new Set(result.failed.map((it) => it.id));
  for (const it of found) if (!failed.has(it.MessageId ?? '')) await remove(queue, it);
  return result;
}

const put = async (source: string, detail: object) => {
  const entry = { Source: `${SOURCES}${source}`, DetailType: TYPE, Detail: JSON.stringify(detail) };
  expect((await bus.send(new PutEventsCommand({ Entries: [entry] }))).FailedEntryCount).toBe(0);
};

interface Envelope {
  readonly Subject: string;
  readonly Message: string;
  readonly MessageAttributes: Record<string, { readonly Value: string }>;
}

async function told(): Promise<Envelope> {
  const message = await until(async () => (await receive(people))[0]);
  await remove(people, message);
  return JSON.parse(message.Body ?? '{}') as Envelope;
}

const alertsIn = async ({ index }: Store) => (await Array.fromAsync(index.bodies('alert'))).map((it) => it.body);

describe('a watched event', () => {
  it('is in the ledger, signed, and told in less than ten seconds after it was put on the bus', async () => {
    const { store, audit } = await newStore();
    const from = Date.now();
    const eventTime = new Date(from).toISOString().replace(/\.\d+/, '');
    const event = record({ eventID: 'first', eventName: 'SwitchRole', eventTime });
    await put('signin', event);
    const result = await until(() => poll(store));
    expect(result).toMatchObject({ messages: 1, ignored: 0, failed: [], told: [{ selector: 'root-activity' }] });
    const { Subject, Message: text, MessageAttributes } = await told();
    const elapsed = Date.now() - from;
    console.log(`from PutEvents to evidence and alert: ${elapsed} ms`);
    expect(elapsed).toBeLessThan(10_000);
    expect(Subject).toMatch(/^\[high\] Somebody acted as the root user \(111122223333, us-east-1\)$/);
    expect(text).toContain(`Ledger entry: ${result.told[0]?.entry} `);
    expect(MessageAttributes.severity?.Value).toBe('high');
    const [alert] = await alertsIn(store);
    expect(alert).toMatchObject({ event: { eventID: 'first' }, delivery: { source: `${SOURCES}signin` } });
    expect(Date.parse(alert?.receivedAt ?? '')).toBeGreaterThanOrEqual(from - 1000);

    // The same event again, and one that nobody watches, which no rule lets through.
    await put('signin', event);
    await put('ec2', record({ eventID: 'reading', eventName: 'DescribeInstances', userIdentity: { type: 'IAMUser' } }));
    expect(await until(() => poll(store))).toMatchObject({ messages: 1, told: [], known: 1, failed: [] });
    expect(await alertsIn(store)).toHaveLength(1);
    expect(await audit()).toMatchObject({ ok: true });
  });

  it('is sealed and told in a second or so, on emulated KMS, S3 and DynamoDB', async () => {
    const { store } = await newStore();
    const times: number[] = [];
    for (let at = 0; at < 8; at += 1) {
      const detail = record({ eventID: `timed-${at}`, eventName: 'SwitchRole' });
      const body = JSON.stringify({
        id: 'd',
        source: 'aws.signin',
        account: '111122223333',
        region: 'us-east-1',
        detail,
      });
      const from = performance.now();
      const result = await watch({ store, messages: snsTopic(topic, sns), catalogue }, [
        { id: `m${at}`, body, receivedAt: systemClock.now() },
      ]);
      times.push(performance.now() - from);
      expect(result.failed).toEqual([]);
      await told();
    }
    times.sort((a, b) => a - b);
    console.log(
      `one event to entry and alert: median ${Math.round(times[4] ?? 0)} ms, most ${Math.round(times[7] ?? 0)} ms`,
    );
    expect(times[4]).toBeLessThan(5_000);
  });

  it('goes on beside a message that nobody can read, which ends among the dead letters', async () => {
    const { store } = await newStore();
    await sqs.send(new SendMessageCommand({ QueueUrl: queue.QueueUrl, MessageBody: '{' }));
    await put('signin', record({ eventID: 'beside', eventName: 'SwitchRole' }));
    await until(async () => {
      await poll(store);
      return (await alertsIn(store)).length === 1 ? true : undefined;
    });
    await told();
    const letter = await until(async () => {
      await poll(store);
      return (await receive(dead))[0];
    });
    expect(letter.Body).toBe('{');
  });

  it('has one entry where functions beside each other get it at the same time', async () => {
    const { store } = await newStore();
    const detail = record({ eventID: 'race', eventName: 'SwitchRole' });
    const body = JSON.stringify({
      id: 'd',
      source: 'aws.signin',
      account: '111122223333',
      region: 'us-east-1',
      detail,
    });
    const results = await Promise.all(
      Array.from({ length: 6 }, (_, at) =>
        watch({ store, messages: snsTopic(topic, sns), catalogue }, [
          { id: `m${at}`, body, receivedAt: systemClock.now() },
        ]),
      ),
    );
    expect(results.flatMap((it) => it.failed)).toEqual([]);
    expect(await store.index.size()).toBe(1);
    expect(new Set(results.flatMap((it) => it.told.map(({ entry }) => entry)))).toEqual(new Set([0]));
  });
});
