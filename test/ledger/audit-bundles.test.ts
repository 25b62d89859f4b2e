import { beforeAll, describe, expect, it } from 'vitest';
import { type FaultHook, memoryObjects } from '../../src/adapters/memory/objects.ts';
import { auditLedger } from '../../src/ledger/audit.ts';
import { bulkEntries } from './bulk.ts';
import { append, flipped, type TestLedger, testLedger, VKEY } from './helpers.ts';

/** Lies within the batch from entry 10 to 609; those before and after it cross the end of a batch. */
const WITHIN = 'tile/entries/001';
const BATCH = 'batch/0000000000000010';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = testLedger();
  for (const [from, count] of [
    [0, 10],
    [10, 600],
    [610, 200],
  ] as const)
    await append(ledger, bulkEntries(from, count));
});

type Files = Map<string, Uint8Array>;

async function found(change: (files: Files) => void, fault: FaultHook = () => 'ok'): Promise<string[]> {
  const files = new Map(ledger.objects.files);
  change(files);
  const { findings } = await auditLedger({
    objects: memoryObjects({ files, fault }),
    verifierKeys: [VKEY],
    bodies: false,
  });
  return findings.map((it) => `${it.code} ${it.object}`);
}

/** Where an entry of the bundle lies in the batch: 246 entries further, all of the same length. */
const inBatch = (at: number): number => at + 246 * (2 + (bulkEntries(0, 1)[0]?.length ?? 0));

describe('audit of entry bundles that lie within one batch', () => {
  it('finds nothing where they are whole, and reads each once', async () => {
    const reads: string[] = [];
    const fault: FaultHook = (operation, key) => {
      if (operation === 'get' && key.startsWith('tile/entries/')) reads.push(key);
      return 'ok';
    };
    expect(await found(() => {}, fault)).toEqual([]);
    expect(reads.filter((key) => key === WITHIN)).toHaveLength(1);
  });

  it.each([0, 1, 2, 300, 40_000, -1])('names the bundle alone where its byte %s is another', async (at) => {
    const change = (files: Files): void => {
      const bytes = files.get(WITHIN)!;
      files.set(WITHIN, flipped(bytes, at < 0 ? bytes.length + at : at));
    };
    expect(await found(change)).toEqual([`ledger-bundle-differs ${WITHIN}`]);
  });

  it('names the batch alone where it is the batch that was altered', async () => {
    const change = (files: Files): void => void files.set(BATCH, flipped(files.get(BATCH)!, inBatch(300)));
    expect(await found(change)).toEqual([`ledger-batch-altered ${BATCH}`]);
  });

  it('names both where they were altered alike', async () => {
    const change = (files: Files): void => {
      files.set(BATCH, flipped(files.get(BATCH)!, inBatch(300)));
      files.set(WITHIN, flipped(files.get(WITHIN)!, 300));
      expect(Buffer.from(files.get(BATCH)!).includes(Buffer.from(files.get(WITHIN)!))).toBe(true);
    };
    expect(await found(change)).toEqual([`ledger-batch-altered ${BATCH}`, `ledger-bundle-differs ${WITHIN}`]);
  });

  it('names one that is gone, cut, lengthened, another, or cannot be read', async () => {
    const put = (bytes: (own: Uint8Array, files: Files) => Uint8Array) => (files: Files) =>
      void files.set(WITHIN, bytes(files.get(WITHIN)!, files));
    expect(await found((files) => files.delete(WITHIN))).toEqual([`ledger-bundle-missing ${WITHIN}`]);
    for (const change of [
      put((own) => own.subarray(0, -1)),
      put((own) => Buffer.concat([own, Uint8Array.of(0, 1, 7)])),
      put((_, files) => files.get('tile/entries/000')!),
      put(() => Buffer.of()),
    ])
      expect(await found(change)).toEqual([`ledger-bundle-differs ${WITHIN}`]);
    const unread: FaultHook = (operation, key) => (operation === 'get' && key === WITHIN ? 'fail' : 'ok');
    expect(await found(() => {}, unread)).toEqual([`ledger-object-unreadable ${WITHIN}`]);
  });

  it('says of one past the entries that are known, and of one that nothing signed needs, what it says of others', async () => {
    const unknown = await found((files) => {
      for (const key of ['batch/0000000000000000', 'tile/0/000']) files.delete(key);
    });
    expect(unknown).toContain(`ledger-tile-unexpected ${WITHIN}`);
    const unsigned = await found((files) => {
      for (const key of files.keys()) if (key.startsWith('checkpoint')) files.delete(key);
    });
    expect(unsigned).toContain(`ledger-tile-unreferenced ${WITHIN}`);
    expect(unsigned).not.toContain(`ledger-bundle-differs ${WITHIN}`);
  });
});
