import type { Service } from '../service.ts';
import { alarms } from './cloudwatch/alarms.ts';
import { regionalMonitoring } from './cloudwatch/regional-monitoring.ts';

/** Amazon CloudWatch: metric alarms, and for each region what watches the events of CloudTrail. */
export const service: Service = {
  id: 'cloudwatch',
  scope: 'regional',
  borrows: [
    'cloudtrail:DescribeTrails',
    'cloudtrail:GetTrailStatus',
    'cloudtrail:GetEventSelectors',
    'logs:DescribeMetricFilters',
  ],
  populations: [alarms, regionalMonitoring],
};
