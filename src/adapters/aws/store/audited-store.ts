import type { Finding } from '../../../ledger/audit.ts';
import { verifierKeyOf } from '../../../ledger/note.ts';
import { WitnessmarkError } from '../../../model/error.ts';
import type { Objects } from '../../../ports/objects.ts';
import { type Audited, keysIn, noKey, STORE_FILE, type StoreFile, TRUST } from '../../store-format.ts';
import { kmsClient } from '../kms/client.ts';
import { kmsSigner } from '../kms/signer.ts';
import { type AwsStoreOptions, addressOf, readStoreFile, storeNotaryState, storeObjects } from './store.ts';

/**
 * A store for the audit. Keys given from elsewhere are the ones that are trusted; without them the store's own are,
 * which proves less: that of KMS, and those under `trust/`. Where kms:GetPublicKey is denied, those under `trust/` alone:
 * a finding says so. Throws `store-missing` and `store-no-key`, and what KMS and S3 say but for that denial.
 */
export async function auditedAwsStore(options: AwsStoreOptions, keys: readonly string[] = []): Promise<Audited> {
  const objects = storeObjects(options);
  const file = await storeFileForAudit(options, objects);
  const { keys: trusted, found } = keys.length > 0 ? { keys, found: [] } : await ownKeys(options, objects, file);
  const verifierKeys = [...new Set(trusted)];
  if (verifierKeys.length === 0) throw noKey(`${addressOf(options)}${TRUST.verifierKeys}`);
  return { objects, verifierKeys, notaryState: storeNotaryState(options), found };
}

async function storeFileForAudit(options: AwsStoreOptions, objects: Objects): Promise<StoreFile | undefined> {
  const file = await readStoreFile(options, objects).catch((thrown: unknown) => {
    // A damaged one must not be in the way of the audit of everything else.
    if (thrown instanceof WitnessmarkError && ['store-invalid', 'objects-deleted'].includes(thrown.code)) return null;
    throw thrown;
  });
  if (file === undefined && (await isEmpty(objects))) {
    throw new WitnessmarkError('store-missing', `${addressOf(options)} holds no store`);
  }
  return file ?? undefined;
}

async function isEmpty(objects: Objects): Promise<boolean> {
  for await (const _key of objects.list('')) return false;
  return true;
}

interface OwnKeys {
  readonly keys: readonly string[];
  readonly found: readonly Finding[];
}

async function ownKeys(options: AwsStoreOptions, objects: Objects, file: StoreFile | undefined): Promise<OwnKeys> {
  const stored = await objects.get(TRUST.verifierKeys).catch(() => undefined);
  const signing = file === undefined ? NOT_ASKED : await signingKey(options, file.origin);
  return { ...signing, keys: [...signing.keys, ...keysIn(stored?.bytes)] };
}

/** The key that the store signs with, which does not depend on what stands under `trust/`. */
async function signingKey(options: AwsStoreOptions, origin: string): Promise<OwnKeys> {
  const { kms: client = kmsClient(options.region), checkpointKey: keyId } = options;
  try {
    const signer = await kmsSigner({ keyId, algorithm: 'Ed25519', client });
    return { keys: [verifierKeyOf(origin, await signer.publicKey()).vkey], found: [] };
  } catch (thrown) {
    // An auditor who may read the bucket need not be let near the keys.
    if (thrown instanceof WitnessmarkError && thrown.code === 'kms-denied') return unconfirmed(thrown.message);
    throw thrown;
  }
}

/** No key from elsewhere than the store: whoever may write there could have put another one in its place. */
const unconfirmed = (why: string): OwnKeys => ({
  keys: [],
  found: [
    {
      code: 'ledger-key-unconfirmed',
      severity: 'warning',
      object: TRUST.verifierKeys,
      message: `the audit trusts the keys that stand in the store itself, since KMS gave none: ${why}`,
    },
  ],
});

const NOT_ASKED = unconfirmed(`it was not asked, since ${STORE_FILE} does not say which log the key is of`);
