import { sealTrust } from '../../../app/trust.ts';
import { WitnessmarkError } from '../../../model/error.ts';
import { systemClock } from '../../local/clock.ts';
import { initAwsStore } from '../store/init-store.ts';
import { awsTrustFiles } from '../store/store.ts';
import { parseStoreLocation } from '../store/store-location.ts';
import { withDeployedStore } from './deployment.ts';
import type { StoreEnvironment } from './deployment-environment.ts';

/** What a new store is verified by. */
export interface MadeStore {
  readonly origin: string;
  /** To be given to auditors by another way than the reports. */
  readonly verifierKey: string;
  readonly rootPem: string;
}

/** Makes the store of the deployment. One that is there already, whole or half, is completed and shown. */
export async function initDeployed(
  environment: StoreEnvironment & { readonly WITNESSMARK_ORIGIN: string },
  organisation: string,
): Promise<MadeStore> {
  const location = parseStoreLocation(environment.WITNESSMARK_STORE);
  const { WITNESSMARK_ORIGIN: origin } = environment;
  await initAwsStore({ ...location, organisation, origin, clock: systemClock }).catch((thrown: unknown) => {
    if (!(thrown instanceof WitnessmarkError) || thrown.code !== 'store-exists') throw thrown;
  });
  return withDeployedStore(environment, async ({ store }) => {
    await sealTrust(store, await awsTrustFiles(location));
    const verifierKey = store.verifierKeys.at(-1) ?? '';
    return { origin: store.origin, verifierKey, rootPem: store.certificates.rootPem };
  });
}
