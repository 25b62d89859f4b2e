import { DescribeDeliveryChannelsCommand } from '@aws-sdk/client-config-service';
import type { Call } from './proxy.ts';
import type { Ec2Settings, PublicAccess } from './settings.ts';
import { ec2Answer, jsonAnswer, jsonError, rdsAnswer, s3Answer, type WireAnswer } from './wire.ts';
import type { World } from './world.ts';

/** Answers to calls that the emulator lacks, from what is kept beside it. */
export async function settingsAnswer(
  world: World,
  call: Call,
  now: string,
  requestId: string,
): Promise<WireAnswer | undefined> {
  const { operation, account, region } = call;
  switch (operation) {
    case 'GetEbsDefaultKmsKeyId':
      return ec2Answer(operation, { kmsKeyId: 'alias/aws/ebs' }, requestId);
    case 'GetSnapshotBlockPublicAccessState':
    case 'GetImageBlockPublicAccessState':
    case 'GetInstanceMetadataDefaults':
      return ec2Answer(operation, ec2Members(operation, world.kept.get(`ec2/${account}/${region}`)), requestId);
    case 'GetAccountPublicAccessBlock':
      return publicAccess(world.kept.get(`public-access/${account}`) as PublicAccess | undefined, requestId);
    case 'ListFunctionUrlConfigs':
      return jsonAnswer({ FunctionUrlConfigs: functionUrls(world, call) }, requestId);
    case 'DescribeDBMajorEngineVersions':
      return rdsAnswer(operation, ENGINES, requestId);
    case 'DescribeSnapshots':
      // The emulator does not look at who may restore a snapshot; nobody else may restore those of the company.
      return call.body.includes('RestorableBy') ? ec2Answer(operation, { snapshotSet: '' }, requestId) : undefined;
    case 'GetInsightSelectors':
      return insights(call, requestId);
    case 'DescribeDeliveryChannelStatus':
      return jsonAnswer(await deliveries(world, call, now), requestId);
    default:
      return undefined;
  }
}

function ec2Members(operation: string, kept: unknown): Record<string, string> {
  const { snapshots, images, tokens } = kept as Ec2Settings;
  if (operation === 'GetSnapshotBlockPublicAccessState') return { state: snapshots };
  if (operation === 'GetImageBlockPublicAccessState') return { imageBlockPublicAccessState: images };
  return { accountLevel: tokens === null ? '' : `<httpTokens>${tokens}</httpTokens>` };
}

/** Without a setting the emulator says that there is none, as AWS does. */
function publicAccess(kept: PublicAccess | undefined, requestId: string): WireAnswer | undefined {
  if (kept === undefined) return undefined;
  const { acls, policies } = kept;
  const inside = Object.entries({
    BlockPublicAcls: acls,
    IgnorePublicAcls: acls,
    BlockPublicPolicy: policies,
    RestrictPublicBuckets: policies,
  }).map(([name, isOn]) => `<${name}>${isOn}</${name}>`);
  const xmlns = 'http://awss3control.amazonaws.com/doc/2018-08-20/';
  const body = `<PublicAccessBlockConfiguration xmlns="${xmlns}">${inside.join('')}</PublicAccessBlockConfiguration>`;
  return s3Answer(body, requestId);
}

/** One trail records Insights events; of the others CloudTrail says with an error that they do not. */
function insights({ body }: Call, requestId: string): WireAnswer {
  const { TrailName } = JSON.parse(body) as { TrailName: string };
  if (!TrailName.endsWith('/management-events')) {
    const name = 'InsightNotEnabledException';
    return jsonError(name, `Trail ${TrailName} does not have Insights enabled.`, requestId);
  }
  const InsightSelectors = [{ InsightType: 'ApiCallRateInsight' }, { InsightType: 'ApiErrorRateInsight' }];
  return jsonAnswer({ TrailARN: TrailName, InsightSelectors }, requestId);
}

function functionUrls(world: World, { account, region, path }: Call): object[] {
  const name = decodeURIComponent(path.split('/')[3] ?? '');
  const AuthType = world.kept.get(`function-url/${name}`);
  if (AuthType === undefined) return [];
  const id = Buffer.from(name).toString('hex').slice(0, 20);
  const times = { CreationTime: '2024-09-09T13:35:00Z', LastModifiedTime: '2024-09-09T13:35:00Z' };
  const FunctionArn = `arn:aws:lambda:${region}:${account}:function:${name}`;
  return [{ FunctionUrl: `https://${id}.lambda-url.${region}.on.aws/`, FunctionArn, AuthType, ...times }];
}

/** Config delivers its history every six hours, and tells of changes as they come. */
async function deliveries(world: World, { account, region }: Call, now: string): Promise<object> {
  const { DeliveryChannels = [] } = await world
    .in(account, region)
    .config.send(new DescribeDeliveryChannelsCommand({}));
  const at = Date.parse(now) / 1000;
  const history = { lastStatus: 'SUCCESS', lastAttemptTime: at - 5400, lastSuccessfulTime: at - 5400 };
  const stream = { lastStatus: 'SUCCESS', lastStatusChangeTime: at - 900 };
  const DeliveryChannelsStatus = DeliveryChannels.map(({ name }) => ({
    name,
    configSnapshotDeliveryInfo: {},
    configHistoryDeliveryInfo: history,
    configStreamDeliveryInfo: stream,
  }));
  return { DeliveryChannelsStatus };
}

const lifecycle = (kind: string, from: string, until: string): string =>
  `<SupportedEngineLifecycle><LifecycleSupportName>open-source-rds-${kind}-support</LifecycleSupportName><LifecycleSupportStartDate>${from}T00:00:00.000Z</LifecycleSupportStartDate><LifecycleSupportEndDate>${until}T23:59:59.999Z</LifecycleSupportEndDate></SupportedEngineLifecycle>`;

/** The major versions that the company runs; AWS lists all. */
const ENGINES = `<DBMajorEngineVersions>${[
  ['postgres', '16', lifecycle('standard', '2024-01-23', '2029-02-28')],
  ['mysql', '8.4', lifecycle('standard', '2024-11-21', '2029-07-31')],
]
  .map(
    ([engine, version, support]) =>
      `<DBMajorEngineVersion><Engine>${engine}</Engine><MajorEngineVersion>${version}</MajorEngineVersion><SupportedEngineLifecycles>${support}</SupportedEngineLifecycles></DBMajorEngineVersion>`,
  )
  .join('')}</DBMajorEngineVersions>`;
