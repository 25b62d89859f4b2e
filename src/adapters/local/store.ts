import { randomBytes, randomUUID } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../../app/store.ts';
import { createNotary } from '../../ledger/notary.ts';
import { parsePolicy } from '../../ledger/policy.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { createChain } from '../../pack/sign/certificates.ts';
import type { Clock } from '../../ports/clock.ts';
import { httpWitnesses } from '../http/witnesses.ts';
import {
  type Audited,
  assembleStore,
  type InitOptions,
  keysIn,
  noKey,
  STORE_FILE,
  storeFile,
  TRUST,
  trustContents,
} from '../store-format.ts';
import { onDisk } from './disk-error.ts';
import { failedWith, makeFolder, PRIVATE_FOLDER, replaceFile, syncFolder, writeNew } from './durable.ts';
import { createKeyFile, keyFileSigner } from './key-file.ts';
import { heldVerifierKeys, KEYS, signingKeys } from './key-ring.ts';
import { folderNotaryState } from './notary-state.ts';
import { folderObjects } from './objects.ts';
import { renderWorker } from './render-worker.ts';
import { sqliteIndex } from './sqlite-index.ts';
import { readStoreFile, readStoreText as readText, writeStoreFile } from './store-file.ts';
import { timestampsIn } from './timestamping.ts';
import { writerLock } from './writer-lock.ts';

/** C2SP tlog-policy of those who cosign this store's checkpoints. */
const WITNESSES = 'witnesses.policy';

/** Has the checkpoints of a store cosigned by the witnesses of a policy from now on. Throws `policy-malformed`. */
export async function useWitnesses(folder: string, text: Uint8Array): Promise<void> {
  parsePolicy(text);
  if (!isStore(folder)) throw storeMissing(folder);
  await onDisk(folder, () => replaceFile(folder, WITNESSES, text));
}

async function witnessingOf(folder: string): Promise<Pick<Store, 'witnessing'>> {
  if (!existsSync(join(folder, WITNESSES))) return {};
  const text = Buffer.from(await readText(folder, WITNESSES));
  return { witnessing: { policy: parsePolicy(text), witnesses: httpWitnesses() } };
}

function storeMissing(folder: string): WitnessmarkError {
  return new WitnessmarkError('store-missing', `${folder} holds no store`, {
    hint: `run \`witnessmark init --store ${folder}\` first`,
  });
}

/** Whether a folder holds a store. */
export const isStore = (folder: string): boolean => existsSync(join(folder, STORE_FILE));

/**
 * Makes a new store: keys (0600), certificates, verifier key. Never touches one that is there: a log
 * whose key was replaced is another log. What an interrupted call has left is made anew, since nobody
 * was told of its keys. Throws `store-exists`, `store-busy`, and `store-invalid` where a ledger has lost
 * its `store.json`.
 */
export async function initStore(folder: string, options: InitOptions): Promise<void> {
  refuseStore(folder);
  const lock = writerLock(join(folder, PRIVATE_FOLDER));
  await onDisk(folder, () => lock.claim());
  try {
    // Another process may have made it meanwhile.
    refuseStore(folder);
    await onDisk(folder, () => makeStore(folder, options));
  } finally {
    lock.release();
  }
}

function refuseStore(folder: string): void {
  if (isStore(folder)) {
    throw new WitnessmarkError('store-exists', `${folder} holds a store already`, {
      hint: 'choose another --store, or use it as it is',
    });
  }
  if (['checkpoint', 'batch', 'notary'].some((name) => existsSync(join(folder, name)))) {
    throw new WitnessmarkError('store-invalid', `${folder} holds a ledger, but no store.json`, {
      hint: 'restore store.json from a backup: new keys would make another log of it',
    });
  }
}

async function makeStore(folder: string, { organisation, origin, clock }: InitOptions): Promise<void> {
  for (const left of ['keys', 'trust']) await rm(join(folder, left), { recursive: true, force: true });
  await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 });
  await makeFolder(join(folder, 'trust'));
  const named = storeFile({ origin: origin ?? `witnessmark.local/${randomUUID().slice(0, 8)}`, organisation });
  await Promise.all([
    createKeyFile(join(folder, KEYS.checkpoint), 'Ed25519'),
    createKeyFile(join(folder, KEYS.document), 'RSA-3072'),
    createKeyFile(join(folder, KEYS.root), 'RSA-3072'),
    writeFile(join(folder, KEYS.secret), `${randomBytes(32).toString('hex')}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    }),
  ]);
  const chain = await createChain({
    rootSigner: await keyFileSigner(join(folder, KEYS.root)),
    leafSigner: await keyFileSigner(join(folder, KEYS.document)),
    organisation,
    notBefore: clock.now(),
  });
  const checkpointKey = await (await keyFileSigner(join(folder, KEYS.checkpoint))).publicKey();
  for (const { path, bytes } of trustContents(named.origin, checkpointKey, chain)) {
    await writeNew(join(folder, path), bytes);
  }
  for (const path of ['keys', 'trust']) await syncFolder(join(folder, path));
  // Last and at once, so that a folder with this file is a whole store.
  await writeStoreFile(folder, named);
}

/**
 * Opens a store for the use cases. One that may not be written is read all the same, with an index in
 * memory; whatever would write to it throws `store-read-only` before it does anything. Throws
 * `store-missing`, `store-invalid` and `disk-denied`. Close its index when done: that ends its claim.
 */
export async function openStore(
  folder: string,
  { clock, software }: { clock: Clock; software: string },
): Promise<Store> {
  if (!isStore(folder)) {
    throw storeMissing(folder);
  }
  const { origin, timestamp } = await readStoreFile(folder);
  const secret = Buffer.from((await readText(folder, KEYS.secret)).trim(), 'hex');
  if (secret.length !== 32)
    throw new WitnessmarkError('store-invalid', `${join(folder, KEYS.secret)}: expected 64 hexadecimal digits`);
  const writable = await isWritable(folder);
  const [verifierKeys, root, signing] = await Promise.all([
    readText(folder, TRUST.verifierKeys),
    readText(folder, TRUST.root),
    readText(folder, TRUST.signing),
  ]);
  const { checkpoint, document } = await signingKeys(folder, origin);
  const [signer, ...also] = checkpoint;
  const parts = assembleStore({
    origin,
    notary: createNotary({ state: folderNotaryState(join(folder, 'notary')), signer, also, origin }),
    documentSigner: document,
    secret,
    trust: { verifierKeys, root, signing },
    clock,
    software,
  });
  return {
    ...(writable ? writableParts(folder) : readOnlyParts(folder)),
    ...parts,
    ...(await witnessingOf(folder)),
    ...(await timestampsIn(folder, timestamp, writable)),
  };
}

type Parts = Pick<Store, 'objects' | 'index' | 'claim' | 'renderer'>;

function writableParts(folder: string): Parts & Required<Pick<Store, 'claim'>> {
  const lock = writerLock(join(folder, PRIVATE_FOLDER));
  const path = join(folder, 'index.sqlite');
  const index = sqliteIndex(path);
  const close = async () => {
    await index.close();
    lock.release();
  };
  return {
    objects: folderObjects(folder),
    index: { ...index, close },
    claim: lock.claim,
    renderer: renderWorker(path),
  };
}

/** The index on the disk cannot be brought up to date, so one is made of the ledger when it is asked. */
function readOnlyParts(folder: string): Parts & Required<Pick<Store, 'claim'>> {
  const refuse = async (): Promise<never> => {
    throw new WitnessmarkError('store-read-only', `${folder} cannot be written: nothing was done`, {
      hint: 'make it writable, or use what only reads: `evidence list`, `audit`, `verify`, and `report` of a report that was made, with --out elsewhere',
    });
  };
  const objects = { ...folderObjects(folder), create: refuse, replace: refuse };
  return { objects, index: sqliteIndex(':memory:'), claim: refuse };
}

async function isWritable(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    return true;
  } catch (thrown) {
    if (failedWith(thrown, 'EROFS', 'EACCES', 'EPERM')) return false;
    throw thrown;
  }
}

/**
 * A store, or a copy of one without its private files, for the audit. Keys given from elsewhere are the
 * ones that are trusted; without them the store's own are, which proves less. Throws `store-missing`,
 * and `store-no-key` where no key can be had.
 */
export async function auditedFolder(folder: string, keys: readonly string[] = []): Promise<Audited> {
  if (!['store.json', 'checkpoint', 'batch'].some((name) => existsSync(join(folder, name)))) {
    throw new WitnessmarkError('store-missing', `${folder} holds no store`);
  }
  const own = keys.length > 0 ? keys : [...(await ownKeys(folder)), ...(await trustedKeys(folder))];
  const verifierKeys = [...new Set(own)];
  if (verifierKeys.length === 0) throw noKey(join(folder, TRUST.verifierKeys));
  const notary = join(folder, 'notary');
  return {
    objects: folderObjects(folder),
    verifierKeys,
    ...(existsSync(notary) ? { notaryState: folderNotaryState(notary) } : {}),
  };
}

/** The keys that the store signs with, which do not depend on what stands under `trust/`. */
async function ownKeys(folder: string): Promise<string[]> {
  try {
    const { origin } = await readStoreFile(folder);
    return (await heldVerifierKeys(folder, origin)).map(({ vkey }) => vkey);
  } catch {
    // A copy for an auditor has no private files.
    return [];
  }
}

async function trustedKeys(folder: string): Promise<string[]> {
  return keysIn(await readFile(join(folder, TRUST.verifierKeys)).catch(() => undefined));
}
