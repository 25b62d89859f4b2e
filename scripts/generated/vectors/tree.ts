import {
  consistencyProof,
  fromLeaves,
  type HashAt,
  inclusionProof,
  leafHash,
  rootOf,
} from '../../../src/ledger/merkle.ts';
import { hex, type Vector } from './vector.ts';

const CT = 'Certificate Transparency reference tests (google/certificate-transparency, merkle_tree_test)';
export const CT_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
export const CT_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const SIZES = [...Array.from({ length: 12 }, (_, size) => size), 255, 256, 257];
const LEAVES = Array.from({ length: 257 }, (_, at) => leafHash(Buffer.from(`entry ${at}`)));
const AT: HashAt = fromLeaves(LEAVES);

const ct: Vector[] = CT_ROOTS.map((root, at) => ({
  name: `the first ${at + 1} leaves`,
  source: CT,
  do: 'root',
  in: { entries: CT_LEAVES.slice(0, at + 1) },
  expect: root,
}));

const hashes: Vector[] = [
  { name: 'an empty leaf', do: 'leaf', in: { entry: '' }, source: CT, expect: CT_ROOTS[0] },
  { name: 'a leaf', do: 'leaf', in: { entry: hex('entry 0') } },
  { name: 'a node', do: 'node', in: { left: '00'.repeat(32), right: 'ff'.repeat(32) } },
  ...SIZES.map((size) => ({ name: `a tree of ${size} entries`, do: 'root of entries', in: { size } })),
];

interface Inclusion {
  readonly leaf: string;
  readonly index: number;
  readonly size: number;
  readonly root: string;
  readonly proof: readonly string[];
}

async function inclusionIn(index: number, size: number): Promise<Inclusion> {
  const proof = (await inclusionProof(index, size, AT)).map(hex);
  return { leaf: hex(LEAVES[index] ?? ''), index, size, root: hex(await rootOf(size, AT)), proof };
}

const flipped = (digits: string): string => (digits.startsWith('0') ? '1' : '0') + digits.slice(1);

async function inclusions(): Promise<Vector[]> {
  const vectors: Vector[] = [];
  const add = (name: string, given: Inclusion): unknown => vectors.push({ name, do: 'inclusion', in: given });
  for (const [index, size] of [
    [0, 1],
    [0, 2],
    [1, 2],
    [2, 3],
    [4, 7],
    [6, 7],
    [5, 8],
    [10, 11],
    [0, 257],
    [255, 256],
    [255, 257],
    [256, 257],
  ] as const)
    add(`entry ${index} of ${size}`, await inclusionIn(index, size));
  const good = await inclusionIn(4, 7);
  add('another leaf', { ...good, leaf: flipped(good.leaf) });
  add('another index', { ...good, index: 5 });
  add('an index beyond the tree', { ...good, index: 7 });
  add('another size', { ...good, size: 6 });
  add('another root', { ...good, root: flipped(good.root) });
  for (const at of good.proof.keys())
    add(`another hash at ${at}`, { ...good, proof: good.proof.with(at, flipped(good.proof[at] ?? '')) });
  add('a hash too few', { ...good, proof: good.proof.slice(0, -1) });
  add('a hash too many', { ...good, proof: [...good.proof, good.root] });
  add('a hash that is short', { ...good, proof: good.proof.with(0, good.proof[0]?.slice(2) ?? '') });
  add('hashes in the other order', { ...good, proof: good.proof.toReversed() });
  return vectors;
}

interface Consistency {
  readonly old: number;
  readonly oldRoot: string;
  readonly size: number;
  readonly root: string;
  readonly proof: readonly string[];
}

async function consistencyIn(old: number, size: number): Promise<Consistency> {
  const proof = (await consistencyProof(old, size, AT)).map(hex);
  return { old, oldRoot: hex(await rootOf(old, AT)), size, root: hex(await rootOf(size, AT)), proof };
}

async function consistencies(): Promise<Vector[]> {
  const vectors: Vector[] = [];
  const add = (name: string, given: Consistency): unknown => vectors.push({ name, do: 'consistency', in: given });
  for (const [old, size] of [
    [0, 0],
    [0, 5],
    [1, 2],
    [1, 8],
    [2, 3],
    [3, 7],
    [4, 7],
    [6, 8],
    [7, 7],
    [8, 11],
    [255, 257],
    [256, 257],
  ] as const)
    add(`from ${old} to ${size}`, await consistencyIn(old, size));
  const good = await consistencyIn(3, 7);
  add('another old root', { ...good, oldRoot: flipped(good.oldRoot) });
  add('another root', { ...good, root: flipped(good.root) });
  add('another old size', { ...good, old: 2 });
  add('sizes the wrong way round', { ...good, old: 7, oldRoot: good.root, size: 3, root: good.oldRoot });
  for (const at of good.proof.keys())
    add(`another hash at ${at}`, { ...good, proof: good.proof.with(at, flipped(good.proof[at] ?? '')) });
  add('no hash', { ...good, proof: [] });
  add('a hash too few', { ...good, proof: good.proof.slice(0, -1) });
  add('a hash too many', { ...good, proof: [...good.proof, good.root] });
  add('a hash between equal sizes', { ...(await consistencyIn(7, 7)), proof: [good.root] });
  add('equal sizes with other roots', { ...(await consistencyIn(7, 7)), oldRoot: flipped(good.root) });
  add('a hash from nothing', { ...(await consistencyIn(0, 5)), proof: [good.root] });
  add('from nothing with a root that is not of nothing', { ...(await consistencyIn(0, 5)), oldRoot: good.root });
  return vectors;
}

/** The tree of RFC 6962. Its entries are the texts `entry 0`, `entry 1` and so on. */
export const treeVectors = async (): Promise<Vector[]> => [
  ...ct,
  ...hashes,
  ...(await inclusions()),
  ...(await consistencies()),
];
