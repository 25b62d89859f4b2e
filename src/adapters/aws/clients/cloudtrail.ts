import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetInsightSelectorsCommand,
  GetTrailStatusCommand,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from '@aws-sdk/client-cloudtrail';
import manifest from '@aws-sdk/client-cloudtrail/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of cloudtrail that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-cloudtrail@${manifest.version}`,
  create: (config) => new CloudTrailClient(config),
  operations: {
    ...commands({
      DescribeTrails: DescribeTrailsCommand,
      GetEventSelectors: GetEventSelectorsCommand,
      GetInsightSelectors: GetInsightSelectorsCommand,
      GetTrailStatus: GetTrailStatusCommand,
    }),
    LookupEvents: (input) => new LookupEventsCommand(withTimes(input)),
  },
};

/** Inputs are plain JSON, and times are text in them. */
function withTimes(input: object): LookupEventsCommandInput {
  const { StartTime: start, EndTime: end, ...rest } = input as { StartTime?: string; EndTime?: string };
  return {
    ...rest,
    ...(start === undefined ? {} : { StartTime: new Date(start) }),
    ...(end === undefined ? {} : { EndTime: new Date(end) }),
  };
}
