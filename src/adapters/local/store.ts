import { randomBytes, randomUUID } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identity } from '../../app/identity.ts';
import type { Store } from '../../app/store.ts';
import type { TrustFile } from '../../app/trust.ts';
import { createNotary, type NotaryState } from '../../ledger/notary.ts';
import { formatVkeys, parseVkeys, verifierKeyOf } from '../../ledger/note.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { createChain } from '../../pack/sign/certificates.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Objects } from '../../ports/objects.ts';
import { onDisk } from './disk-error.ts';
import { failedWith, makeFolder, syncFolder, writeNew } from './durable.ts';
import { createKeyFile, keyFileSigner } from './key-file.ts';
import { folderNotaryState } from './notary-state.ts';
import { folderObjects, PRIVATE_FOLDER } from './objects.ts';
import { renderWorker } from './render-worker.ts';
import { sqliteIndex } from './sqlite-index.ts';
import { readStoreFile, readStoreText as readText, StoreFile, writeStoreFile } from './store-file.ts';
import { timestampsIn } from './timestamping.ts';
import { writerLock } from './writer-lock.ts';

const KEYS = {
  checkpoint: 'keys/checkpoint.pem',
  document: 'keys/document.pem',
  root: 'keys/root.pem',
  secret: 'keys/secret',
};
const TRUST = { verifierKeys: 'trust/checkpoint.vkey', root: 'trust/root.pem', signing: 'trust/signing.pem' };

export interface InitOptions {
  readonly organisation: string;
  /** Name of the log; derived and unique where left out. */
  readonly origin?: string;
  readonly clock: Clock;
}

/** The files under `trust/`, as the ledger seals them. */
export async function trustFiles(folder: string): Promise<TrustFile[]> {
  const paths = Object.values(TRUST);
  return Promise.all(paths.map(async (path) => ({ path, bytes: Buffer.from(await readText(folder, path)) })));
}

/** Whether a folder holds a store. */
export const isStore = (folder: string): boolean => existsSync(join(folder, 'store.json'));

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
  const named = StoreFile.parse({
    v: 1,
    origin: origin ?? `witnessmark.local/${randomUUID().slice(0, 8)}`,
    organisation,
  });
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
  const put = (path: string, content: string | Uint8Array) => writeNew(join(folder, path), Buffer.from(content));
  await put(TRUST.verifierKeys, formatVkeys([verifierKeyOf(named.origin, checkpointKey)]));
  await put(TRUST.root, chain.rootPem);
  await put(TRUST.signing, chain.signingPem);
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
    throw new WitnessmarkError('store-missing', `${folder} holds no store`, {
      hint: `run \`witnessmark init --store ${folder}\` first`,
    });
  }
  const { origin, timestamp } = await readStoreFile(folder);
  const secret = Buffer.from((await readText(folder, KEYS.secret)).trim(), 'hex');
  if (secret.length !== 32)
    throw new WitnessmarkError('store-invalid', `${join(folder, KEYS.secret)}: expected 64 hexadecimal digits`);
  const signer = await keyFileSigner(join(folder, KEYS.checkpoint));
  const writable = await isWritable(folder);
  return {
    ...(writable ? writableParts(folder) : readOnlyParts(folder)),
    notary: createNotary({ state: folderNotaryState(join(folder, 'notary')), signer, origin }),
    identity: identity(secret),
    clock,
    origin,
    verifierKeys: (await readText(folder, TRUST.verifierKeys)).split('\n').filter((line) => line !== ''),
    redactionSecret: secret,
    documentSigner: await keyFileSigner(join(folder, KEYS.document)),
    certificates: { rootPem: await readText(folder, TRUST.root), signingPem: await readText(folder, TRUST.signing) },
    software,
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

/** What an audit reads of a store; whatever is damaged in it is for the audit to say. */
export interface AuditedFolder {
  readonly objects: Objects;
  readonly verifierKeys: readonly string[];
  readonly notaryState?: NotaryState;
}

/**
 * A store, or a copy of one without its private files, for the audit. Keys given from elsewhere are the
 * ones that are trusted; without them the store's own are, which proves less. Throws `store-missing`,
 * and `store-no-key` where no key can be had.
 */
export async function auditedFolder(folder: string, keys: readonly string[] = []): Promise<AuditedFolder> {
  if (!['store.json', 'checkpoint', 'batch'].some((name) => existsSync(join(folder, name)))) {
    throw new WitnessmarkError('store-missing', `${folder} holds no store`);
  }
  const own = keys.length > 0 ? keys : [...(await signingKey(folder)), ...(await trustedKeys(folder))];
  const verifierKeys = [...new Set(own)];
  if (verifierKeys.length === 0) {
    throw new WitnessmarkError(
      'store-no-key',
      `${join(folder, TRUST.verifierKeys)} holds no verifier key that can be read`,
      {
        hint: 'give the key that you got elsewhere with --key',
      },
    );
  }
  const notary = join(folder, 'notary');
  return {
    objects: folderObjects(folder),
    verifierKeys,
    ...(existsSync(notary) ? { notaryState: folderNotaryState(notary) } : {}),
  };
}

/** The key that the store signs with, which does not depend on what stands under `trust/`. */
async function signingKey(folder: string): Promise<string[]> {
  try {
    const { origin } = await readStoreFile(folder);
    const spki = await (await keyFileSigner(join(folder, KEYS.checkpoint))).publicKey();
    return [verifierKeyOf(origin, spki).vkey];
  } catch {
    // A copy for an auditor has no private files.
    return [];
  }
}

async function trustedKeys(folder: string): Promise<string[]> {
  try {
    return parseVkeys(Buffer.from(await readText(folder, TRUST.verifierKeys))).map((key) => key.vkey);
  } catch {
    // The audit reads the file itself and says what is wrong with it.
    return [];
  }
}
