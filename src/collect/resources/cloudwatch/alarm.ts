import { z } from 'zod';
import type { Aws } from '../../service.ts';

const Metric = z.object({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string() })).default([]),
});

/**
 * A metric alarm. One metric is named by MetricName and Namespace, several by Metrics, of which only
 * those with a MetricStat are metrics; a list without items may be left out
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html).
 */
export const Alarm = Metric.extend({
  AlarmName: z.string().min(1),
  AlarmArn: z.string().min(1),
  ActionsEnabled: z.boolean(),
  AlarmActions: z.array(z.string()).default([]),
  OKActions: z.array(z.string()).default([]),
  InsufficientDataActions: z.array(z.string()).default([]),
  Metrics: z.array(z.object({ MetricStat: z.object({ Metric }).optional() })).default([]),
});
export type Alarm = z.infer<typeof Alarm>;

/** IAM action that reading alarms needs. */
export const alarmPermissions = ['cloudwatch:DescribeAlarms'];

/** Every metric alarm of the region; composite alarms are another type and another list. */
export function describeAlarms(aws: Aws): Promise<Alarm[]> {
  const token = { out: 'NextToken', in: 'NextToken' };
  const input = { AlarmTypes: ['MetricAlarm'], MaxRecords: 100 };
  return aws.list('cloudwatch:DescribeAlarms', input, { items: Alarm, at: 'MetricAlarms', token });
}

/**
 * Whether the alarm watches the metric as a metric filter without dimensions publishes it. An alarm
 * with dimensions watches another metric of the same name.
 */
export function watches(alarm: Alarm, metric: { readonly namespace: string; readonly name: string }): boolean {
  const metrics = [
    alarm,
    ...alarm.Metrics.flatMap((it) => (it.MetricStat === undefined ? [] : [it.MetricStat.Metric])),
  ];
  return metrics.some(
    (it) => it.Namespace === metric.namespace && it.MetricName === metric.name && it.Dimensions.length === 0,
  );
}
