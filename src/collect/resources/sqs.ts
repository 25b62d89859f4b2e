import type { Service } from '../service.ts';
import { queues } from './sqs/queues.ts';

/** Amazon SQS: every queue of the region. */
export const service: Service = { id: 'sqs', scope: 'regional', populations: [queues] };
