import type { Service } from '../service.ts';
import { logGroups } from './logs/log-groups.ts';

/** Amazon CloudWatch Logs: every log group of the region. */
export const service: Service = { id: 'logs', scope: 'regional', populations: [logGroups] };
