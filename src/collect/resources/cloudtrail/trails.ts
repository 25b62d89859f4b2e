import { type Aws, population } from '../../service.ts';
import { describeTrails, recordedEvents, type Trail, trailPermissions, trailStatus } from './trail.ts';

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
  },
  permissions: trailPermissions,
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
    },
  };
}
