import { z } from 'zod';
import type { Aws } from '../../service.ts';
import { Moment } from '../shared/moment.ts';
import { EventSelectors, type Recorded, recordedBy } from './event-selectors.ts';

const optionalText = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text === '' ? null : text));

/** A trail as DescribeTrails names it. */
export const Trail = z.object({
  Name: z.string().min(1),
  TrailARN: z.string().min(1),
  HomeRegion: z.string().min(1),
  S3BucketName: optionalText,
  IsMultiRegionTrail: z.boolean(),
  IsOrganizationTrail: z.boolean().default(false),
  LogFileValidationEnabled: z.boolean(),
  KmsKeyId: optionalText,
  CloudWatchLogsLogGroupArn: optionalText,
});
export type Trail = z.infer<typeof Trail>;

const Status = z.object({
  IsLogging: z.boolean(),
  LatestDeliveryTime: Moment.optional(),
  LatestDeliveryError: optionalText,
  LatestCloudWatchLogsDeliveryTime: Moment.optional(),
  LatestCloudWatchLogsDeliveryError: optionalText,
});
export type Status = z.infer<typeof Status>;

const Insights = z.object({ InsightSelectors: z.array(z.object({ InsightType: z.string().min(1) })) });

/** IAM actions that reading trails needs. */
export const trailPermissions = [
  'cloudtrail:DescribeTrails',
  'cloudtrail:GetTrailStatus',
  'cloudtrail:GetEventSelectors',
];

/**
 * Every trail that records this region: its own, those of other regions that cover all regions, and
 * organization trails in member accounts ("shadow trails",
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html). One page.
 */
export function describeTrails(aws: Aws): Promise<Trail[]> {
  return aws.list('cloudtrail:DescribeTrails', { includeShadowTrails: true }, { items: Trail, at: 'trailList' });
}

/** Logging state. A shadow trail is found by its ARN only, not by its name. */
export function trailStatus(aws: Aws, { TrailARN }: Trail): Promise<Status> {
  return aws.get('cloudtrail:GetTrailStatus', { Name: TrailARN }, Status);
}

/** What the trail's event selectors let through. */
export async function recordedEvents(aws: Aws, { TrailARN }: Trail): Promise<Recorded> {
  return recordedBy(await aws.get('cloudtrail:GetEventSelectors', { TrailName: TrailARN }, EventSelectors));
}

/** Types of Insights events that the trail records, sorted; none where Insights are not enabled. */
export async function insightsOf(aws: Aws, { TrailARN }: Trail): Promise<string[]> {
  const operation = 'cloudtrail:GetInsightSelectors';
  const answer = await aws.getOrAbsent(operation, { TrailName: TrailARN }, Insights);
  return (answer?.InsightSelectors ?? []).map((it) => it.InsightType).sort();
}
