import type { Service } from '../service.ts';
import { secrets } from './secretsmanager/secrets.ts';

/** AWS Secrets Manager: every secret of the region that is not waiting to be deleted. */
export const service: Service = { id: 'secretsmanager', scope: 'regional', populations: [secrets] };
