import {
  CloudTrailClient,
  CreateTrailCommand,
  PutEventSelectorsCommand,
  PutInsightSelectorsCommand,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutMetricFilterCommand,
  PutResourcePolicyCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  ConfigServiceClient,
  PutConfigRuleCommand,
  PutConfigurationRecorderCommand,
  PutDeliveryChannelCommand,
  StartConfigurationRecorderCommand,
} from '@aws-sdk/client-config-service';
import { CreateDetectorCommand, GuardDutyClient } from '@aws-sdk/client-guardduty';
import { EnableSecurityHubCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { HOME, REGION } from '../moto.ts';
import { type Config, openTo } from './shared.ts';

/** What is written down, and what watches it. */
export async function seedRecords(config: Config, key: string): Promise<void> {
  await seedLogs(new CloudWatchLogsClient(config), key);
  await seedTrails(new CloudTrailClient(config), key);
  await seedAlarms(new CloudWatchClient(config));
  await seedRecorder(new ConfigServiceClient(config));
  await seedDetectives(config);
}

/** Log groups `good` and `open`: the open one is kept for a day, and everyone may write to it. */
async function seedLogs(logs: CloudWatchLogsClient, key: string): Promise<void> {
  const kmsKeyId = `arn:aws:kms:${REGION}:${HOME}:key/${key}`;
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'good', kmsKeyId }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'open' }));
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: 'good', retentionInDays: 731 }));
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: 'open', retentionInDays: 1 }));
  const policyDocument = openTo('logs:PutLogEvents', `arn:aws:logs:${REGION}:${HOME}:log-group:open:*`);
  await logs.send(new PutResourcePolicyCommand({ policyName: 'open', policyDocument }));
  await logs.send(
    new PutMetricFilterCommand({
      logGroupName: 'good',
      filterName: 'root',
      filterPattern:
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
      metricTransformations: [{ metricName: 'RootUse', metricNamespace: 'Audit', metricValue: '1' }],
    }),
  );
}

async function seedTrails(cloudtrail: CloudTrailClient, key: string): Promise<void> {
  const trail = { S3BucketName: 'wm-logs', IncludeGlobalServiceEvents: true };
  await cloudtrail.send(
    new CreateTrailCommand({
      ...trail,
      Name: 'main',
      IsMultiRegionTrail: true,
      EnableLogFileValidation: true,
      KmsKeyId: key,
      CloudWatchLogsLogGroupArn: `arn:aws:logs:${REGION}:${HOME}:log-group:good:*`,
      CloudWatchLogsRoleArn: `arn:aws:iam::${HOME}:role/auditor`,
    }),
  );
  await cloudtrail.send(new StartLoggingCommand({ Name: 'main' }));
  const DataResources = [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }];
  const EventSelectors = [{ ReadWriteType: 'All' as const, IncludeManagementEvents: true, DataResources }];
  await cloudtrail.send(new PutEventSelectorsCommand({ TrailName: 'main', EventSelectors }));
  const InsightSelectors = [{ InsightType: 'ApiCallRateInsight' as const }];
  await cloudtrail.send(new PutInsightSelectorsCommand({ TrailName: 'main', InsightSelectors }));
  await cloudtrail.send(new CreateTrailCommand({ ...trail, Name: 'idle' }));
}

/** `root-use` tells somebody, `silent` nobody. */
async function seedAlarms(cloudwatch: CloudWatchClient): Promise<void> {
  const base = { ComparisonOperator: 'GreaterThanOrEqualToThreshold', EvaluationPeriods: 1, Period: 300 } as const;
  const metric = { MetricName: 'RootUse', Namespace: 'Audit', Statistic: 'Sum', Threshold: 1 } as const;
  const AlarmActions = [`arn:aws:sns:${REGION}:${HOME}:good`];
  await cloudwatch.send(
    new PutMetricAlarmCommand({ ...base, ...metric, AlarmName: 'root-use', AlarmActions, ActionsEnabled: true }),
  );
  await cloudwatch.send(new PutMetricAlarmCommand({ ...base, ...metric, AlarmName: 'silent', ActionsEnabled: false }));
}

async function seedRecorder(config: ConfigServiceClient): Promise<void> {
  const recorder = { name: 'default', roleARN: `arn:aws:iam::${HOME}:role/auditor` };
  const recordingGroup = { allSupported: true, includeGlobalResourceTypes: true };
  await config.send(new PutConfigurationRecorderCommand({ ConfigurationRecorder: { ...recorder, recordingGroup } }));
  await config.send(new PutDeliveryChannelCommand({ DeliveryChannel: { name: 'default', s3BucketName: 'wm-logs' } }));
  await config.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName: 'default' }));
  const Source = { Owner: 'AWS', SourceIdentifier: 'S3_BUCKET_SSL_REQUESTS_ONLY' } as const;
  await config.send(new PutConfigRuleCommand({ ConfigRule: { ConfigRuleName: 'tls', Source } }));
}

async function seedDetectives(config: Config): Promise<void> {
  const Features = [{ Name: 'S3_DATA_EVENTS', Status: 'ENABLED' } as const];
  await new GuardDutyClient(config).send(new CreateDetectorCommand({ Enable: true, Features }));
  await new SecurityHubClient(config).send(new EnableSecurityHubCommand({ EnableDefaultStandards: true }));
}
