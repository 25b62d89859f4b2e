import type { Service } from '../service.ts';
import { regionalTrails } from './cloudtrail/regional-trails.ts';
import { trails } from './cloudtrail/trails.ts';

/** AWS CloudTrail: trails in their home region, and for each region the trails that cover it. */
export const service: Service = {
  id: 'cloudtrail',
  scope: 'regional',
  absences: {
    'cloudtrail:GetInsightSelectors': {
      names: ['InsightNotEnabledException'],
      source: 'https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetInsightSelectors.html',
    },
  },
  populations: [trails, regionalTrails],
};
