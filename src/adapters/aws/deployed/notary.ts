import { createNotary, type Notary } from '../../../ledger/notary.ts';
import { kmsSigner } from '../kms/signer.ts';
import { storeNotaryState } from '../store/store.ts';
import type { StoreLocation } from '../store/store-location.ts';

/** Kept between the invocations of one function instance. */
let made: { readonly key: string; readonly notary: Promise<Notary> } | undefined;

/** The notary of a store, with its key in KMS and its memory in a bucket of its own; it opens no store. */
export function deployedNotary(location: StoreLocation, origin: string): Promise<Notary> {
  const key = JSON.stringify([location, origin]);
  if (made?.key !== key) {
    const notary = makeNotary(location, origin);
    made = { key, notary };
    notary.catch(() => {
      made = undefined;
    });
  }
  return made.notary;
}

async function makeNotary(location: StoreLocation, origin: string): Promise<Notary> {
  const signer = await kmsSigner({ keyId: location.checkpointKey, algorithm: 'Ed25519' });
  return createNotary({ state: storeNotaryState(location), signer, origin });
}
