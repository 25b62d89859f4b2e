import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetResourcePolicyCommand,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import manifest from '@aws-sdk/client-dynamodb/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of dynamodb that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-dynamodb@${manifest.version}`,
  create: (config) => new DynamoDBClient(config),
  operations: commands({
    DescribeContinuousBackups: DescribeContinuousBackupsCommand,
    DescribeTable: DescribeTableCommand,
    GetResourcePolicy: GetResourcePolicyCommand,
    ListTables: ListTablesCommand,
  }),
};
