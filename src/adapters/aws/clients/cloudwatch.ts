import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import manifest from '@aws-sdk/client-cloudwatch/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of cloudwatch that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-cloudwatch@${manifest.version}`,
  create: (config) => new CloudWatchClient(config),
  operations: commands({
    DescribeAlarms: DescribeAlarmsCommand,
  }),
};
