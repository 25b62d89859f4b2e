import { seedBalancers } from './balancers.ts';
import { linkBuckets } from './bucket-links.ts';
import { seedBuckets } from './buckets.ts';
import { seedDatabases } from './databases.ts';
import { seedDetectors } from './detectors.ts';
import { seedFunctions } from './functions.ts';
import { seedHubs } from './hubs.ts';
import { seedIdentities } from './identities.ts';
import { seedKeys } from './keys.ts';
import { seedMessages } from './messages.ts';
import { seedMonitoring } from './monitoring.ts';
import { seedNetworkParts } from './network-parts.ts';
import { seedNetworks } from './networks.ts';
import { seedRecorders } from './recorders.ts';
import { seedRepositories } from './repositories.ts';
import { seedSecrets } from './secrets.ts';
import { seedServers } from './servers.ts';
import { seedSettings } from './settings.ts';
import { seedSnapshots } from './snapshots.ts';
import { seedTables } from './tables.ts';
import type { World } from './world.ts';

/** Makes the whole organisation as it is before the period, each thing at its own time. */
export async function seedOrganisation(world: World): Promise<void> {
  await seedKeys(world);
  await seedIdentities(world);
  await seedBuckets(world);
  await seedNetworks(world);
  await seedServers(world);
  await seedRecorders(world);
  await seedSettings(world);
  await linkBuckets(world);
  await seedNetworkParts(world);
  await seedSnapshots(world);
  await seedBalancers(world);
  await seedDatabases(world);
  await seedSecrets(world);
  await seedFunctions(world);
  await seedTables(world);
  await seedMessages(world);
  await seedMonitoring(world);
  await seedRepositories(world);
  await seedDetectors(world);
  await seedHubs(world);
}
