import type { Signer } from '../../../ports/signer.ts';
import { late } from '../../late.ts';

/** A signer whose key is asked for when something is signed: most functions sign nothing and may not. */
export function openedLate(algorithm: Signer['algorithm'], spki: Uint8Array, open: () => Promise<Signer>): Signer {
  const signer = late(open);
  return {
    algorithm,
    publicKey: async () => Uint8Array.from(spki),
    sign: async (message) => (await signer.get()).sign(message),
  };
}
