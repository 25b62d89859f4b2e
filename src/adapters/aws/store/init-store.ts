import { randomUUID, X509Certificate } from 'node:crypto';
import { parseVkeys } from '../../../ledger/note.ts';
import { WitnessmarkError } from '../../../model/error.ts';
import { createChain } from '../../../pack/sign/certificates.ts';
import type { Objects } from '../../../ports/objects.ts';
import { type InitOptions, STORE_FILE, storeFile, storeFileBytes, TRUST, trustContents } from '../../store-format.ts';
import { kmsClient } from '../kms/client.ts';
import { kmsSigner } from '../kms/signer.ts';
import {
  type AwsStoreOptions,
  addressOf,
  DOCUMENT,
  secretDigest,
  storeNotaryState,
  storeObjects,
  storeSecret,
} from './store.ts';

export interface InitAwsStoreOptions extends AwsStoreOptions, InitOptions {
  /** KMS key that certifies the document key: RSA_3072, SIGN_VERIFY. Not needed again: disable it afterwards. */
  readonly rootKey: string;
}

/**
 * Makes a new store in a bucket that is there, with keys that are there: certificates, verifier key, and `store.json`
 * last. Each object is created and none replaced. After a crash it can be repeated: the same keys and names lead to the
 * same bytes, since the certificates take their date from the first try. Throws `store-exists`, `store-invalid` where
 * there is a ledger or a notary's memory without a `store.json`, `store-init-differs` where the first try had other
 * keys or names, `store-name`, `kms-…` and `objects-…`.
 */
export async function initAwsStore(options: InitAwsStoreOptions): Promise<void> {
  const { organisation, clock, kms: client = kmsClient(options.region) } = options;
  const objects = storeObjects(options);
  await refuseStore(options, objects);
  const origin = options.origin ?? (await firstOrigin(objects)) ?? `witnessmark.local/${randomUUID().slice(0, 8)}`;
  // Before anything is written, since what is written may be locked.
  storeFile({ origin, organisation });
  const [checkpoint, leafSigner, rootSigner, secret] = await Promise.all([
    kmsSigner({ keyId: options.checkpointKey, algorithm: 'Ed25519', client }),
    kmsSigner({ keyId: options.documentKey, algorithm: DOCUMENT, client }),
    kmsSigner({ keyId: options.rootKey, algorithm: DOCUMENT, client }),
    storeSecret(options, client, origin),
  ]);
  const notBefore = (await firstDate(objects)) ?? clock.now();
  const chain = await createChain({ rootSigner, leafSigner, organisation, notBefore });
  const file = storeFile({ origin, organisation, secret: secretDigest(secret) });
  // In this order: whoever finds the last of them finds all of them.
  for (const { path, bytes } of [
    ...trustContents(origin, await checkpoint.publicKey(), chain),
    { path: STORE_FILE, bytes: storeFileBytes(file) },
  ]) {
    await createSame(options, objects, path, bytes);
  }
}

async function refuseStore(options: AwsStoreOptions, objects: Objects): Promise<void> {
  if ((await objects.get(STORE_FILE)) !== undefined) {
    throw new WitnessmarkError('store-exists', `${addressOf(options)} holds a store already`, {
      hint: 'choose another prefix or bucket, or use it as it is',
    });
  }
  const batches = await objects.list('batch/')[Symbol.asyncIterator]().next();
  const used = (await objects.get('checkpoint')) !== undefined || batches.done !== true;
  const remembered = (await storeNotaryState(options).read()) !== undefined;
  if (!used && !remembered) return;
  const what = used ? 'a ledger' : `a notary's memory in s3://${options.notaryBucket}/${options.notaryPrefix ?? ''}`;
  throw new WitnessmarkError('store-invalid', `${addressOf(options)} has ${what}, but no ${STORE_FILE}`, {
    hint: used
      ? `restore ${STORE_FILE} from an earlier version: a new one would make another log of it`
      : 'give the store a notary of its own: another bucket or prefix with notary=',
  });
}

/** The name of the log that an interrupted call has chosen. */
async function firstOrigin(objects: Objects): Promise<string | undefined> {
  const stored = await objects.get(TRUST.verifierKeys);
  return stored && parseVkeys(stored.bytes).at(-1)?.name;
}

/** The date in the certificate that an interrupted call has made. */
async function firstDate(objects: Objects): Promise<string | undefined> {
  const stored = await objects.get(TRUST.root);
  return stored && new Date(new X509Certificate(stored.bytes).validFrom).toISOString();
}

async function createSame(options: AwsStoreOptions, objects: Objects, path: string, bytes: Uint8Array): Promise<void> {
  if ((await objects.create(path, bytes)) === 'created') return;
  const present = await objects.get(path);
  if (present !== undefined && Buffer.compare(present.bytes, bytes) === 0) return;
  const message = `${addressOf(options)}${path} is there from another \`init\`, with other keys, another origin or organisation`;
  throw new WitnessmarkError('store-init-differs', message, {
    hint: 'repeat it with what was given the first time (and where two ran at once, repeat it), or choose another prefix',
  });
}
