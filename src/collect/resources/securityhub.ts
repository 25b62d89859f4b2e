import type { Service } from '../service.ts';
import { controlFindings } from './securityhub/controls.ts';
import { hubs } from './securityhub/hubs.ts';

/** AWS Security Hub CSPM: whether it runs, and what its controls say about every resource. */
export const service: Service = {
  id: 'securityhub',
  scope: 'regional',
  absences: {
    // Not enabled is HTTP 401 and no different from a refusal in name and status, so the words decide.
    'securityhub:DescribeHub': {
      names: ['InvalidAccessException'],
      words: /is not (?:enabled for securityhub|subscribed to AWS Security Hub)/i,
      source: 'https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html',
    },
  },
  populations: [hubs],
  findings: controlFindings,
};
