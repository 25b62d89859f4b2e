import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { identity } from '../../app/identity.ts';
import type { Store } from '../../app/store.ts';
import type { TrustFile } from '../../app/trust.ts';
import { createNotary, type NotaryState } from '../../ledger/notary.ts';
import { formatVkeys, parseVkeys, verifierKeyOf } from '../../ledger/note.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { createChain } from '../../pack/sign/certificates.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Objects } from '../../ports/objects.ts';
import { createKeyFile, keyFileSigner } from './key-file.ts';
import { folderNotaryState } from './notary-state.ts';
import { folderObjects } from './objects.ts';
import { sqliteIndex } from './sqlite-index.ts';

/** `store.json`: what makes a folder a store. */
const StoreFile = z.strictObject({
  v: z.literal(1),
  origin: z.string().regex(/^[a-z0-9.-]+(\/[a-z0-9.-]+)*$/),
  organisation: z.string().min(1),
});

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
 * whose key was replaced is another log. Throws `store-exists`.
 */
export async function initStore(folder: string, { organisation, origin, clock }: InitOptions): Promise<void> {
  if (isStore(folder)) {
    throw new WitnessmarkError('store-exists', `${folder} holds a store already`, {
      hint: 'choose another --store, or use it as it is',
    });
  }
  await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 });
  await mkdir(join(folder, 'trust'), { recursive: true });
  const named = StoreFile.parse({
    v: 1,
    origin: origin ?? `witnessmark.local/${randomUUID().slice(0, 8)}`,
    organisation,
  });
  await Promise.all([
    createKeyFile(join(folder, KEYS.checkpoint), 'Ed25519'),
    createKeyFile(join(folder, KEYS.document), 'RSA-3072'),
    createKeyFile(join(folder, KEYS.root), 'RSA-3072'),
    writeFile(join(folder, KEYS.secret), `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' }),
  ]);
  const chain = await createChain({
    rootSigner: await keyFileSigner(join(folder, KEYS.root)),
    leafSigner: await keyFileSigner(join(folder, KEYS.document)),
    organisation,
    notBefore: clock.now(),
  });
  const checkpointKey = await (await keyFileSigner(join(folder, KEYS.checkpoint))).publicKey();
  await writeFile(join(folder, TRUST.verifierKeys), formatVkeys([verifierKeyOf(named.origin, checkpointKey)]));
  await writeFile(join(folder, TRUST.root), chain.rootPem);
  await writeFile(join(folder, TRUST.signing), chain.signingPem);
  // Last, so that a folder with this file is a whole store.
  await writeFile(join(folder, 'store.json'), `${JSON.stringify(named, undefined, 2)}\n`);
}

/** Opens a store for the use cases. Throws `store-missing` or `store-invalid`. Close its index when done. */
export async function openStore(
  folder: string,
  { clock, software }: { clock: Clock; software: string },
): Promise<Store> {
  if (!isStore(folder)) {
    throw new WitnessmarkError('store-missing', `${folder} holds no store`, {
      hint: `run \`witnessmark init --store ${folder}\` first`,
    });
  }
  const { origin } = await readStoreFile(folder);
  const secret = Buffer.from((await readText(folder, KEYS.secret)).trim(), 'hex');
  if (secret.length !== 32)
    throw new WitnessmarkError('store-invalid', `${join(folder, KEYS.secret)}: expected 64 hexadecimal digits`);
  const signer = await keyFileSigner(join(folder, KEYS.checkpoint));
  return {
    objects: folderObjects(folder),
    index: sqliteIndex(join(folder, 'index.sqlite')),
    notary: createNotary({ state: folderNotaryState(join(folder, 'notary')), signer, origin }),
    identity: identity(secret),
    clock,
    origin,
    verifierKeys: (await readText(folder, TRUST.verifierKeys)).split('\n').filter((line) => line !== ''),
    redactionSecret: secret,
    documentSigner: await keyFileSigner(join(folder, KEYS.document)),
    certificates: { rootPem: await readText(folder, TRUST.root), signingPem: await readText(folder, TRUST.signing) },
    software,
  };
}

async function readStoreFile(folder: string): Promise<z.infer<typeof StoreFile>> {
  try {
    return StoreFile.parse(JSON.parse(await readText(folder, 'store.json')));
  } catch (cause) {
    throw new WitnessmarkError('store-invalid', `${join(folder, 'store.json')} is not a store file of this version`, {
      cause,
    });
  }
}

const readText = (folder: string, path: string): Promise<string> =>
  readFile(join(folder, path), 'utf8').catch((cause: unknown) => {
    throw new WitnessmarkError('store-invalid', `${join(folder, path)} cannot be read`, {
      cause,
      hint: 'restore it from a backup of the store',
    });
  });

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
