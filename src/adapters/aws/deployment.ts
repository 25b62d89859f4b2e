import { z } from 'zod';
import { software } from '../../app/software.ts';
import type { Store } from '../../app/store.ts';
import type { Clock } from '../../ports/clock.ts';
import { remoteNotary } from './remote-notary.ts';
import { type OpenAwsStoreOptions, openAwsStore } from './store.ts';
import { parseStoreLocation } from './store-location.ts';

/** Variables of every function that opens the store. */
export const StoreEnvironment = z.strictObject({
  /** As `--store` takes it: `s3://bucket/?table=…`. */
  WITNESSMARK_STORE: z.string().startsWith('s3://').max(4000),
  /** Name of the notary's function. */
  WITNESSMARK_NOTARY: z.string().regex(/^[\w:.-]{1,170}$/, 'expected the name or ARN of a function'),
});
export type StoreEnvironment = z.infer<typeof StoreEnvironment>;

/** Kept between the invocations of one function instance: keys, trust and connections do not change. */
const opened = new Map<string, Promise<Store>>();

/**
 * Does some work with the store of the deployment, whose checkpoints are signed by the notary's function. It takes
 * no claim: several functions append at the same time, and the ledger puts their entries in order. Throws as
 * `openAwsStore` does.
 */
export async function withDeployedStore<T>(
  environment: Pick<StoreEnvironment, keyof StoreEnvironment>,
  clock: Clock,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const { WITNESSMARK_STORE: address, WITNESSMARK_NOTARY: functionName } = environment;
  const known = opened.get(address) ?? openAwsStore(optionsOf({ address, functionName, clock }));
  opened.set(address, known);
  // What could not be opened is tried again by the next invocation.
  known.catch(() => opened.delete(address));
  return work(await known);
}

function optionsOf(given: { address: string; functionName: string; clock: Clock }): OpenAwsStoreOptions {
  const { address, functionName, clock } = given;
  return {
    ...parseStoreLocation(address),
    clock,
    software,
    notary: (origin, key) => remoteNotary({ functionName, origin, key }),
  };
}
