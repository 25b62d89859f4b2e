import {
  CloudTrailClient,
  DescribeTrailsCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { z } from 'zod';
import { ANY_KEY, HOME } from '../emulators/support/moto.ts';

/**
 * What an account needs beyond what the peer looks at, so that the rest can be compared. `started`:
 * trails record. `watched`: they record management events, as AWS has a new trail do and the emulator
 * does not, and alarms have an action. The peer is content with both as they were made.
 */
export const Preparation = z.enum(['started', 'watched']);
type Preparation = z.infer<typeof Preparation>;

/** Prepares an emulated account in these regions. */
export async function prepare(endpoint: string, how: Preparation, regions: readonly string[]): Promise<void> {
  for (const region of regions) {
    const config = { endpoint, region, credentials: ANY_KEY };
    const client = new CloudTrailClient(config);
    for (const trail of await trailsOf(client, region)) {
      await client.send(new StartLoggingCommand({ Name: trail }));
      if (how === 'watched') await recordManagementEvents(client, trail);
    }
    if (how === 'watched') await giveActions(new CloudWatchClient(config), `arn:aws:sns:${region}:${HOME}:alerts`);
  }
}

async function trailsOf(client: CloudTrailClient, region: string): Promise<string[]> {
  const { trailList = [] } = await client.send(new DescribeTrailsCommand({}));
  return trailList.flatMap(({ Name, HomeRegion }) => (Name !== undefined && HomeRegion === region ? [Name] : []));
}

async function recordManagementEvents(client: CloudTrailClient, TrailName: string): Promise<void> {
  const all = { ReadWriteType: 'All' as const, IncludeManagementEvents: true, DataResources: [] };
  await client.send(new PutEventSelectorsCommand({ TrailName, EventSelectors: [all] }));
}

async function giveActions(client: CloudWatchClient, action: string): Promise<void> {
  const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({}));
  for (const alarm of MetricAlarms) {
    const { AlarmName, MetricName, Namespace, Statistic, Period, EvaluationPeriods } = alarm;
    const { Threshold, ComparisonOperator } = alarm;
    const same = { AlarmName, MetricName, Namespace, Statistic, Period, EvaluationPeriods };
    const command = { ...same, Threshold, ComparisonOperator, ActionsEnabled: true, AlarmActions: [action] };
    await client.send(new PutMetricAlarmCommand(command));
  }
}
