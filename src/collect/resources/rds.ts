import type { Service } from '../service.ts';
import { clusterSnapshots } from './rds/cluster-snapshots.ts';
import { clusters } from './rds/clusters.ts';
import { instances } from './rds/instances.ts';
import { regionalSettings } from './rds/regional-settings.ts';
import { snapshots } from './rds/snapshots.ts';

/**
 * Amazon RDS: instances, clusters, manual snapshots and event subscriptions. The same API lists
 * databases of Amazon DocumentDB and Amazon Neptune; the fact `engine` tells them apart.
 */
export const service: Service = {
  id: 'rds',
  scope: 'regional',
  populations: [instances, clusters, snapshots, clusterSnapshots, regionalSettings],
};
