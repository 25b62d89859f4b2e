import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/adapters/memory/objects.ts';
import { type Access, accessLog } from '../../src/app/access-log.ts';
import { collect } from '../../src/app/collect.ts';
import { recover, seal } from '../../src/app/seal.ts';
import type { Store } from '../../src/app/store.ts';
import { request } from './demo.ts';
import { auditOf, type Disk, emptyDisk, storeOf } from './store-of.ts';

const access = (requestId: string): Access => ({
  by: { subject: 'somebody', issuer: 'https://issuer.example' },
  role: 'auditor',
  operation: 'getEvidence',
  assessment: null,
  asked: { entry: '1' },
  requestId,
  outcome: 'granted',
});
const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `r${at}`);
const batchesOf = ({ objects }: Disk): string[] => [...objects.keys()].filter((it) => it.startsWith('batch/'));
const checkpointsOf = ({ objects }: Disk): string[] =>
  [...objects.keys()].filter((it) => it.startsWith('checkpoints/'));

/** Requests in the ledger, as somebody reads it who comes afterwards. */
async function recorded(disk: Disk): Promise<string[]> {
  const store = storeOf(disk);
  await recover(store);
  return (await Array.fromAsync(store.index.bodies('access'))).map((it) => it.body.requestId);
}

describe('accesses', () => {
  it('that come together go together, and are in the ledger before a checkpoint is', async () => {
    const disk = emptyDisk();
    const log = accessLog(storeOf(disk));
    await Promise.all(names(50).map((it) => log.record(access(it))));
    expect(batchesOf(disk)).toHaveLength(2);
    expect(checkpointsOf(disk)).toHaveLength(0);
    await log.publish();
    await log.publish();
    expect(checkpointsOf(disk)).toHaveLength(1);
    expect(await recorded(disk)).toEqual(names(50));
  });

  it('are under a checkpoint after 64 batches at the latest', async () => {
    const disk = emptyDisk();
    const log = accessLog(storeOf(disk));
    for (const name of names(65)) await log.record(access(name));
    expect(checkpointsOf(disk)).toHaveLength(1);
  });

  it('are recorded where nobody can sign them, which is told and tried again', async () => {
    const disk = emptyDisk();
    const store = storeOf(disk);
    let isDown = true;
    const sign = store.notary.sign.bind(store.notary);
    const notary = {
      ...store.notary,
      sign: async (it: Parameters<typeof sign>[0]) => (isDown ? Promise.reject(new Error('down')) : sign(it)),
    };
    const told: unknown[] = [];
    const log = accessLog({ ...store, notary }, (thrown) => told.push(thrown));
    for (const name of names(66)) await log.record(access(name));
    expect([told.length > 0, told[0], checkpointsOf(disk)]).toEqual([true, new Error('down'), []]);
    isDown = false;
    await log.record(access('last'));
    await log.publish();
    expect(checkpointsOf(disk)).not.toEqual([]);
    expect(await recorded(disk)).toEqual([...names(66), 'last']);
  });

  it('of a process that died are published by whoever comes next', async () => {
    const disk = emptyDisk();
    const log = accessLog(storeOf(disk));
    for (const name of names(3)) await log.record(access(name));
    const other = storeOf(disk);
    await collect(other, request(1, { boxes: { a: { locked: true } } }));
    expect(await recorded(disk)).toEqual(names(3));
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('and other writers of one store do not lose or repeat anything', async () => {
    const disk = emptyDisk();
    const [one, two] = [accessLog(storeOf(disk)), accessLog(storeOf(disk))];
    const days = [1, 2, 3].map((day) => request(day, { boxes: { a: { locked: day % 2 === 0 } } }));
    const collecting = (async (store: Store) => {
      for (const day of days) await collect(store, day);
    })(storeOf(disk));
    const reading = names(40).map((it, at) => (at % 2 === 0 ? one : two).record(access(it)).then(() => one.publish()));
    await Promise.all([collecting, ...reading]);
    await two.publish();
    expect((await recorded(disk)).toSorted()).toEqual(names(40).toSorted());
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('are lost in no fault of the store, once they were said to be recorded', async () => {
    let step = 0;
    let isOver = false;
    for (let failing = 0; !isOver; failing++) {
      for (const kind of ['fail', 'fail-after'] as const) {
        const disk = emptyDisk();
        step = 0;
        let hit = false;
        const fault = (): Fault => {
          hit ||= step === failing;
          return step++ === failing ? kind : 'ok';
        };
        const log = accessLog(storeOf(disk, { fault }));
        const told: string[] = [];
        for (const name of names(3))
          await log.record(access(name)).then(
            () => told.push(name),
            () => {},
          );
        await log.publish().catch(() => {});
        const found = await recorded(disk);
        expect(told.filter((it) => !found.includes(it))).toEqual([]);
        expect(told.length).toBeGreaterThan(1);
        expect(await auditOf(disk)).toMatchObject({ ok: true });
        isOver = !hit;
      }
    }
    expect(step).toBeGreaterThan(8);
  });

  it('that nobody could read back are refused before they are written', async () => {
    const disk = emptyDisk();
    const log = accessLog(storeOf(disk));
    await expect(log.record({ ...access('r'), operation: 'no operation' })).rejects.toThrow();
    await seal(storeOf(disk), []);
    expect(batchesOf(disk)).toEqual([]);
  });
});
