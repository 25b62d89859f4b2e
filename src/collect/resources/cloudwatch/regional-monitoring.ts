import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { EventSelectors, recordedBy } from '../cloudtrail/event-selectors.ts';
import { trailPermissions } from '../cloudtrail/trail.ts';
import { type Alarm, alarmPermissions, describeAlarms, watches } from './alarm.ts';
import { type DeliveringTrail, deliveringTrails } from './delivering-trails.ts';
import { describeMetricFilters, type MetricFilter, metricsOf } from './metric-filter.ts';

/**
 * What watches the API calls of one region: exactly one subject, also where nothing does. A trail
 * for all regions sends its events to one log group, so alarms are found in the region of that group.
 */
export const regionalMonitoring = population({
  type: 'AWS::CloudWatch::RegionalMonitoring',
  facts: {
    trails:
      'every trail that covers the region: [{arn, multiRegion, logging, logGroupArn: null without one, logGroup: its name where it is in this account and region, else null; deliveryError: of the last delivery to CloudWatch Logs, else null}]',
    filters:
      'every metric filter on a log group of this account and region that running trails deliver to without an error: [{logGroup, name, pattern, fieldSelection: criteria beside the pattern, else null; metrics: [{namespace, name, value}], those with dimensions left out; alarms: [{name, actionsEnabled, actions}] on these metrics; trails: [{arn, managementEvents: All, WriteOnly, ReadOnly or None; narrowedBy: conditions that leave events out}] that deliver to it}]',
  },
  permissions: [...trailPermissions, 'logs:DescribeMetricFilters', ...alarmPermissions],
  read(aws) {
    const id = `cloudwatch:${aws.account}:${aws.region}`;
    return Promise.resolve([{ id, name: aws.region, facts: { trails: deliveringTrails, filters } }]);
  },
});

/** Alarms are asked for only where a filter publishes a metric that they could watch. */
async function filters(aws: Aws): Promise<Json> {
  const running = (await deliveringTrails(aws)).filter((it) => it.logging && it.deliveryError === null);
  const groups = [...new Set(running.flatMap((it) => it.logGroup ?? []))];
  const found = (await Promise.all(groups.map((it) => describeMetricFilters(aws, it)))).flat();
  const alarms = found.some((it) => metricsOf(it).length > 0) ? await describeAlarms(aws) : [];
  return Promise.all(
    found.map(async (it) => ({
      ...summary(it, alarms),
      trails: await Promise.all(running.filter((trail) => trail.logGroup === it.logGroupName).map(contents(aws))),
    })),
  );
}

/** What a trail puts into the log group. */
const contents =
  (aws: Aws) =>
  async ({ arn }: DeliveringTrail) => {
    const selectors = await aws.get('cloudtrail:GetEventSelectors', { TrailName: arn }, EventSelectors);
    const { readWrite, narrowedBy } = recordedBy(selectors);
    return { arn, managementEvents: readWrite, narrowedBy: [...narrowedBy] };
  };

function summary(filter: MetricFilter, alarms: readonly Alarm[]) {
  const metrics = metricsOf(filter);
  return {
    logGroup: filter.logGroupName,
    name: filter.filterName,
    pattern: filter.filterPattern,
    fieldSelection: filter.fieldSelectionCriteria || null,
    metrics,
    alarms: alarms
      .filter((alarm) => metrics.some((metric) => watches(alarm, metric)))
      .map((it) => ({ name: it.AlarmName, actionsEnabled: it.ActionsEnabled, actions: it.AlarmActions })),
  };
}
