import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import type { AlertMessage, Alerts } from '../../ports/alerts.ts';

const TOPIC = /^arn:aws(-[a-z]+)*:sns:([a-z]{2}(?:-[a-z]+)+-\d+):\d{12}:[\w-]{1,256}(?:\.fifo)?$/;

/** Whoever is told waits: what does not answer at once is tried again by the queue. */
const PROMPT = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

/**
 * Alerts through an Amazon SNS topic, with the SDK's own credentials where no client is given. Throws `usage-topic` for
 * what is no ARN of a standard topic.
 * Source: Amazon SNS API reference, Publish.
 */
export function snsAlerts(topic: string, given?: SNSClient): Alerts {
  const region = TOPIC.exec(topic)?.[2];
  if (region === undefined || topic.endsWith('.fifo'))
    throw new WitnessmarkError('usage-topic', `expected the ARN of a standard SNS topic, got ${topic.slice(0, 300)}`);
  const client = given ?? new SNSClient({ region, ...PROMPT });
  return { publish: (message) => publish(client, topic, message) };
}

async function publish(client: SNSClient, topic: string, message: AlertMessage): Promise<string> {
  try {
    const { MessageId = 'unknown' } = await client.send(commandOf(topic, message));
    return MessageId;
  } catch (cause) {
    throw new WitnessmarkError('alert-not-published', `${topic}: ${messageOf(cause)}`, {
      hint: 'the role needs sns:Publish on the topic, and kms:GenerateDataKey and kms:Decrypt on the key that encrypts it',
      cause,
    });
  }
}

const commandOf = (topic: string, { subject, text, attributes }: AlertMessage): PublishCommand =>
  new PublishCommand({
    TopicArn: topic,
    Subject: subject,
    Message: text,
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    ),
  });
