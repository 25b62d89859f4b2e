import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
  DescribeResourcePoliciesCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import manifest from '@aws-sdk/client-cloudwatch-logs/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of logs that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-cloudwatch-logs@${manifest.version}`,
  create: (config) => new CloudWatchLogsClient(config),
  operations: commands({
    DescribeLogGroups: DescribeLogGroupsCommand,
    DescribeMetricFilters: DescribeMetricFiltersCommand,
    DescribeResourcePolicies: DescribeResourcePoliciesCommand,
  }),
};
