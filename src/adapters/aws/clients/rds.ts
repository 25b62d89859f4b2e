import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import manifest from '@aws-sdk/client-rds/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of rds that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-rds@${manifest.version}`,
  create: (config) => new RDSClient(config),
  operations: commands({
    DescribeDBInstances: DescribeDBInstancesCommand,
  }),
};
