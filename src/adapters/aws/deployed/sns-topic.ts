import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { messageOf, WitnessmarkError } from '../../../model/error.ts';
import type { Message, Messages } from '../../../ports/messages.ts';
import { PATIENT } from '../retries.ts';

/** Limits of SNS: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const SUBJECT = { length: 100, allowed: /[^\x20-\x7e]/g } as const;
const MAX_BYTES = 250_000;

/** Publishes to an SNS topic; throws `messages-failed`. */
export function snsTopic(topic: string, client: Pick<SNSClient, 'send'> = new SNSClient(PATIENT)): Messages {
  return {
    async publish({ subject, text, attributes = {} }: Message) {
      const command = new PublishCommand({
        TopicArn: topic,
        Subject: subject.replaceAll(SUBJECT.allowed, '?').slice(0, SUBJECT.length),
        Message: Buffer.from(text).subarray(0, MAX_BYTES).toString('utf8'),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
        ),
      });
      try {
        await client.send(command);
      } catch (cause) {
        throw new WitnessmarkError('messages-failed', `${topic}: ${messageOf(cause)}`, {
          hint: 'see whether the function may publish and the topic is there; nothing else failed',
          cause,
        });
      }
    },
  };
}
