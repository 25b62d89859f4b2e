import type { Json, JsonObject } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { describeTrails, recordedEvents, type Trail, trailPermissions, trailStatus } from './trail.ts';

/** What records one region of the account: exactly one subject, also where there is no trail at all. */
export const regionalTrails = population({
  type: 'AWS::CloudTrail::RegionalTrails',
  facts: {
    trails:
      'every trail that covers the region, those of other regions and of the organization included: [{arn, multiRegion, logging, managementEvents: All, WriteOnly, ReadOnly or None; narrowedBy: conditions that leave management events out; logValidation}]',
    dataEvents:
      'data events that those trails record: [{arn, logging, type: as in AWS::S3::Object; readWrite: All, WriteOnly, ReadOnly or None; conditions: which of that type only, empty for all}]',
  },
  permissions: trailPermissions,
  read(aws) {
    const id = `cloudtrail:${aws.account}:${aws.region}`;
    return Promise.resolve([{ id, name: aws.region, facts: { trails: covering, dataEvents } }]);
  },
});

async function covering(aws: Aws): Promise<Json> {
  const described = await describeTrails(aws);
  return Promise.all(described.map((it) => summary(aws, it)));
}

async function summary(aws: Aws, trail: Trail): Promise<Json> {
  const { IsLogging } = await trailStatus(aws, trail);
  const { readWrite, narrowedBy } = await recordedEvents(aws, trail);
  return {
    arn: trail.TrailARN,
    multiRegion: trail.IsMultiRegionTrail,
    logging: IsLogging,
    managementEvents: readWrite,
    narrowedBy,
    logValidation: trail.LogFileValidationEnabled,
  };
}

async function dataEvents(aws: Aws): Promise<Json> {
  const described = await describeTrails(aws);
  return (await Promise.all(described.map((it) => dataEventsOf(aws, it)))).flat();
}

async function dataEventsOf(aws: Aws, trail: Trail): Promise<JsonObject[]> {
  const { IsLogging } = await trailStatus(aws, trail);
  const { dataResources } = await recordedEvents(aws, trail);
  return dataResources.map((it) => ({ arn: trail.TrailARN, logging: IsLogging, ...it }));
}
