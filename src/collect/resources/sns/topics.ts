import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { once } from '../shared/once.ts';
import { PolicyText } from '../shared/policy-text.ts';

const Topic = z.object({ TopicArn: z.string().min(1) });

/**
 * Every topic has a policy; the key is left out where server-side encryption is off
 * (https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html).
 */
const Attributes = z.object({
  Attributes: z.object({ Policy: PolicyText, KmsMasterKeyId: z.string().optional() }),
});
const Encryption = z.object({ Attributes: Attributes.shape.Attributes.pick({ KmsMasterKeyId: true }) });

/** Endpoints are left out: the address of an HTTP endpoint may hold a credential. */
const Subscription = z.object({ TopicArn: z.string(), Protocol: z.string() });

/** Topics. The subscriptions of all topics are listed once in a region. */
export const topics = population({
  type: 'AWS::SNS::Topic',
  facts: {
    policy: 'access policy: every topic has one',
    kmsKeyId: 'KMS key that encrypts messages, an id, ARN or alias; null when encryption is off',
    protocols: 'protocols of the subscriptions to the topic, each once: http, https, email, sqs, lambda…',
  },
  permissions: ['sns:ListTopics', 'sns:GetTopicAttributes', 'sns:ListSubscriptions'],
  async read(aws) {
    const token = { out: 'NextToken', in: 'NextToken' };
    const listed = await aws.list('sns:ListTopics', {}, { items: Topic, at: 'Topics', token });
    const subscriptions = once(listSubscriptions);
    return listed.map(({ TopicArn }) => found(TopicArn, subscriptions));
  },
});

function found(arn: string, subscriptions: typeof listSubscriptions) {
  return {
    id: arn,
    name: arn.slice(arn.lastIndexOf(':') + 1),
    facts: {
      policy: async (aws: Aws): Promise<Json> =>
        (await aws.get('sns:GetTopicAttributes', { TopicArn: arn }, Attributes)).Attributes.Policy,
      kmsKeyId: async (aws: Aws): Promise<Json> =>
        (await aws.get('sns:GetTopicAttributes', { TopicArn: arn }, Encryption)).Attributes.KmsMasterKeyId || null,
      protocols: async (aws: Aws): Promise<Json> => protocolsOf(await subscriptions(aws), arn),
    },
  };
}

function listSubscriptions(aws: Aws): Promise<z.infer<typeof Subscription>[]> {
  const token = { out: 'NextToken', in: 'NextToken' };
  return aws.list('sns:ListSubscriptions', {}, { items: Subscription, at: 'Subscriptions', token });
}

function protocolsOf(subscriptions: readonly z.infer<typeof Subscription>[], arn: string): string[] {
  const own = subscriptions.filter((it) => it.TopicArn === arn);
  return [...new Set(own.map((it) => it.Protocol))].toSorted();
}
