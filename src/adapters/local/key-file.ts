import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { WitnessmarkError } from '../../model/error.ts';
import type { Signer } from '../../ports/signer.ts';
import { diskError } from './disk-error.ts';
import { failedWith, syncFolder } from './durable.ts';

const generate = promisify(generateKeyPair);

/** An RSA-4096 key in PEM has about 3 KB. */
const MAX_KEY_BYTES = 16 * 1024;
const MIN_RSA_BITS = 2048;

/**
 * A signer with the PKCS #8 PEM key in a file. Throws `key-file-missing`, `key-file-exposed` where
 * anyone but the owner may read or write it, and `key-file-invalid` where it is no Ed25519 or RSA key.
 */
export async function keyFileSigner(path: string): Promise<Signer> {
  const key = parseKey(path, await readPrivate(path));
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return {
    algorithm: digest === null ? 'Ed25519' : 'RSASSA_PKCS1_V1_5_SHA_256',
    publicKey: async () => Uint8Array.from(spki),
    sign: async (message) => Uint8Array.from(sign(digest, message, key)),
  };
}

/** Makes a key and stores it as PKCS #8 PEM, mode 0600. Throws `key-file-exists` rather than replace one. */
export async function createKeyFile(path: string, type: 'Ed25519' | 'RSA-3072'): Promise<void> {
  const privateKey = await (type === 'Ed25519' ? ed25519Pem() : rsaPem());
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    if (!failedWith(cause, 'EEXIST')) throw cause;
    throw new WitnessmarkError('key-file-exists', `no key was written: ${path} cannot be created anew`, { cause });
  });
  try {
    await file.writeFile(privateKey);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path));
}

async function ed25519Pem(): Promise<string> {
  return pemOf((await generate('ed25519')).privateKey);
}

async function rsaPem(): Promise<string> {
  return pemOf((await generate('rsa', { modulusLength: 3072 })).privateKey);
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

async function readPrivate(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    if (failedWith(cause, 'EACCES', 'EPERM')) throw diskError(cause, path);
    throw new WitnessmarkError('key-file-missing', `the key file ${path} cannot be opened`, { cause });
  });
  try {
    const { mode, size } = await file.stat();
    // Windows has no such bits; access lists rule there.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      const shown = (mode & 0o777).toString(8).padStart(4, '0');
      const message = `the key file ${path} has mode ${shown}, expected 0600`;
      throw new WitnessmarkError('key-file-exposed', message, {
        hint: `chmod 600 ${path}, and replace the key if others could read it`,
      });
    }
    if (size > MAX_KEY_BYTES) throw invalid(path, `it has ${size} bytes, more than ${MAX_KEY_BYTES}`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function parseKey(path: string, pem: Buffer): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem', type: 'pkcs8' });
  } catch (cause) {
    throw invalid(path, 'it is no private key in PKCS #8 PEM', cause);
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType === 'ed25519' || (key.asymmetricKeyType === 'rsa' && bits >= MIN_RSA_BITS)) return key;
  throw invalid(
    path,
    `expected Ed25519, or RSA of at least ${MIN_RSA_BITS} bits, got ${key.asymmetricKeyType} ${bits || ''}`,
  );
}

function invalid(path: string, what: string, cause?: unknown): WitnessmarkError {
  return new WitnessmarkError('key-file-invalid', `the key file ${path} cannot be used: ${what}`, { cause });
}
