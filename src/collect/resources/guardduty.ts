import type { Service } from '../service.ts';
import { detectors } from './guardduty/detectors.ts';

/** Amazon GuardDuty: what the detector of each region watches, and what it has found. */
export const service: Service = { id: 'guardduty', scope: 'regional', populations: [detectors] };
