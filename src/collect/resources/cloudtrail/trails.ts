import { type Aws, population } from '../../service.ts';
import {
  describeTrails,
  insightsOf,
  recordedEvents,
  type Status,
  type Trail,
  trailPermissions,
  trailStatus,
} from './trail.ts';

/** Trails, each in its home region only, so that one trail is one subject of an account. */
export const trails = population({
  type: 'AWS::CloudTrail::Trail',
  facts: {
    multiRegion: 'whether the trail records all regions',
    organization: 'whether the trail records all accounts of the organization',
    logValidation: 'whether digest files for log file validation are written',
    kmsKeyId: 'KMS key that encrypts the log files; null without one',
    logGroupArn: 'CloudWatch Logs log group that the trail sends to; null without one',
    bucket: 'S3 bucket of the log files',
    logging: 'whether the trail is recording now',
    latestDeliveryTime: 'last delivery to the bucket; null before the first one',
    latestDeliveryError: 'error of the last delivery to the bucket; null without one',
    eventSelectors:
      '{managementEvents, readWrite: All, WriteOnly, ReadOnly or None; narrowedBy: conditions that leave management events out; dataResources}',
    insights: 'types of Insights events that are recorded: ApiCallRateInsight, ApiErrorRateInsight; empty without any',
    deliversToBucket:
      'whether log files were delivered in the 24 hours before the run, and no delivery error is reported',
    deliversToLogGroup:
      'whether events were delivered to the log group in the 24 hours before the run, and no error of that is reported; null without a log group',
  },
  permissions: [...trailPermissions, 'cloudtrail:GetInsightSelectors'],
  async read(aws) {
    const described = await describeTrails(aws);
    return described.filter((it) => it.HomeRegion === aws.region).map(found);
  },
});

function found(trail: Trail) {
  return {
    id: trail.TrailARN,
    name: trail.Name,
    facts: {
      multiRegion: () => trail.IsMultiRegionTrail,
      organization: () => trail.IsOrganizationTrail,
      logValidation: () => trail.LogFileValidationEnabled,
      kmsKeyId: () => trail.KmsKeyId,
      logGroupArn: () => trail.CloudWatchLogsLogGroupArn,
      bucket: () => trail.S3BucketName,
      logging: async (aws: Aws) => (await trailStatus(aws, trail)).IsLogging,
      latestDeliveryTime: async (aws: Aws) => (await trailStatus(aws, trail)).LatestDeliveryTime ?? null,
      latestDeliveryError: async (aws: Aws) => (await trailStatus(aws, trail)).LatestDeliveryError,
      eventSelectors: async (aws: Aws) => {
        const recorded = await recordedEvents(aws, trail);
        return { ...recorded, managementEvents: recorded.readWrite !== 'None' };
      },
      insights: (aws: Aws) => insightsOf(aws, trail),
      deliversToBucket: async (aws: Aws) => delivers(await trailStatus(aws, trail), aws.now),
      deliversToLogGroup: async (aws: Aws) => {
        if (trail.CloudWatchLogsLogGroupArn === null) return null;
        return deliversToLogs(await trailStatus(aws, trail), aws.now);
      },
    },
  };
}

/** A day: CloudTrail delivers within minutes, and reading a trail is an event of its own. */
const RECENT_MS = 24 * 3_600_000;

/** Facts of "recently", not of when: the time itself moves at every delivery. */
function delivers({ LatestDeliveryTime, LatestDeliveryError }: Status, now: string): boolean {
  return LatestDeliveryError === null && isRecent(LatestDeliveryTime, now);
}

function deliversToLogs(status: Status, now: string): boolean {
  const { LatestCloudWatchLogsDeliveryTime: time, LatestCloudWatchLogsDeliveryError: error } = status;
  return error === null && isRecent(time, now);
}

const isRecent = (time: string | undefined, now: string): boolean =>
  time !== undefined && Date.parse(now) - Date.parse(time) <= RECENT_MS;
