import { GuardDutyClient, ListDetectorsCommand } from '@aws-sdk/client-guardduty';
import manifest from '@aws-sdk/client-guardduty/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of guardduty that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-guardduty@${manifest.version}`,
  create: (config) => new GuardDutyClient(config),
  operations: commands({
    ListDetectors: ListDetectorsCommand,
  }),
};
