import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CT_LEAVES as CT_ENTRIES, CT_ROOTS } from '../../scripts/generated/vectors/tree.ts';
import {
  consistencyProof,
  emptyRoot,
  fromLeaves,
  inclusionProof,
  inclusionProver,
  leafHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../src/ledger/merkle.ts';
import { flipped } from './helpers.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** The eight leaves of the Certificate Transparency reference tests. */
const CT_LEAVES = CT_ENTRIES.map((leaf) => leafHash(Buffer.from(leaf, 'hex')));

/** The definition of RFC 6962 section 2.1, word by word. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return hash('sha256', new Uint8Array(), 'buffer');
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (2 * k < leaves.length) k *= 2;
  const parts = [Uint8Array.of(1), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k))];
  return hash('sha256', Buffer.concat(parts), 'buffer');
}

const LARGEST = 40;
const LEAVES = Array.from({ length: LARGEST }, (_, at) => leafHash(Buffer.from(`entry ${at}`)));
const AT = fromLeaves(LEAVES);
const ROOTS = Array.from({ length: LARGEST + 1 }, (_, size) => naiveRoot(LEAVES.slice(0, size)));

/** A proof with one hash changed, one dropped, one doubled, one too many. */
function mutations(proof: readonly Uint8Array[]): Uint8Array[][] {
  return [
    ...proof.map((it, at) => proof.with(at, flipped(it, at % 32))),
    ...proof.map((_, at) => proof.toSpliced(at, 1)),
    ...proof.map((it, at) => proof.toSpliced(at, 0, it)),
    [...proof, LEAVES[0]!],
  ];
}

describe('Merkle tree', () => {
  it('has the roots of the Certificate Transparency reference tree', async () => {
    const source = fromLeaves(CT_LEAVES);
    expect(hex(emptyRoot())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    for (const [at, root] of CT_ROOTS.entries()) expect(hex(await rootOf(at + 1, source))).toBe(root);
  });

  it('gives the reference proofs', async () => {
    const source = fromLeaves(CT_LEAVES);
    expect((await inclusionProof(5, 8, source)).map(hex)).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect((await consistencyProof(6, 8, source)).map(hex)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('has the root of the definition at every size', async () => {
    for (const [size, root] of ROOTS.entries()) expect(hex(await rootOf(size, AT))).toBe(hex(root));
  });

  it('proves every entry of every tree, and no change of a proof passes', async () => {
    let [accepted, wrong] = [0, 0];
    for (let size = 1; size <= LARGEST; size++) {
      const head = { size, root: ROOTS[size]! };
      for (let index = 0; index < size; index++) {
        const [leaf, proof] = [LEAVES[index]!, await inclusionProof(index, size, AT)];
        if (verifyInclusion(leaf, index, head, proof)) accepted += 1;
        const changed = [
          ...mutations(proof).map((it) => verifyInclusion(leaf, index, head, it)),
          verifyInclusion(flipped(leaf, 3), index, head, proof),
          verifyInclusion(leaf, index, { size, root: flipped(head.root, 0) }, proof),
          verifyInclusion(leaf, (index + 1) % size, head, proof) && size > 1,
          verifyInclusion(leaf, size, head, proof),
          verifyInclusion(leaf, index, { ...head, size: 4 * size }, proof),
          verifyInclusion(leaf, -1, head, proof),
        ];
        wrong += changed.filter(Boolean).length;
      }
    }
    expect({ accepted, wrong }).toEqual({ accepted: (LARGEST * (LARGEST + 1)) / 2, wrong: 0 });
  });

  it('proves every tree to extend every smaller one, and no change of a proof passes', async () => {
    let [accepted, wrong] = [0, 0];
    for (let newer = 0; newer <= LARGEST; newer++) {
      for (let older = 0; older <= newer; older++) {
        const [from, to] = [
          { size: older, root: ROOTS[older]! },
          { size: newer, root: ROOTS[newer]! },
        ];
        const proof = await consistencyProof(older, newer, AT);
        if (verifyConsistency(from, to, proof)) accepted += 1;
        const changed = [
          ...mutations(proof).map((it) => verifyConsistency(from, to, it)),
          verifyConsistency({ ...from, root: flipped(from.root, 31) }, to, proof),
          // The empty tree is a prefix of any tree, so its proof says nothing about the newer root.
          older > 0 && verifyConsistency(from, { ...to, root: flipped(to.root, 31) }, proof),
          older !== newer && verifyConsistency(to, from, proof),
          older > 0 && verifyConsistency(from, { ...to, size: 4 * newer }, proof),
        ];
        wrong += changed.filter(Boolean).length;
      }
    }
    expect({ accepted, wrong }).toEqual({ accepted: ((LARGEST + 1) * (LARGEST + 2)) / 2, wrong: 0 });
  });

  it('proves entries in turn as it proves each alone, in order and out of order', async () => {
    for (const size of [1, 2, 7, 64, 130]) {
      const at = fromLeaves(Array.from({ length: size }, (_, index) => leafHash(Uint8Array.of(index))));
      const prove = inclusionProver(size, at, (it) => it);
      const inOrder = Array.from({ length: size }, (_, index) => index);
      for (const index of [...inOrder, ...inOrder.map((it) => (it * 37 + 11) % size)]) {
        expect(await prove(index)).toEqual(await inclusionProof(index, size, at));
      }
    }
  });

  it('refuses hashes of another length, sizes that are no sizes, and indices past the end', async () => {
    const head = { size: 4, root: ROOTS[4]! };
    const proof = await inclusionProof(1, 4, AT);
    expect(verifyInclusion(LEAVES[1]!.subarray(1), 1, head, proof)).toBe(false);
    expect(verifyInclusion(LEAVES[1]!, 0.5, head, proof)).toBe(false);
    expect(verifyConsistency({ size: -1, root: ROOTS[4]! }, head, [])).toBe(false);
    expect(() => inclusionProof(4, 4, AT)).toThrow(expect.objectContaining({ code: 'ledger-out-of-range' }));
    expect(() => consistencyProof(5, 4, AT)).toThrow(expect.objectContaining({ code: 'ledger-out-of-range' }));
  });
});
