import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { once } from '../shared/once.ts';
import { queueAttributes } from './attributes.ts';

/** Queues, by their ARNs, which follow from account, region and name. */
export const queues = population({
  type: 'AWS::SQS::Queue',
  facts: {
    policy: 'access policy; null without one',
    kmsKeyId: 'KMS key that encrypts messages, an id, ARN or alias; null without one',
    sqsManagedKeys: 'whether SQS encrypts messages with keys of its own',
    deadLetterQueue: 'ARN of the queue that takes messages which could not be processed; null without one',
    isDeadLetterQueue: 'whether another queue of the region names this one as its dead-letter queue',
  },
  permissions: ['sqs:ListQueues', 'sqs:GetQueueAttributes'],
  async read(aws) {
    // Without MaxResults there is one page of at most 1000 queues and no token for the rest; without queues no list.
    const page = {
      items: z.string().min(1),
      at: 'QueueUrls',
      optional: true,
      token: { out: 'NextToken', in: 'NextToken' },
    };
    const urls = await aws.list('sqs:ListQueues', { MaxResults: 1000 }, page);
    const targets = once((asked: Aws) => deadLetterQueues(asked, urls));
    return urls.map((url) => found(aws, url, targets));
  },
});

function found(aws: Aws, url: string, targets: (aws: Aws) => Promise<ReadonlySet<string>>) {
  const name = url.slice(url.lastIndexOf('/') + 1);
  const arn = `arn:${aws.partition}:sqs:${aws.region}:${aws.account}:${name}`;
  return {
    id: arn,
    name,
    facts: {
      policy: (asked: Aws): Promise<Json> => queueAttributes(asked, url).policy(),
      kmsKeyId: (asked: Aws): Promise<Json> => queueAttributes(asked, url).kmsKeyId(),
      sqsManagedKeys: (asked: Aws): Promise<Json> => queueAttributes(asked, url).sqsManagedKeys(),
      deadLetterQueue: (asked: Aws): Promise<Json> => queueAttributes(asked, url).deadLetterQueue(),
      isDeadLetterQueue: async (asked: Aws): Promise<Json> => (await targets(asked)).has(arn),
    },
  };
}

/** From answers that the other facts need anyway. A dead-letter queue is in the region and account of its sources. */
async function deadLetterQueues(aws: Aws, urls: readonly string[]): Promise<ReadonlySet<string>> {
  const targets = await Promise.all(urls.map((url) => queueAttributes(aws, url).deadLetterQueue()));
  return new Set(targets.filter((it) => it !== null));
}
