import type { Service } from '../service.ts';
import { controlFindings } from './securityhub/controls.ts';
import { hubs } from './securityhub/hubs.ts';

/** AWS Security Hub CSPM: whether it runs, and what its controls say about every resource. */
export const service: Service = {
  id: 'securityhub',
  scope: 'regional',
  populations: [hubs],
  findings: controlFindings,
};
