import { createNotary, type Notary } from '../../../ledger/notary.ts';
import { type Late, late } from '../../late.ts';
import { kmsSigner } from '../kms/signer.ts';
import { storeNotaryState } from '../store/store.ts';
import type { StoreLocation } from '../store/store-location.ts';

/** Kept between the invocations of one function instance. */
let made: { readonly key: string; readonly notary: Late<Notary> } | undefined;

/** The notary of a store, with its key in KMS and its memory in a bucket of its own; it opens no store. */
export function deployedNotary(location: StoreLocation, origin: string): Promise<Notary> {
  const key = JSON.stringify([location, origin]);
  if (made?.key !== key) made = { key, notary: late(() => makeNotary(location, origin)) };
  return made.notary.get();
}

async function makeNotary(location: StoreLocation, origin: string): Promise<Notary> {
  const signer = await kmsSigner({ keyId: location.checkpointKey, algorithm: 'Ed25519' });
  return createNotary({ state: storeNotaryState(location), signer, origin });
}
