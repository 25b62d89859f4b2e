import { ed25519 } from '@noble/curves/ed25519.js';
import { Buffer } from './bytes.ts';

// biome-ignore lint/performance/noBarrelFile: it stands in the place of one module of Node's
export { X509Certificate } from './certificate.ts';
export { createHash, hash } from './digest.ts';

/** DER of a SubjectPublicKeyInfo up to the 32 bytes of an Ed25519 key (RFC 8410). */
const ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** Bytes of an Ed25519 key: the only kind that notes are signed with. */
type Key = { readonly ed25519: Uint8Array };

/** Node's `createPublicKey` for Ed25519 keys as DER SubjectPublicKeyInfo; throws for any other. */
export function createPublicKey({ key }: { readonly key: Uint8Array }): Key {
  const spki = Buffer.from(key);
  if (spki.length !== ED25519.length + 32 || !spki.subarray(0, ED25519.length).equals(ED25519)) {
    throw new Error('the page verifies notes with Ed25519 keys only');
  }
  return { ed25519: spki.subarray(ED25519.length) };
}

/**
 * Node's `verify` for Ed25519 (RFC 8032), in the strict form: WebCrypto has Ed25519 too, but only as a
 * promise, and notes are opened in one go. RSA signatures are asked of WebCrypto everywhere.
 */
export function verify(algorithm: null, data: Uint8Array, key: Key, signature: Uint8Array): boolean {
  if (algorithm !== null) throw new Error('the page verifies Ed25519 here only');
  return ed25519.verify(signature, data, key.ed25519, { zip215: false });
}
