import { describe, expect, it } from 'vitest';
import { memoryObjects } from '../../src/adapters/memory/objects.ts';
import { collect } from '../../src/app/collect.ts';
import { selfAudit } from '../../src/app/self-audit.ts';
import type { Store } from '../../src/app/store.ts';
import { notaryStateIn } from '../../src/ledger/notary-state.ts';
import { MOST_FINDINGS } from '../../src/model/audit-record.ts';
import { VKEY } from '../ledger/helpers.ts';
import { request } from './demo.ts';
import { auditOf, copyOf, type Disk, emptyDisk, storeOf } from './store-of.ts';

const WORLD = { boxes: { a: { locked: true }, b: { locked: false } } };

const auditedOf = ({ objects, notary }: Disk) => ({
  objects: memoryObjects({ files: objects }),
  verifierKeys: [VKEY],
  notaryState: notaryStateIn(memoryObjects({ files: notary }), 'notary.json'),
});

async function collected(days: readonly number[], disk = emptyDisk()): Promise<Disk> {
  for (const day of days)
    await collect(storeOf(disk), request(day, { boxes: { ...WORLD.boxes, [`n${day}`]: { locked: true } } }));
  return disk;
}

const audit = (disk: Disk, covers: 'whole' | 'new' = 'whole', now = '2026-11-01T00:00:00.000Z') =>
  selfAudit(storeOf(disk, { now }), { audited: auditedOf(disk), covers });

const sealedAudits = async (store: Store) => {
  const rows = await Array.fromAsync(store.index.bodies('audit'));
  return rows.map((it) => it.body);
};
const syncedStore = async (disk: Disk): Promise<Store> => {
  const store = storeOf(disk);
  await collect(store, request(28, WORLD));
  return store;
};

const nameOf = (disk: Disk, prefix: string, which: 'first' | 'last' = 'first'): string => {
  const keys = [...disk.objects.keys()].filter((it) => it.startsWith(prefix)).sort();
  return keys.at(which === 'first' ? 0 : -1) ?? '';
};

describe('a self-audit', () => {
  it('seals what it found, and leaves a ledger that is whole', async () => {
    const disk = await collected([1]);
    const before = (await auditOf(disk)).size;
    const { record, notSealed, result } = await audit(disk);
    expect(notSealed).toBeUndefined();
    expect(record).toMatchObject({ ok: true, covered: 'whole', from: 0, size: before, errors: 0, findings: [] });
    expect(record.root).toBe(result.root);
    expect(record.counts).toMatchObject({ entries: before, bodies: before });
    expect(await sealedAudits(await syncedStore(disk))).toEqual([record]);
    expect((await auditOf(disk)).ok).toBe(true);
  });

  it('seals that it failed, with code and key', async () => {
    const disk = await collected([1, 2]);
    const key = nameOf(disk, 'retrievals/');
    disk.objects.delete(key);
    const { record, notSealed } = await audit(disk);
    expect(notSealed).toBeUndefined();
    expect(record.ok).toBe(false);
    expect(record.findings[0]).toEqual({ code: 'ledger-retrievals-object-missing', severity: 'error', object: key });
    expect((await sealedAudits(await syncedStore(disk))).map((it) => it.ok)).toEqual([false]);
  });

  it('says loudly that it cannot be sealed, and does not throw', async () => {
    const disk = await collected([1]);
    const altered = Buffer.from(disk.objects.get('checkpoint') ?? []);
    altered[altered.length - 10] = (altered[altered.length - 10] ?? 0) ^ 1;
    disk.objects.set('checkpoint', altered);
    const { record, notSealed } = await audit(disk);
    expect(record.ok).toBe(false);
    expect(notSealed?.code).toMatch(/^ledger-checkpoint-/);
    expect(notSealed?.message).toContain('checkpoint');
  });

  it('quotes so many findings and counts the others', async () => {
    const disk = await collected([1]);
    for (let at = 0; at < MOST_FINDINGS + 20; at += 1) disk.objects.set(`batch/no-${at}`, Buffer.from('x'));
    const { record } = await audit(disk);
    expect(record.findings).toHaveLength(MOST_FINDINGS);
    expect(record.errors).toBeGreaterThanOrEqual(MOST_FINDINGS + 20);
  });

  it('names an object of any name, cut to what an entry holds', async () => {
    const disk = await collected([1]);
    disk.objects.set(`batch/${'x'.repeat(800)}`, Buffer.from('x'));
    const { record, notSealed } = await audit(disk);
    expect(notSealed).toBeUndefined();
    expect(record.findings[0]?.object).toHaveLength(300);
  });

  it('is an entry of its own each time, the next of which covers the one before', async () => {
    const disk = await collected([1]);
    const first = await audit(disk);
    const second = await audit(disk, 'whole', '2026-11-02T00:00:00.000Z');
    expect(second.record.size).toBe(first.record.size + 1);
    expect((await sealedAudits(await syncedStore(disk))).map((it) => it.id)).toEqual([
      first.record.id,
      second.record.id,
    ]);
  });
});

describe('a self-audit of what is new', () => {
  it('is whole where no audit was sealed before', async () => {
    const disk = await collected([1]);
    expect((await audit(disk, 'new')).record.covered).toBe('whole');
  });

  it('goes on from the last that passed, and still derives the whole log', async () => {
    const disk = await collected([1]);
    const first = await audit(disk);
    await collected([2], disk);
    const { record } = await audit(disk, 'new', '2026-11-02T00:00:00.000Z');
    expect(record).toMatchObject({ ok: true, covered: 'log_and_new', from: first.record.size });
    // The entry that seals trusted files is followed whatever its place; the demo has none.
    expect(record.counts.bodies).toBe(record.size - first.record.size);
    expect(record.counts.entries).toBe(record.size);
  });

  it('finds a damaged tile and a damaged new object, and leaves old objects to the whole one', async () => {
    const disk = await collected([1]);
    const old = nameOf(disk, 'retrievals/');
    await audit(disk);
    const before = new Set(disk.objects.keys());
    await collected([2], disk);
    const fresh = [...disk.objects.keys()].find((it) => it.startsWith('retrievals/') && !before.has(it)) ?? '';
    const now = '2026-11-02T00:00:00.000Z';
    for (const [key, code] of [
      [nameOf(disk, 'tile/0/'), 'ledger-tile-missing'],
      [fresh, 'ledger-retrievals-object-missing'],
    ] as const) {
      const damaged = copyOf(disk);
      damaged.objects.delete(key);
      const { record } = await audit(damaged, 'new', now);
      expect([record.ok, record.findings.map((it) => it.code)]).toEqual([false, expect.arrayContaining([code])]);
    }
    const damaged = copyOf(disk);
    damaged.objects.delete(old);
    expect((await audit(damaged, 'new', now)).record).toMatchObject({ ok: true, covered: 'log_and_new' });
    expect((await audit(damaged, 'whole', '2026-11-03T00:00:00.000Z')).record.ok).toBe(false);
  });

  it('does not go on from one that failed', async () => {
    const disk = await collected([1]);
    disk.objects.set('batch/none', Buffer.from('x'));
    expect((await audit(disk)).record.ok).toBe(false);
    disk.objects.delete('batch/none');
    expect((await audit(disk, 'new', '2026-11-02T00:00:00.000Z')).record.covered).toBe('whole');
  });

  it('believes no index that claims more than the ledger proves', async () => {
    const disk = await collected([1]);
    await audit(disk);
    await collected([2], disk);
    const store = storeOf(disk, { now: '2026-11-02T00:00:00.000Z' });
    const { bodies, find } = store.index;
    // An index that somebody altered: it names an entry of another kind as the last audit.
    const lying = {
      ...store.index,
      find,
      bodies: async function* (kind: 'audit', filter = {}) {
        for await (const row of bodies(kind, filter))
          yield kind === 'audit' ? { ...row, index: 0, body: { ...row.body, size: 1e6 } } : row;
      } as Store['index']['bodies'],
    };
    const { record } = await selfAudit({ ...store, index: lying }, { audited: auditedOf(disk), covers: 'new' });
    expect(record).toMatchObject({ covered: 'whole', ok: true });
  });
});
