import type { Service } from '../service.ts';
import { keys } from './kms/keys.ts';

/** AWS KMS: every key of the region, those that AWS manages included. */
export const service: Service = { id: 'kms', scope: 'regional', populations: [keys] };
