import { GetTopicAttributesCommand, ListSubscriptionsCommand, ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import manifest from '@aws-sdk/client-sns/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of sns that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-sns@${manifest.version}`,
  create: (config) => new SNSClient(config),
  operations: commands({
    GetTopicAttributes: GetTopicAttributesCommand,
    ListSubscriptions: ListSubscriptionsCommand,
    ListTopics: ListTopicsCommand,
  }),
};
