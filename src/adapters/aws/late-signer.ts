import type { Signer } from '../../ports/signer.ts';

/**
 * A signer whose key is asked for when something is signed: most functions sign nothing and may not. What could not be opened
 * is tried again by the next signature, since an instance of a function lives longer than a refusal.
 */
export function openedLate(algorithm: Signer['algorithm'], spki: Uint8Array, open: () => Promise<Signer>): Signer {
  let opened: Promise<Signer> | undefined;
  return {
    algorithm,
    publicKey: async () => Uint8Array.from(spki),
    async sign(message) {
      opened ??= open().catch((thrown: unknown) => {
        opened = undefined;
        throw thrown;
      });
      return (await opened).sign(message);
    },
  };
}
