import type { Service } from '../service.ts';
import { deliveryChannels } from './config/delivery-channels.ts';
import { recorders } from './config/recorders.ts';
import { ruleFindings } from './config/rules.ts';

/** AWS Config: whether it records and delivers, and what its rules say about every resource. */
export const service: Service = {
  id: 'config',
  scope: 'regional',
  populations: [recorders, deliveryChannels],
  findings: ruleFindings,
};
