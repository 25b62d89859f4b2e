import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateLogGroupCommand,
  PutMetricFilterCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DEVELOPMENT, IRELAND, PRODUCTION } from './names.ts';
import type { Place, World } from './world.ts';

interface LogGroup {
  readonly name: string;
  readonly account: string;
  readonly created: string;
  /** Name of our own key; a key of CloudWatch Logs without one. */
  readonly key?: string;
  /** For ever without one. */
  readonly days?: number;
}

const LOG_GROUPS: readonly LogGroup[] = [
  { name: 'cloudtrail', account: PRODUCTION, created: '2024-02-05T09:30:40Z', key: 'cloudtrail', days: 731 },
  { name: '/portal/app', account: PRODUCTION, created: '2024-02-13T10:00:00Z', key: 'phi-data', days: 400 },
  { name: '/aws/lambda/report-export', account: PRODUCTION, created: '2024-04-08T08:25:00Z', key: 'phi-data' },
  {
    name: '/aws/lambda/claims-notify',
    account: PRODUCTION,
    created: '2025-11-18T10:15:00Z',
    key: 'phi-data',
    days: 90,
  },
  { name: '/dev/app', account: DEVELOPMENT, created: '2024-03-19T09:00:00Z', days: 14 },
];

/** What the company looks for in the events of its trail, in the words of the CIS benchmark. */
const FILTERS: Readonly<Record<string, string>> = {
  'root-use':
    '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
  'sign-in-without-mfa': '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }',
  'unauthorised-calls': '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
  'trail-changes':
    '{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || ($.eventName = StartLogging) || ($.eventName = StopLogging) }',
  'key-loss':
    '{ ($.eventSource = kms.amazonaws.com) && (($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion)) }',
  'security-group-changes':
    '{ ($.eventName = AuthorizeSecurityGroupIngress) || ($.eventName = AuthorizeSecurityGroupEgress) || ($.eventName = RevokeSecurityGroupIngress) || ($.eventName = RevokeSecurityGroupEgress) || ($.eventName = CreateSecurityGroup) || ($.eventName = DeleteSecurityGroup) }',
};

const NAMESPACE = 'TrailEvents';
export const TOPIC = `arn:aws:sns:${IRELAND}:${PRODUCTION}:operations`;

/** Makes log groups, the metric filters on the trail's events, and alarms. */
export async function seedMonitoring(world: World): Promise<void> {
  for (const { name, account, created, key, days } of LOG_GROUPS) {
    await world.at(created);
    const { logs } = world.in(account, IRELAND);
    const kmsKeyId = key === undefined ? {} : { kmsKeyId: world.id(`key-arn/${key}`) };
    await logs.send(new CreateLogGroupCommand({ logGroupName: name, ...kmsKeyId }));
    if (days !== undefined) await keepFor(world.in(account, IRELAND), name, days);
  }
  await world.at('2024-02-06T11:30:00Z');
  for (const [name, pattern] of Object.entries(FILTERS)) await watch(world.in(PRODUCTION), name, pattern);
  await putAlarm(world.in(PRODUCTION), 'portal-errors', { metric: 'Errors', namespace: 'Portal', actions: true });
  const test = { metric: 'Errors', namespace: 'Portal', actions: true, topic: null };
  await putAlarm(world.in(DEVELOPMENT), 'dev-portal-errors', test);
}

/** Has events of a log group expire after some days. */
export async function keepFor({ logs }: Place, logGroupName: string, retentionInDays: number): Promise<void> {
  await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
}

/** A metric filter on the trail's log group with an alarm that tells the operations topic. */
export async function watch(place: Place, filterName: string, filterPattern: string): Promise<void> {
  const metricTransformations = [{ metricName: filterName, metricNamespace: NAMESPACE, metricValue: '1' }];
  const filter = { logGroupName: 'cloudtrail', filterName, filterPattern, metricTransformations };
  await place.logs.send(new PutMetricFilterCommand(filter));
  await putAlarm(place, filterName, { metric: filterName, namespace: NAMESPACE, actions: true });
}

interface Alarm {
  readonly metric: string;
  readonly namespace: string;
  readonly actions: boolean;
  readonly topic?: null;
}

async function putAlarm({ alarms }: Place, AlarmName: string, it: Alarm): Promise<void> {
  await alarms.send(
    new PutMetricAlarmCommand({
      AlarmName,
      MetricName: it.metric,
      Namespace: it.namespace,
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      ActionsEnabled: it.actions,
      AlarmActions: it.topic === null ? [] : [TOPIC],
    }),
  );
}

/** Switches what the alarm of a filter does on or off. */
export const switchAlarm = (place: Place, name: string, actions: boolean): Promise<void> =>
  putAlarm(place, name, { metric: name, namespace: NAMESPACE, actions });
