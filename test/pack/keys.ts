import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Chain, createChain } from '../../src/pack/sign/certificates.ts';
import type { Signer } from '../../src/ports/signer.ts';

function signerOf(algorithm: Signer['algorithm'], keys: { publicKey: KeyObject; privateKey: KeyObject }): Signer {
  const spki = keys.publicKey.export({ type: 'spki', format: 'der' });
  const hash = algorithm === 'Ed25519' ? null : 'sha256';
  return {
    algorithm,
    publicKey: () => Promise.resolve(spki),
    sign: (message) => Promise.resolve(sign(hash, message, keys.privateKey)),
  };
}

/** A document key for tests; 2,048 bits because a test makes several. */
export const rsaSigner = (): Signer =>
  signerOf('RSASSA_PKCS1_V1_5_SHA_256', generateKeyPairSync('rsa', { modulusLength: 2048 }));

export const ed25519Signer = (): Signer => signerOf('Ed25519', generateKeyPairSync('ed25519'));

export interface DocumentKeys extends Chain {
  readonly root: Signer;
  readonly document: Signer;
}

/** A root, a document key and their certificates, valid from 2026 on. */
export async function documentKeys(organisation = 'Example Ltd'): Promise<DocumentKeys> {
  const [root, document] = [rsaSigner(), rsaSigner()];
  const notBefore = '2026-01-01T00:00:00.000Z';
  return {
    root,
    document,
    ...(await createChain({ rootSigner: root, leafSigner: document, organisation, notBefore })),
  };
}
