import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { KeyRing, KeyUse, Rotation } from '../../app/rotate.ts';
import type { TrustFile } from '../../app/trust.ts';
import { createNotary } from '../../ledger/notary.ts';
import { parseVkeys, type VerifierKey, verifierKeyOf } from '../../ledger/note.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { Timestamp } from '../../model/primitives.ts';
import { certify } from '../../pack/sign/certificates.ts';
import type { Signer } from '../../ports/signer.ts';
import { TRUST } from '../store-format.ts';
import { onDisk } from './disk-error.ts';
import { replaceFile, syncFolder } from './durable.ts';
import { createKeyFile, keyFileSigner } from './key-file.ts';
import { folderNotaryState } from './notary-state.ts';

/** Where keys and trusted files stand in a store's folder. */
export const KEYS = {
  checkpoint: 'keys/checkpoint.pem',
  document: 'keys/document.pem',
  root: 'keys/root.pem',
  secret: 'keys/secret',
};

/** A rotation that is under way, so that whoever goes on makes the same of it. */
const Journal = z.strictObject({
  v: z.literal(1),
  at: Timestamp,
  checkpoint: z
    .string()
    .regex(/^checkpoint-\d+\.pem$/)
    .optional(),
  document: z
    .string()
    .regex(/^document-\d+\.pem$/)
    .optional(),
});
type Journal = z.infer<typeof Journal>;

const JOURNAL = 'keys/rotation.json';
const RETIRED = 'keys/retired';
const FILES: Readonly<Record<KeyUse, RegExp>> = {
  checkpoint: /^checkpoint(-\d+)?\.pem$/,
  document: /^document(-\d+)?\.pem$/,
};

/** A private key of a store, by the name of its file. */
interface HeldKey {
  readonly file: string;
  readonly signer: Signer;
  readonly spki: Uint8Array;
}

/** The keys that sign for a store. */
export interface SigningKeys {
  /** Newest first: the others sign too, until they are retired. */
  readonly checkpoint: readonly [Signer, ...Signer[]];
  readonly document: Signer;
}

/**
 * The private keys that belong to what stands under `trust/`: replacing a file there is what makes its key
 * the one that signs. Throws `store-key-missing` where none does, and what the key files throw.
 */
export async function signingKeys(folder: string, origin: string): Promise<SigningKeys> {
  const [held, listed] = [
    await heldKeys(folder, 'checkpoint'),
    parseVkeys(await readFile(join(folder, TRUST.verifierKeys))),
  ];
  const vkeys = new Map(held.map((key) => [verifierKeyOf(origin, key.spki).vkey, key.signer]));
  const [newest, ...older] = listed.toReversed();
  const signer = newest === undefined ? undefined : vkeys.get(newest.vkey);
  if (signer === undefined) throw keyMissing(folder, TRUST.verifierKeys);
  const others = older.map(({ vkey }) => vkeys.get(vkey)).filter((it) => it !== undefined);
  return { checkpoint: [signer, ...others], document: await documentKey(folder) };
}

async function documentKey(folder: string): Promise<Signer> {
  const held = await heldKeys(folder, 'document');
  const [only, ...others] = held;
  // One key needs no choice, and a damaged certificate is for those who read it to report.
  if (only !== undefined && others.length === 0) return only.signer;
  const spki = new X509Certificate(await readFile(join(folder, TRUST.signing))).publicKey.export({
    format: 'der',
    type: 'spki',
  });
  const found = held.find((key) => Buffer.compare(key.spki, spki) === 0);
  if (found === undefined) throw keyMissing(folder, TRUST.signing);
  return found.signer;
}

function keyMissing(folder: string, path: string): WitnessmarkError {
  const message = `${join(folder, 'keys')} holds no private key of the newest key in ${path}`;
  return new WitnessmarkError('store-key-missing', message, {
    hint: 'restore both folders from a backup of the same time, and run `witnessmark audit`',
  });
}

/** Verifier keys of every checkpoint key that is held, which do not depend on what stands under `trust/`. */
export async function heldVerifierKeys(folder: string, origin: string): Promise<VerifierKey[]> {
  return (await heldKeys(folder, 'checkpoint')).map(({ spki }) => verifierKeyOf(origin, spki));
}

async function heldKeys(folder: string, use: KeyUse): Promise<HeldKey[]> {
  const names = await readdir(join(folder, 'keys')).catch(() => []);
  const files = names.filter((name) => FILES[use].test(name));
  // Said by who opens it, where there is none.
  if (files.length === 0) files.push(`${use}.pem`);
  return Promise.all(
    files.sort().map(async (file) => {
      const signer = await keyFileSigner(join(folder, 'keys', file));
      return { file, signer, spki: await signer.publicKey() };
    }),
  );
}

/** The key ring of a store in a folder. Whoever uses it has the store's claim. */
export function folderKeyRing(folder: string, named: { origin: string; organisation: string }): KeyRing {
  return {
    begin: (uses, at) => onDisk(folder, () => begin(folder, named, uses, at)),
    trust: () => trustFiles(folder),
    replace: ({ path, bytes }) => onDisk(folder, () => replaceFile(folder, path, bytes)),
    end: () =>
      onDisk(folder, async () => {
        await rm(join(folder, JOURNAL), { force: true });
        await syncFolder(join(folder, 'keys'));
      }),
  };
}

/** The files under `trust/`, as the ledger seals them. */
export async function trustFiles(folder: string): Promise<TrustFile[]> {
  return Promise.all(Object.values(TRUST).map(async (path) => ({ path, bytes: await readFile(join(folder, path)) })));
}

/** Whether a rotation was begun and not ended. */
export const isRotating = (folder: string): boolean => existsSync(join(folder, JOURNAL));

async function begin(
  folder: string,
  named: { origin: string; organisation: string },
  uses: readonly KeyUse[],
  at: string,
): Promise<Rotation> {
  if (!isRotating(folder)) await writeJournal(folder, uses, at);
  const journal = await readJournal(folder);
  const rotation: { -readonly [K in keyof Rotation]: Rotation[K] } = { at: journal.at };
  if (journal.checkpoint !== undefined)
    rotation.checkpoint = await nextCheckpoint(folder, named.origin, journal.checkpoint);
  if (journal.document !== undefined) rotation.document = await nextDocument(folder, named.organisation, journal);
  return rotation;
}

async function writeJournal(folder: string, uses: readonly KeyUse[], at: string): Promise<void> {
  const names: Partial<Record<KeyUse, string>> = {};
  for (const use of uses) names[use] = await nextName(folder, use);
  const journal = Journal.parse({ v: 1, at, ...names });
  await replaceFile(folder, JOURNAL, Buffer.from(`${JSON.stringify(journal, undefined, 2)}\n`));
}

async function readJournal(folder: string): Promise<Journal> {
  try {
    return Journal.parse(JSON.parse(await readFile(join(folder, JOURNAL), 'utf8')));
  } catch (cause) {
    throw new WitnessmarkError('store-invalid', `${join(folder, JOURNAL)} is not a journal of this version`, { cause });
  }
}

/** A name that no key has had, retired ones included. */
async function nextName(folder: string, use: KeyUse): Promise<string> {
  const names = [...(await readdir(join(folder, 'keys'))), ...(await readdir(join(folder, RETIRED)).catch(() => []))];
  const numbers = names.filter((name) => FILES[use].test(name)).map((name) => Number(/\d+/.exec(name)?.[0] ?? 1));
  return `${use}-${Math.max(1, ...numbers) + 1}.pem`;
}

async function nextCheckpoint(folder: string, origin: string, file: string): Promise<Rotation['checkpoint'] & {}> {
  const next = await madeKey(folder, file, 'Ed25519');
  const { checkpoint: now } = await signingKeys(folder, origin);
  const spki = await next.publicKey();
  const others: Signer[] = [];
  // Once its file is published it is one of those that sign already.
  for (const it of now) if (Buffer.compare(await it.publicKey(), spki) !== 0) others.push(it);
  const [signer = next, ...also] = others;
  const state = folderNotaryState(join(folder, 'notary'));
  return { key: verifierKeyOf(origin, spki), notary: createNotary({ state, signer, also: [...also, next], origin }) };
}

async function nextDocument(
  folder: string,
  organisation: string,
  { at, document = '' }: Journal,
): Promise<{ signingPem: string }> {
  const leafSigner = await madeKey(folder, document, 'RSA-3072');
  const rootSigner = await keyFileSigner(join(folder, KEYS.root));
  // The same bytes each time: RSA with PKCS #1 v1.5 is deterministic, and the journal has the time.
  return { signingPem: await certify({ rootSigner, leafSigner, organisation, notBefore: at }) };
}

/** The key of a file, made where it is absent; a half-written one has no name yet. */
async function madeKey(folder: string, file: string, type: 'Ed25519' | 'RSA-3072'): Promise<Signer> {
  const path = join(folder, 'keys', file);
  if (!existsSync(path)) {
    const draft = `${path}.draft`;
    await rm(draft, { force: true });
    await createKeyFile(draft, type);
    await rename(draft, path);
    await syncFolder(join(folder, 'keys'));
  }
  return keyFileSigner(path);
}

/**
 * Puts the private keys aside that are not the newest: they sign nothing from then on. Gives the names of
 * their files. Throws `keys-rotating` while a rotation is under way.
 */
export async function retireKeys(folder: string, origin: string): Promise<string[]> {
  if (isRotating(folder)) {
    throw new WitnessmarkError('keys-rotating', 'a rotation was begun and not ended: nothing was retired', {
      hint: 'run `witnessmark keys rotate` again, which ends it',
    });
  }
  const { checkpoint, document } = await signingKeys(folder, origin);
  const retired: string[] = [];
  for (const [use, signer] of [
    ['checkpoint', checkpoint[0]],
    ['document', document],
  ] as const) {
    const spki = await signer.publicKey();
    const old = (await heldKeys(folder, use)).filter((key) => Buffer.compare(key.spki, spki) !== 0);
    retired.push(...old.map(({ file }) => file));
  }
  await onDisk(folder, async () => {
    await mkdir(join(folder, RETIRED), { recursive: true, mode: 0o700 });
    for (const file of retired) await rename(join(folder, 'keys', file), join(folder, RETIRED, file));
    for (const path of [RETIRED, 'keys']) await syncFolder(join(folder, path));
  });
  return retired;
}
