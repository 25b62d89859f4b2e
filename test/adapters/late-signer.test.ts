import { expect, it } from 'vitest';
import { openedLate } from '../../src/adapters/aws/store/late-signer.ts';

const SPKI = Uint8Array.of(1, 2, 3);
const SIGNATURE = Uint8Array.of(9);

it('opens its key once, at the first signature, and again after it could not', async () => {
  let opens = 0;
  let isDenied = true;
  const open = async () => {
    opens += 1;
    if (isDenied) throw new Error('denied');
    return { algorithm: 'Ed25519' as const, publicKey: async () => SPKI, sign: async () => SIGNATURE };
  };
  const signer = openedLate('Ed25519', SPKI, open);
  expect([await signer.publicKey(), opens]).toEqual([SPKI, 0]);
  await expect(signer.sign(SPKI)).rejects.toThrow('denied');
  await expect(signer.sign(SPKI)).rejects.toThrow('denied');
  isDenied = false;
  expect(await Promise.all([signer.sign(SPKI), signer.sign(SPKI)])).toEqual([SIGNATURE, SIGNATURE]);
  await signer.sign(SPKI);
  expect(opens).toBe(3);
});
