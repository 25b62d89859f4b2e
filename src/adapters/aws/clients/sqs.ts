import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import manifest from '@aws-sdk/client-sqs/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of sqs that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-sqs@${manifest.version}`,
  create: (config) => new SQSClient(config),
  operations: commands({
    GetQueueAttributes: GetQueueAttributesCommand,
    ListQueues: ListQueuesCommand,
  }),
};
