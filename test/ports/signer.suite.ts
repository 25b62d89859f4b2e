import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Signer } from '../../src/ports/signer.ts';

/** How to open a key, and to open the same key once more, as another process would. */
export interface SignerUnderTest {
  open(): Promise<Signer>;
}

const MESSAGES = ['', 'message', 'é\n\0', 'x'.repeat(4096)].map((it) => Buffer.from(it));

/** What every signer promises; its signatures are verified by Node's own cryptography. Run against each adapter. */
export function signerSuite(name: string, algorithm: Signer['algorithm'], under: SignerUnderTest): void {
  const digest = algorithm === 'Ed25519' ? null : 'sha256';
  const keyOf = async (signer: Signer): Promise<KeyObject> =>
    createPublicKey({ key: Buffer.from(await signer.publicKey()), format: 'der', type: 'spki' });

  describe(`${name}: signer`, () => {
    it('says its algorithm, and its key as a SubjectPublicKeyInfo of that type', async () => {
      const signer = await under.open();
      const key = await keyOf(signer);
      expect(signer.algorithm).toBe(algorithm);
      expect(key.asymmetricKeyType).toBe(algorithm === 'Ed25519' ? 'ed25519' : 'rsa');
      if (digest !== null) expect(key.asymmetricKeyDetails?.modulusLength).toBe(3072);
    });

    it.each(MESSAGES)('signs %#, so that its key verifies it and no other message', async (message) => {
      const signer = await under.open();
      const key = await keyOf(signer);
      const signature = await signer.sign(message);
      expect(verify(digest, message, key, signature)).toBe(true);
      expect(verify(digest, Buffer.concat([message, Buffer.from('.')]), key, signature)).toBe(false);
    });

    it('signs the same message alike each time, also when it is opened again', async () => {
      const [message = Buffer.alloc(0)] = MESSAGES;
      const signer = await under.open();
      const again = await under.open();
      const signature = Buffer.from(await signer.sign(message));
      expect(Buffer.from(await signer.sign(message))).toEqual(signature);
      expect(Buffer.from(await again.sign(message))).toEqual(signature);
      expect(await again.publicKey()).toEqual(await signer.publicKey());
    });

    it('gives its public key as a copy', async () => {
      const signer = await under.open();
      (await signer.publicKey()).fill(0);
      expect((await keyOf(signer)).type).toBe('public');
    });
  });
}
