import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { ACCOUNT, outputs, REGION } from '../../test/deploy/stack.ts';

const [sns, sqs] = [new SNSClient({}), new SQSClient({})];
let QueueUrl = '';

/** Subscribes a queue to what people are told of runs. */
export async function listen(): Promise<void> {
  const Resource = `arn:aws:sqs:${REGION}:${ACCOUNT}:game-day`;
  const Principal = { Service: 'sns.amazonaws.com' };
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource }];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  QueueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'game-day', Attributes: { Policy } }))).QueueUrl ?? '';
  const told = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const Attributes = { FilterPolicy: JSON.stringify({ kind: ['run'] }) };
  const TopicArn = (await outputs()).AlertsTopicArn;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: told.Attributes?.QueueArn, Attributes }));
}

/** Subjects of the messages that came since it was asked last. */
export async function runMessages(): Promise<string[]> {
  const subjects: string[] = [];
  for (;;) {
    const asked = { QueueUrl, WaitTimeSeconds: subjects.length === 0 ? 5 : 1, MaxNumberOfMessages: 10 };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(asked));
    if (Messages.length === 0) return subjects;
    for (const { Body = '{}', ReceiptHandle } of Messages) {
      subjects.push((JSON.parse(Body) as { Subject: string }).Subject);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}
