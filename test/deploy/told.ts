import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ACCOUNT, outputs, REGION } from './stack.ts';

const sqs = new SQSClient({});

/** What people are told. */
export interface Told {
  readonly Subject: string;
  readonly Message: string;
}

/** Messages of the stack's topic, as they come. */
export interface Inbox {
  /** The first with this text in it that was not given yet; undefined where none comes within so many milliseconds. */
  about(text: string, limitMs?: number): Promise<Told | undefined>;
}

/** Subscribes a queue of that name to the messages of one kind. */
export async function subscribed(QueueName: string, kind: 'alert' | 'run'): Promise<Inbox> {
  const Resource = `arn:aws:sqs:${REGION}:${ACCOUNT}:${QueueName}`;
  const Principal = { Service: 'sns.amazonaws.com' };
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource }];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
  const FilterPolicy = JSON.stringify({ kind: [kind] });
  const TopicArn = (await outputs()).AlertsTopicArn;
  const to = { Protocol: 'sqs', Endpoint: Resource, Attributes: { FilterPolicy } };
  await new SNSClient({}).send(new SubscribeCommand({ TopicArn, ...to }));
  const read: Told[] = [];
  return {
    async about(text, limitMs = 10_000) {
      for (const end = Date.now() + limitMs; ; ) {
        const at = read.findIndex((it) => it.Message.includes(text));
        if (at !== -1) return read.splice(at, 1)[0];
        if (Date.now() > end) return undefined;
        read.push(...(await received<Told>(QueueUrl ?? '')));
      }
    },
  };
}

/** What waits in a queue, each once; waits for a second where it is empty. */
export async function received<T>(QueueUrl: string): Promise<T[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 }),
  );
  for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.map((it) => JSON.parse(it.Body ?? '{}'));
}
