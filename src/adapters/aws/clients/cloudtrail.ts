import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetInsightSelectorsCommand,
  GetTrailStatusCommand,
} from '@aws-sdk/client-cloudtrail';
import manifest from '@aws-sdk/client-cloudtrail/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of cloudtrail that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-cloudtrail@${manifest.version}`,
  create: (config) => new CloudTrailClient(config),
  operations: commands({
    DescribeTrails: DescribeTrailsCommand,
    GetEventSelectors: GetEventSelectorsCommand,
    GetInsightSelectors: GetInsightSelectorsCommand,
    GetTrailStatus: GetTrailStatusCommand,
  }),
};
