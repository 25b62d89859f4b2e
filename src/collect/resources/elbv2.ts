import type { Service } from '../service.ts';
import { listeners } from './elbv2/listeners.ts';
import { loadBalancers } from './elbv2/load-balancers.ts';

/** Elastic Load Balancing: application, network and gateway load balancers with their listeners; no classic ones. */
export const service: Service = { id: 'elbv2', scope: 'regional', populations: [loadBalancers, listeners] };
