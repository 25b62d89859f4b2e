import { software } from '../../../app/software.ts';
import type { Store } from '../../../app/store.ts';
import type { Objects } from '../../../ports/objects.ts';
import { systemClock } from '../../local/clock.ts';
import { remoteNotary } from '../store/remote-notary.ts';
import { openAwsStore, storeObjects } from '../store/store.ts';
import { parseStoreLocation, type StoreLocation } from '../store/store-location.ts';
import type { StoreEnvironment } from './deployment-environment.ts';

/** The store of a deployment as its functions see it. */
export interface Deployed {
  /** Its checkpoints are signed by the notary's function; it takes no claim. */
  readonly store: Store;
  /** The same bucket for what lies beside the ledger, and is not locked: `staging/`, `config/`, `recording/`. */
  readonly work: Objects;
  readonly location: StoreLocation;
}

/** Kept between the invocations of one function instance: keys, trust and connections do not change. */
const opened = new Map<string, Promise<Store>>();

/**
 * Does some work with the store of the deployment. Several functions append at the same time, and the ledger puts
 * their entries in order. Throws as `openAwsStore` does.
 */
export async function withDeployedStore<T>(
  { WITNESSMARK_STORE: address, WITNESSMARK_NOTARY: notary }: Pick<StoreEnvironment, keyof StoreEnvironment>,
  work: (deployed: Deployed) => Promise<T>,
): Promise<T> {
  const location = parseStoreLocation(address);
  const known = opened.get(address) ?? open(location, notary);
  opened.set(address, known);
  // What could not be opened is tried again by the next invocation.
  known.catch(() => opened.delete(address));
  return work({ store: await known, work: unlocked(location), location });
}

const open = (location: StoreLocation, functionName: string): Promise<Store> =>
  openAwsStore({
    ...location,
    clock: systemClock,
    software,
    notary: (origin, key) => remoteNotary({ functionName, origin, key }),
  });

function unlocked({ retention: _, ...location }: StoreLocation): Objects {
  return storeObjects(location);
}
