import type { Service } from '../service.ts';
import { topics } from './sns/topics.ts';

/** Amazon SNS: every topic of the region. */
export const service: Service = { id: 'sns', scope: 'regional', populations: [topics] };
