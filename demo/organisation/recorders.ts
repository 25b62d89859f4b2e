import {
  type CloudTrailClient,
  CreateTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  PutConfigRuleCommand,
  PutConfigurationRecorderCommand,
  PutDeliveryChannelCommand,
  StartConfigurationRecorderCommand,
} from '@aws-sdk/client-config-service';
import { CONFIG_RULES } from './config-rules.ts';
import { bucketArn, bucketName, DEVELOPMENT, IRELAND, PRODUCTION, roleArn, VIRGINIA } from './names.ts';
import type { World } from './world.ts';

/** Makes trails, Config recorders and Config rules. */
export async function seedRecorders(world: World): Promise<void> {
  await createTrails(world);
  for (const [account, region] of RECORDED) await startRecorder(world, account, region);
  for (const { account, region, identifier, types } of CONFIG_RULES) {
    await world.in(account, region).config.send(
      new PutConfigRuleCommand({
        ConfigRule: {
          ConfigRuleName: identifier.toLowerCase().replaceAll('_', '-'),
          Source: { Owner: 'AWS', SourceIdentifier: identifier },
          ...(types === undefined ? {} : { Scope: { ComplianceResourceTypes: [...types] } }),
        },
      }),
    );
  }
}

/** Nobody turned Config on in the development account's second region. */
const RECORDED = [
  [PRODUCTION, IRELAND],
  [PRODUCTION, VIRGINIA],
  [DEVELOPMENT, IRELAND],
] as const;

export const DEV_TRAIL = 'dev-management';

async function createTrails(world: World): Promise<void> {
  await world.at('2024-02-05T09:40:55Z');
  const { cloudtrail } = world.in(PRODUCTION);
  const all = { IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true };
  await cloudtrail.send(
    new CreateTrailCommand({
      Name: 'management-events',
      S3BucketName: bucketName('prod-cloudtrail-logs'),
      ...all,
      EnableLogFileValidation: true,
      KmsKeyId: world.id('key-arn/cloudtrail'),
      CloudWatchLogsLogGroupArn: `arn:aws:logs:${IRELAND}:${PRODUCTION}:log-group:cloudtrail:*`,
      CloudWatchLogsRoleArn: roleArn(PRODUCTION, 'TrailToCloudWatch'),
    }),
  );
  await recordManagement(cloudtrail, 'management-events');
  await world.at('2024-02-13T09:20:06Z');
  await cloudtrail.send(
    new CreateTrailCommand({
      Name: 'phi-data-events',
      S3BucketName: bucketName('prod-cloudtrail-logs'),
      S3KeyPrefix: 'phi-data-events',
      EnableLogFileValidation: true,
      KmsKeyId: world.id('key-arn/cloudtrail'),
    }),
  );
  const Values = [`${bucketArn('prod-phi-records')}/`, `${bucketArn('prod-phi-documents')}/`];
  const selector = {
    ReadWriteType: 'All' as const,
    IncludeManagementEvents: false,
    DataResources: [{ Type: 'AWS::S3::Object', Values }],
  };
  await cloudtrail.send(new PutEventSelectorsCommand({ TrailName: 'phi-data-events', EventSelectors: [selector] }));
  await cloudtrail.send(new StartLoggingCommand({ Name: 'phi-data-events' }));
  await world.at('2024-03-04T09:15:28Z');
  const development = world.in(DEVELOPMENT).cloudtrail;
  await development.send(
    new CreateTrailCommand({ Name: DEV_TRAIL, S3BucketName: bucketName('dev-cloudtrail-logs'), ...all }),
  );
  await recordManagement(development, DEV_TRAIL);
}

/** Sets what AWS gives a new trail by itself, and starts it. */
async function recordManagement(cloudtrail: CloudTrailClient, name: string): Promise<void> {
  const selector = { ReadWriteType: 'All' as const, IncludeManagementEvents: true, DataResources: [] };
  await cloudtrail.send(new PutEventSelectorsCommand({ TrailName: name, EventSelectors: [selector] }));
  await cloudtrail.send(new StartLoggingCommand({ Name: name }));
}

async function startRecorder(world: World, account: string, region: string): Promise<void> {
  await world.at(account === PRODUCTION ? '2024-02-05T09:35:42Z' : '2024-03-04T09:25:03Z');
  const { config } = world.in(account, region);
  const roleARN = `arn:aws:iam::${account}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`;
  const recordingGroup = { allSupported: true, includeGlobalResourceTypes: region === IRELAND };
  await config.send(
    new PutConfigurationRecorderCommand({ ConfigurationRecorder: { name: 'default', roleARN, recordingGroup } }),
  );
  const s3BucketName = bucketName(account === PRODUCTION ? 'prod-config-history' : 'dev-config-history');
  await config.send(new PutDeliveryChannelCommand({ DeliveryChannel: { name: 'default', s3BucketName } }));
  await config.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName: 'default' }));
}
