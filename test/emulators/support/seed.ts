import { seedBuckets } from './seed/buckets.ts';
import { type Secrets, seedData } from './seed/data.ts';
import { seedDatabases } from './seed/databases.ts';
import { limitedUser, seedIdentities } from './seed/identities.ts';
import { type Keys, seedKeys } from './seed/keys.ts';
import { type LoadBalancers, seedLoadBalancers } from './seed/load-balancers.ts';
import { type Machines, seedMachines } from './seed/machines.ts';
import { seedMember } from './seed/member.ts';
import { seedFunctions, seedMessages } from './seed/messages.ts';
import { type Network, seedNetwork } from './seed/network.ts';
import { seedRecords } from './seed/records.ts';
import type { Credentials } from './seed/shared.ts';
import { configOf } from './seed/shared.ts';

/** What moto must be started with for the seed: with the policies of AWS itself, and without a thousand images of others. */
export const SEED_ENV = { MOTO_IAM_LOAD_MANAGED_POLICIES: 'true', MOTO_EC2_LOAD_DEFAULT_AMIS: 'false' } as const;

/** What was made, by the names that the tests expect outcomes for. */
export interface Seeded extends Machines, Network, LoadBalancers {
  readonly keys: Keys;
  readonly secrets: Secrets;
}

/** Two accounts: one with a good and a bad resource of each kind, the other, behind a role, nearly empty. */
export async function seed(endpoint: string): Promise<Seeded> {
  const seeded = await seedHome(endpoint);
  await seedMember(endpoint);
  return seeded;
}

/** The first of the two accounts alone. */
export async function seedHome(endpoint: string): Promise<Seeded> {
  const config = configOf(endpoint);
  const keys = await seedKeys(config);
  await seedMessages(config, keys.rotated);
  await seedBuckets(config, keys.rotated);
  const certificate = await seedIdentities(config);
  const network = await seedNetwork(config);
  const machines = await seedMachines(config, keys.rotated);
  const balancers = await seedLoadBalancers(config, network, certificate);
  await seedFunctions(config, [network.subnets.quiet, network.subnets.second], network.groups.closed);
  const data = await seedData(config, keys.rotated);
  await seedDatabases(config, keys.rotated);
  await seedRecords(config, keys.rotated);
  return { ...network, ...machines, ...balancers, ...data, keys };
}

/** A user with a key of its own, who may do `allowed` and may not do `denied`. */
export async function seedLimitedUser(
  endpoint: string,
  { name, allowed, denied }: { name: string; allowed: readonly string[]; denied: readonly string[] },
): Promise<Credentials> {
  const { may, ...credentials } = await limitedUser(configOf(endpoint), name);
  await may(allowed, denied);
  return credentials;
}
