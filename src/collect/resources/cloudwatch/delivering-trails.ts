import type { Aws } from '../../service.ts';
import { describeTrails, type Trail, trailStatus } from '../cloudtrail/trail.ts';

/** A trail that covers the region, as far as alerting is concerned. A type, not an interface, so that it is JSON. */
export type DeliveringTrail = {
  readonly arn: string;
  readonly multiRegion: boolean;
  readonly logging: boolean;
  readonly logGroupArn: string | null;
  /** Name of the log group where it belongs to this account and region, so that its filters can be read here; else null. */
  readonly logGroup: string | null;
  readonly deliveryError: string | null;
};

/** Every trail that covers the region, with where its events go. */
export async function deliveringTrails(aws: Aws): Promise<DeliveringTrail[]> {
  const trails = await describeTrails(aws);
  return Promise.all(trails.map((it) => read(aws, it)));
}

async function read(aws: Aws, trail: Trail): Promise<DeliveringTrail> {
  const status = await trailStatus(aws, trail);
  return {
    arn: trail.TrailARN,
    multiRegion: trail.IsMultiRegionTrail,
    logging: status.IsLogging,
    logGroupArn: trail.CloudWatchLogsLogGroupArn,
    logGroup: logGroupHere(aws, trail.CloudWatchLogsLogGroupArn),
    deliveryError: status.LatestCloudWatchLogsDeliveryError,
  };
}

/** `arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*`; a name holds no colon. */
function logGroupHere(aws: Aws, arn: string | null): string | null {
  const [, , service, region, account, kind, name = ''] = (arn ?? '').split(':');
  const isHere = service === 'logs' && kind === 'log-group' && region === aws.region && account === aws.account;
  return isHere && name !== '' ? name : null;
}
