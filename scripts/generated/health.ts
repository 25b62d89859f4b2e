import { stringify } from 'yaml';
import { NAMESPACE } from '../../functions/metrics.ts';
import { SLIS, type Sli } from '../../src/model/health.ts';
import { DIMENSIONS, dashboard } from './dashboard.ts';
import { queues } from './queues.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

type Channel = Sli['alarm'];
const TOPICS: Readonly<Record<Channel, string>> = { page: 'PagesTopic', ticket: 'TicketsTopic' };

interface Alarm {
  readonly says: string;
  readonly to: Channel;
  readonly metric: object;
  readonly statistic: 'Minimum' | 'Maximum' | 'Sum' | 'SampleCount';
  readonly comparison: string;
  readonly threshold: number;
  readonly period: number;
  /** In so many periods, one after the other. */
  readonly periods?: number;
  /** `breaching`: a schedule must have reported, so that silence is an alarm. */
  readonly missing: 'breaching' | 'notBreaching';
}

const own = (name: string): object => ({
  Namespace: NAMESPACE,
  MetricName: name,
  Dimensions: Object.entries(DIMENSIONS).map(([Name, Value]) => ({ Name, Value })),
});

const ofQueue = (id: string, name: string): object => ({
  Namespace: 'AWS/SQS',
  MetricName: name,
  Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }],
});

/** What breaks a target, in the words of CloudWatch. */
const BREACHES: Readonly<Record<Sli['target']['must'], Pick<Alarm, 'statistic' | 'comparison'>>> = {
  below: { statistic: 'Maximum', comparison: 'GreaterThanOrEqualToThreshold' },
  at_most: { statistic: 'Maximum', comparison: 'GreaterThanThreshold' },
  above: { statistic: 'Minimum', comparison: 'LessThanOrEqualToThreshold' },
  at_least: { statistic: 'Minimum', comparison: 'LessThanThreshold' },
};

/** An indicator that pages and is not reported for two hours pages too; the others have `HealthMissing`. */
const sliAlarm = ({ id, title, says, metric, target, alarm }: Sli): Alarm => ({
  ...{ says: `${id} ${title}: ${says}`, to: alarm, metric: own(metric), ...BREACHES[target.must] },
  ...{ threshold: target.value, period: HOUR, periods: 2, missing: alarm === 'page' ? 'breaching' : 'notBreaching' },
});

const above = (threshold: number) =>
  ({ comparison: 'GreaterThanThreshold', threshold, missing: 'notBreaching' }) as const;
const none = { comparison: 'LessThanThreshold', threshold: 1, missing: 'breaching', statistic: 'SampleCount' } as const;

/** Logical id → alarm. */
export function alarms(): Map<string, Alarm> {
  const page = { to: 'page' } as const;
  const ticket = { to: 'ticket' } as const;
  return new Map<string, Alarm>([
    ...SLIS.map((it): [string, Alarm] => [`${it.metric}Alarm`, sliAlarm(it)]),
    [
      'AuditFailedAlarm',
      {
        ...{ ...page, ...above(0), metric: own('AuditFailed'), statistic: 'Maximum', period: 300 },
        says: 'An audit of the ledger found an error, or could not be sealed',
      },
    ],
    [
      'AuditMissingAlarm',
      { ...page, ...none, metric: own('AuditFailed'), period: DAY, periods: 2, says: 'No audit reported for two days' },
    ],
    ...queues().dead.map((id): [string, Alarm] => [
      `${id}Alarm`,
      {
        ...{ ...page, ...above(0), metric: ofQueue(id, 'ApproximateNumberOfMessagesVisible'), statistic: 'Maximum' },
        ...{ period: 300, says: 'Something failed after all tries and waits in a dead-letter queue' },
      },
    ]),
    ...queues().waiting.map((id): [string, Alarm] => [
      `${id}AgeAlarm`,
      {
        ...{ ...page, ...above(300), metric: ofQueue(id, 'ApproximateAgeOfOldestMessage'), statistic: 'Maximum' },
        ...{ period: 60, periods: 5, says: 'A message has waited for more than five minutes' },
      },
    ]),
    [
      'HealthMissingAlarm',
      { ...ticket, ...none, metric: own('IndicatorsMissed'), period: HOUR, periods: 3, says: 'Health is not measured' },
    ],
    [
      'NotComputedAlarm',
      {
        ...{ ...ticket, ...above(0), metric: own('IndicatorsNotComputed'), statistic: 'Minimum', period: HOUR },
        ...{ periods: 3, says: 'An indicator could not be computed three times in a row' },
      },
    ],
    [
      'FunctionErrorsAlarm',
      {
        ...{ ...ticket, ...above(0), metric: own('FunctionErrors'), statistic: 'Sum', period: 300 },
        says: 'A function failed',
      },
    ],
  ]);
}

function alarmResource(id: string, alarm: Alarm): object {
  const { says, to, metric, statistic, comparison, threshold, period, periods = 1, missing } = alarm;
  const topic = { Ref: TOPICS[to] };
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `\${self:service}-\${sls:stage}-${id.replace(/Alarm$/, '')}`,
      AlarmDescription: says,
      ...metric,
      ...{ Statistic: statistic, ComparisonOperator: comparison, Threshold: threshold, Period: period },
      ...{ EvaluationPeriods: periods, DatapointsToAlarm: periods, TreatMissingData: missing },
      ...{ AlarmActions: [topic], OKActions: [topic] },
    },
  };
}

/** Logical id, hour and input of what runs on a schedule; the audits at hours when nothing else does. */
const SCHEDULES = [
  { id: 'Health', name: 'health', function: 'Health', rate: 'rate(1 hour)', input: {}, says: 'Measures health' },
  {
    ...{
      id: 'AuditNew',
      name: 'audit-new',
      function: 'Audit',
      rate: 'cron(20 4 ? * MON-SAT *)',
      input: { covers: 'new' },
    },
    says: 'Audits the log, and what is new',
  },
  {
    ...{
      id: 'AuditWhole',
      name: 'audit-whole',
      function: 'Audit',
      rate: 'cron(20 4 ? * SUN *)',
      input: { covers: 'whole' },
    },
    says: 'Audits everything',
  },
] as const;

const scheduleResource = (it: (typeof SCHEDULES)[number]): object => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: {
    Name: `\${self:service}-\${sls:stage}-${it.name}`,
    Description: it.says,
    ScheduleExpression: it.rate,
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: { 'Fn::GetAtt': [`${it.function}LambdaFunction`, 'Arn'] },
      RoleArn: { 'Fn::GetAtt': ['HealthScheduleRole', 'Arn'] },
      Input: JSON.stringify(it.input),
      RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 2 },
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['FailedQueue', 'Arn'] } },
    },
  },
});

const ours = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
const DATA_KEY = '${file(./serverless/names.yml):dataKey}';
const policy = (Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement });
const allow = (Sid: string, Action: unknown, Resource: unknown): object => ({ Sid, Effect: 'Allow', Action, Resource });
const arnOf = (id: string): object => ({ 'Fn::GetAtt': [id, 'Arn'] });

const scheduleRole: object = {
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: '${self:service}-${sls:stage}-health-schedule-${self:provider.region}',
    Path: '${param:rolePath}',
    PermissionsBoundary: { 'Fn::If': ['HasBoundary', { Ref: 'PermissionsBoundary' }, { Ref: 'AWS::NoValue' }] },
    AssumeRolePolicyDocument: policy([
      { Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole', Condition: ours },
    ]),
    Policies: [
      {
        PolicyName: 'witnessmark',
        PolicyDocument: policy([
          allow('Measure', 'lambda:InvokeFunction', [arnOf('HealthLambdaFunction'), arnOf('AuditLambdaFunction')]),
          allow('TellFailures', 'sqs:SendMessage', arnOf('FailedQueue')),
          allow('DataKey', ['kms:Decrypt', 'kms:GenerateDataKey'], DATA_KEY),
        ]),
      },
    ],
  },
};

function topicResources(id: string, what: string): [string, object][] {
  const Topic = { Ref: id };
  const plain = { Bool: { 'aws:SecureTransport': 'false' } };
  const publish = { Action: 'sns:Publish', Resource: Topic };
  return [
    [
      id,
      {
        Type: 'AWS::SNS::Topic',
        Properties: { DisplayName: `Witnessmark \${sls:stage}: ${what}`, KmsMasterKeyId: DATA_KEY },
      },
    ],
    [
      `${id}Policy`,
      {
        Type: 'AWS::SNS::TopicPolicy',
        Properties: {
          Topics: [Topic],
          PolicyDocument: policy([
            { Sid: 'TlsOnly', Effect: 'Deny', Principal: '*', ...publish, Condition: plain },
            {
              ...{ Sid: 'AlarmsPublish', Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } },
              ...{ ...publish, Condition: ours },
            },
          ]),
        },
      },
    ],
    [
      `${id}ByEmail`,
      {
        Type: 'AWS::SNS::Subscription',
        Condition: 'HasAlertEmail',
        Properties: { TopicArn: Topic, Protocol: 'email', Endpoint: '${param:alertEmail}' },
      },
    ],
  ];
}

/** `serverless/health.yml`: schedules, topics, alarms and the dashboard, all of them from the list of indicators. */
export function healthFile(): string {
  const Resources = Object.fromEntries([
    ...topicResources('PagesTopic', 'pages'),
    ...topicResources('TicketsTopic', 'tickets'),
    ['HealthScheduleRole', scheduleRole],
    ...SCHEDULES.map((it): [string, object] => [`${it.id}Schedule`, scheduleResource(it)]),
    ...[...alarms()].map(([id, it]): [string, object] => [id, alarmResource(id, it)]),
    [
      'Dashboard',
      {
        Type: 'AWS::CloudWatch::Dashboard',
        Properties: {
          DashboardName: '${self:service}-${sls:stage}',
          DashboardBody: { 'Fn::Sub': JSON.stringify(dashboard([...alarms().keys()])) },
        },
      },
    ],
  ]);
  const Outputs = {
    PagesTopicArn: { Description: 'Alarms that must be looked at now', Value: { Ref: 'PagesTopic' } },
    TicketsTopicArn: { Description: 'Alarms that can wait for the morning', Value: { Ref: 'TicketsTopic' } },
  };
  const head =
    '# Written by `npm run generate` from src/model/health.ts and scripts/generated/health.ts. Change those, not this file.\n';
  return `${head}${stringify({ Resources, Outputs }, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })}`;
}
