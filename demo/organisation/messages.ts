import { CreateTopicCommand, SetTopicAttributesCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, type QueueAttributeName } from '@aws-sdk/client-sqs';
import { DEVELOPMENT, IRELAND, PRODUCTION } from './names.ts';
import type { World } from './world.ts';

interface Queue {
  readonly name: string;
  readonly account: string;
  readonly created: string;
  /** Name of our own key, `sqs` for the keys of SQS; unencrypted without one. */
  readonly key?: string;
  readonly dead?: string;
  readonly tls?: boolean;
}

const QUEUES: readonly Queue[] = [
  { name: 'claims-dead', account: PRODUCTION, created: '2024-06-03T08:40:10Z', key: 'phi-data', tls: true },
  {
    name: 'claims-intake',
    account: PRODUCTION,
    created: '2024-06-03T08:41:22Z',
    key: 'phi-data',
    dead: 'claims-dead',
    tls: true,
  },
  { name: 'partner-uploads', account: PRODUCTION, created: '2024-09-16T13:15:09Z' },
  { name: 'dev-intake', account: DEVELOPMENT, created: '2024-06-10T09:25:33Z', key: 'sqs' },
];

interface Topic {
  readonly name: string;
  readonly account: string;
  readonly created: string;
  readonly key?: string;
  readonly tls?: boolean;
  readonly subscriptions: readonly (readonly [protocol: string, endpoint: string])[];
}

const TOPICS: readonly Topic[] = [
  {
    name: 'operations',
    account: PRODUCTION,
    created: '2024-02-06T11:12:27Z',
    key: 'app-secrets',
    tls: true,
    subscriptions: [['email', 'operations@example.com']],
  },
  {
    name: 'clinic-notices',
    account: PRODUCTION,
    created: '2024-05-22T08:08:56Z',
    key: 'app-secrets',
    subscriptions: [['https', 'https://clinics.example.com/notices']],
  },
  {
    name: 'dev-alarms',
    account: DEVELOPMENT,
    created: '2024-03-20T10:10:10Z',
    subscriptions: [['http', 'http://tests.example.com/alarms']],
  },
];

/** Refuses what comes without TLS. */
const tlsOnly = (Action: string, Resource: string): object => ({
  Sid: 'TlsOnly',
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

/** Makes queues and topics; remembers `queue/<name>` (its URL). */
export async function seedMessages(world: World): Promise<void> {
  for (const queue of QUEUES) {
    await world.at(queue.created);
    const { queues } = world.in(queue.account, IRELAND);
    const made = await queues.send(
      new CreateQueueCommand({ QueueName: queue.name, Attributes: attributesOf(world, queue) }),
    );
    world.remember(`queue/${queue.name}`, made.QueueUrl);
  }
  for (const topic of TOPICS) await createTopic(world, topic);
}

function attributesOf(world: World, queue: Queue): Partial<Record<QueueAttributeName, string>> {
  const arn = (name: string) => `arn:aws:sqs:${IRELAND}:${queue.account}:${name}`;
  const isOurs = queue.key !== undefined && queue.key !== 'sqs';
  const policy = { Version: '2012-10-17', Statement: [tlsOnly('sqs:*', arn(queue.name))] };
  return {
    SqsManagedSseEnabled: String(queue.key === 'sqs'),
    ...(isOurs ? { KmsMasterKeyId: world.id(`key-arn/${queue.key}`) } : {}),
    ...(queue.tls === true ? { Policy: JSON.stringify(policy) } : {}),
    ...(queue.dead === undefined
      ? {}
      : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn(queue.dead), maxReceiveCount: 5 }) }),
  };
}

async function createTopic(world: World, { name, account, created, key, tls, subscriptions }: Topic): Promise<void> {
  await world.at(created);
  const { topics } = world.in(account, IRELAND);
  const { TopicArn = '' } = await topics.send(new CreateTopicCommand({ Name: name }));
  const own = {
    Sid: 'Account',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: ['sns:Publish', 'sns:Subscribe', 'sns:GetTopicAttributes', 'sns:SetTopicAttributes'],
    Resource: TopicArn,
  };
  const Statement = [own, ...(tls === true ? [tlsOnly('sns:Publish', TopicArn)] : [])];
  const attributes = {
    Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
    ...(key === undefined ? {} : { KmsMasterKeyId: world.id(`key-arn/${key}`) }),
  };
  for (const [AttributeName, AttributeValue] of Object.entries(attributes))
    await topics.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
  for (const [Protocol, Endpoint] of subscriptions)
    await topics.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
}
