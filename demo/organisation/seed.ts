import { seedBuckets } from './buckets.ts';
import { seedIdentities } from './identities.ts';
import { seedKeys } from './keys.ts';
import { seedNetworks } from './networks.ts';
import { seedRecorders } from './recorders.ts';
import { seedServers } from './servers.ts';
import type { World } from './world.ts';

/** Makes the whole organisation as it is before the period, each thing at its own time. */
export async function seedOrganisation(world: World): Promise<void> {
  await seedKeys(world);
  await seedIdentities(world);
  await seedBuckets(world);
  await seedNetworks(world);
  await seedServers(world);
  await seedRecorders(world);
}
