import { consistencyProof, fromLeaves, inclusionProof, leafHash, rootOf } from '../../../src/ledger/merkle.ts';
import { formatProof } from '../../../src/ledger/proof.ts';
import { formatConsistency } from '../../../src/pack/consistency.ts';
import { tarOf } from '../../../src/pack/tar.ts';
import { signedCheckpoint } from './notes.ts';
import type { Vector } from './vector.ts';

const SIZE = 7;
const entryOf = (at: number): Buffer => Buffer.from(`entry ${at}`);
const AT = fromLeaves(Array.from({ length: SIZE }, (_, at) => leafHash(entryOf(at))));

const refusing =
  (operation: string, given: (text: string) => unknown) =>
  (name: string, text: string, why = name) => ({
    name,
    do: operation,
    in: given(text),
    refused: why,
  });

async function proofs(checkpoint: string): Promise<Vector[]> {
  const hashes = await inclusionProof(4, SIZE, AT);
  const textOf = (proof: Parameters<typeof formatProof>[0]): string => Buffer.from(formatProof(proof)).toString('utf8');
  const good = textOf({ index: 4, hashes, checkpoint, extra: entryOf(4) });
  const refused = refusing('tlog-proof', (text) => ({ text }));
  const [first = ''] = hashes.map((it) => Buffer.from(it).toString('base64'));
  return [
    { name: 'a proof', do: 'tlog-proof', in: { text: good } },
    { name: 'a proof without extra', do: 'tlog-proof', in: { text: textOf({ index: 4, hashes, checkpoint }) } },
    {
      name: 'a proof without hashes',
      do: 'tlog-proof',
      in: { text: textOf({ index: 0, hashes: [], checkpoint }) },
    },
    refused('a proof of another version', good.replace('@v1', '@v2')),
    refused('a proof without an index', good.replace('index 4\n', '')),
    refused('a proof with a leading zero', good.replace('index 4', 'index 04')),
    refused('a proof with a short hash', good.replace(first, 'AAAA')),
    refused('a proof with extra behind the index', good.replace(/(extra .*\n)(index 4\n)/, '$2$1')),
    refused('a proof with extra that is no base64', good.replace('extra ', 'extra *')),
    refused('a proof with 64 hashes', good.replace(first, Array.from({ length: 62 }, () => first).join('\n'))),
    refused('a proof without a checkpoint', good.slice(0, good.indexOf('\n\n'))),
  ];
}

async function consistency(checkpoint: string): Promise<Vector[]> {
  const hashes = await consistencyProof(3, SIZE, AT);
  const good = formatConsistency({ olderSize: 3, hashes, checkpoint });
  const refused = refusing('consistency text', (text) => ({ text }));
  return [
    { name: 'a consistency proof', do: 'consistency text', in: { text: good } },
    refused('a consistency proof without its size', good.replace('old 3\n', '')),
    refused('a consistency proof with a negative size', good.replace('old 3', 'old -3')),
    refused('a consistency proof with a line that is no hash', good.replace('old 3\n', 'old 3\nhash\n')),
    refused('a consistency proof without a checkpoint', good.slice(0, good.indexOf('\n\n'))),
  ];
}

function tars(): Vector[] {
  const members = [4, 4711].map((at) => ({ name: `${String(at).padStart(8, '0')}.tlog-proof`, bytes: entryOf(at) }));
  const good = Buffer.from(tarOf(members));
  const refused = refusing('tar', (base64) => ({ base64 }));
  const changed = (name: string, change: (tar: Buffer) => Buffer): Vector =>
    refused(name, change(Buffer.from(good)).toString('base64'));
  const setting =
    (at: number, byte: number) =>
    (tar: Buffer): Buffer => {
      tar[at] = byte;
      return tar;
    };
  return [
    { name: 'two files', do: 'tar', in: { base64: good.toString('base64') } },
    changed('a tar with another mode', setting(106, 0x35)),
    changed('a tar with an owner', setting(265, 0x61)),
    changed('a tar with a byte in the padding', setting(600, 1)),
    changed('a tar with one empty block at the end', (tar) => tar.subarray(0, -512)),
    changed('a tar with three empty blocks at the end', (tar) => Buffer.concat([tar, Buffer.alloc(512)])),
    changed('a tar that is cut', (tar) => tar.subarray(0, 1100)),
    changed('a tar with bytes behind its end', (tar) => Buffer.concat([tar, Buffer.from('x')])),
  ];
}

/** Proofs as they stand in packs. */
export async function proofVectors(): Promise<Vector[]> {
  const checkpoint = signedCheckpoint(SIZE, await rootOf(SIZE, AT));
  return [...(await proofs(checkpoint)), ...(await consistency(checkpoint)), ...tars()];
}
