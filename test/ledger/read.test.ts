import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryObjects } from '../../src/adapters/memory/objects.ts';
import { leafHash, verifyConsistency, verifyInclusion } from '../../src/ledger/merkle.ts';
import { parseVkey } from '../../src/ledger/note.ts';
import { formatProof, parseProof, verifyProof } from '../../src/ledger/proof.ts';
import { type Log, openLog } from '../../src/ledger/read.ts';
import { append, flipped, planEntries, type TestLedger, testLedger, VKEY } from './helpers.ts';

const SIZES = [100, 256, 300, 700];
const code = (it: string) => expect.objectContaining({ code: it });

let ledger: TestLedger;
let entries: Uint8Array[];
let log: Log;

beforeAll(async () => {
  ledger = testLedger();
  entries = await planEntries(ledger.objects, 0, 700);
  for (const [at, size] of SIZES.entries()) await append(ledger, entries.slice(SIZES[at - 1] ?? 0, size));
  log = await openLog(ledger.objects, [VKEY]);
});

describe('reading a log', () => {
  it('gives every entry in order, and any part', async () => {
    const read = async (from?: number, to?: number) => {
      const found: Uint8Array[] = [];
      for await (const { index, bytes } of log.entries(from, to)) {
        expect(index).toBe((from ?? 0) + found.length);
        found.push(bytes);
      }
      return found.map((it) => Buffer.from(it).toString());
    };
    const text = entries.map((it) => Buffer.from(it).toString());
    expect(await read()).toEqual(text);
    expect(await read(250, 520)).toEqual(text.slice(250, 520));
    expect(await read(700)).toEqual([]);
    expect(Buffer.from(await log.entry(699)).toString()).toBe(text[699]);
  });

  it('proves entries in the newest and in older trees', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 700 }), fc.nat(), async (size, at) => {
        const index = at % size;
        const head = { size, root: await log.root(size) };
        const leaf = leafHash(entries[index]!);
        expect(verifyInclusion(leaf, index, head, await log.inclusionProof(index, size))).toBe(true);
        const proof = await log.consistencyProof(size);
        expect(verifyConsistency(head, log.checkpoint, proof)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it.each(SIZES)('opens at the checkpoint of %i entries', async (size) => {
    const older = await openLog(ledger.objects, [VKEY], size);
    expect(older.checkpoint.size).toBe(size);
    expect(Buffer.from(await older.entry(size - 1))).toEqual(Buffer.from(entries[size - 1]!));
    expect(Buffer.from(await log.root(size))).toEqual(Buffer.from(older.checkpoint.root));
    await expect(older.entry(size)).rejects.toThrow(code('ledger-out-of-range'));
  });

  it('opens an older checkpoint from full tiles where its partial ones are gone', async () => {
    const files = new Map([...ledger.objects.files].filter(([key]) => !/^tile\/(0|entries)\/000\.p/.test(key)));
    const older = await openLog(memoryObjects({ files }), [VKEY], 100);
    expect(Buffer.from(await older.entry(99))).toEqual(Buffer.from(entries[99]!));
  });

  it('never gives an entry of an altered bundle, nor a proof from an altered tile', async () => {
    for (const [key, read] of [
      ['tile/entries/001', (it: Log) => it.entry(300)],
      ['tile/0/001', (it: Log) => it.entry(300)],
      ['tile/0/001', (it: Log) => it.inclusionProof(300)],
      ['tile/entries/002.p/188', (it: Log) => it.entry(600)],
    ] as const) {
      const files = new Map(ledger.objects.files);
      files.set(key, flipped(files.get(key)!, 40));
      const opened = await openLog(memoryObjects({ files }), [VKEY]);
      await expect(read(opened)).rejects.toThrow(key);
    }
  });

  it('refuses a tree whose edge does not lead to the signed root', async () => {
    const files = new Map(ledger.objects.files);
    files.set('tile/0/002.p/188', flipped(files.get('tile/0/002.p/188')!, 0));
    await expect(openLog(memoryObjects({ files }), [VKEY])).rejects.toThrow(code('ledger-tile-differs'));
    files.delete('tile/0/002.p/188');
    await expect(openLog(memoryObjects({ files }), [VKEY])).rejects.toThrow(code('ledger-tile-missing'));
  });

  it('says when there is no checkpoint, and when it is not signed by a known key', async () => {
    await expect(openLog(memoryObjects(), [VKEY])).rejects.toThrow(code('ledger-checkpoint-missing'));
    await expect(openLog(ledger.objects, [])).rejects.toThrow(code('ledger-checkpoint-invalid'));
  });
});

describe('tlog proofs', () => {
  const keys = [parseVkey(VKEY)];

  it('verify offline and carry the entry', async () => {
    for (const index of [0, 255, 256, 699]) {
      const bytes = await log.tlogProof(index);
      const proof = parseProof(bytes);
      expect(formatProof(proof)).toEqual(bytes);
      expect(Buffer.from(proof.extra!)).toEqual(Buffer.from(entries[index]!));
      expect(verifyProof(proof, entries[index]!, keys).size).toBe(700);
      expect(() => verifyProof(proof, entries[index ^ 1]!, keys)).toThrow(code('ledger-proof-invalid'));
    }
  });

  it('are rejected with any byte changed', async () => {
    const text = Buffer.from(await log.tlogProof(300));
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const changed = flipped(text, at, 1 << bit);
        expect(() => {
          const proof = parseProof(changed);
          verifyProof(proof, proof.extra ?? new Uint8Array(), keys);
        }).toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['another header', (text: string) => text.replace('@v1', '@v2')],
    ['no index', (text: string) => text.replace(/index \d+\n/, '')],
    ['an index with a leading zero', (text: string) => text.replace('index 3', 'index 03')],
    ['a short hash', (text: string) => text.replace(/(index \d+\n)/, '$1AAAA\n')],
    ['no checkpoint', (text: string) => text.slice(0, text.indexOf('\n\n'))],
    [
      '64 hashes',
      (text: string) => text.replace(/(index \d+\n)/, `$1${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}`),
    ],
  ])('are malformed with %s', async (_name, change) => {
    const changed = change(Buffer.from(await log.tlogProof(3)).toString());
    expect(() => parseProof(Buffer.from(changed))).toThrow(code('ledger-proof-malformed'));
  });
});
