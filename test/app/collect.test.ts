import { describe, expect, it } from 'vitest';
import { replayCloud } from '../../src/adapters/replay/cloud.ts';
import { collect } from '../../src/app/collect.ts';
import { replay, syncIndex } from '../../src/app/replay.ts';
import type { Store } from '../../src/app/store.ts';
import type { Retrieval } from '../../src/model/retrieval.ts';
import { ACCOUNT, CATALOGUE, catalogueOf, on, REGION, request, TASK, type World } from './demo.ts';
import { answersOf, auditOf, brokenDigests, emptyDisk, storeOf } from './store-of.ts';

const WORLD: World = { boxes: { a: { locked: true }, b: { locked: false } }, rules: { BOX_TAGGED: 'compliant' } };
const statesOf = async (store: Store, source = 'check:demo-box-locked') =>
  [...(await store.index.current(source, ACCOUNT, REGION)).values()]
    .map(({ evidence }) => [evidence.name, evidence.outcome])
    .sort();

describe('a collection', () => {
  it('seals plan, evidence, observations and the end of the run, in this order, under one checkpoint that holds', async () => {
    const disk = emptyDisk();
    const store = storeOf(disk);
    const result = await collect(store, request(1, WORLD));
    expect(result).toMatchObject({ expected: 1, collected: 1, failed: [], calls: 7, throttles: 0, at: on(1) });
    // Two boxes under three sources of checks and one rule.
    expect(result.outcomes).toEqual({ compliant: 7, non_compliant: 1, not_applicable: 0, inconclusive: 0 });
    expect(await store.index.size()).toBe(1 + 8 + 1 + 1);
    const { evidence, bodies } = await answersOf(store);
    const indices = bodies.map((of) => of.map((it) => it.index));
    expect(indices).toEqual([[0], [10], [9], [], []]);
    expect(evidence.map((it) => it.index).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [], size: 11 });
    expect(await brokenDigests(store)).toEqual([]);
  });

  it('that changes nothing writes no evidence, but observes', async () => {
    const store = storeOf();
    await collect(store, request(1, WORLD));
    expect((await collect(store, request(2, WORLD))).entries).toBe(2);
    expect((await answersOf(store)).observations).toHaveLength(8);
    expect(await brokenDigests(store)).toEqual([]);
  });

  it('that is denied everything still ends, and says what it could not read', async () => {
    const store = storeOf();
    await collect(store, request(1, WORLD));
    const result = await collect(store, request(2, { ...WORLD, list: 'denied', rules: 'denied' }));
    expect(result).toMatchObject({ collected: 0, outcomes: { inconclusive: 3, compliant: 0 } });
    expect(result.failed).toMatchObject([
      { ...TASK, failures: [{ operation: 'demo:ListBoxes', kind: 'denied' }, { operation: 'demo:ListRules' }] },
    ]);
    expect(await statesOf(store)).toEqual([
      ['AWS::Demo::Box', 'inconclusive'],
      ['a', 'compliant'],
      ['b', 'non_compliant'],
    ]);
    await collect(store, request(3, WORLD));
    expect(await statesOf(store)).toEqual([
      ['a', 'compliant'],
      ['b', 'non_compliant'],
    ]);
    expect(await brokenDigests(store)).toEqual([]);
  });

  it('played from its recording twice adds nothing the second time, and gives the same ledger in another store', async () => {
    const retrievals: Retrieval[] = [];
    const live = storeOf();
    await collect(live, request(1, WORLD, { onTask: (_done, _of, it) => void retrievals.push(...it.retrievals) }));
    const disk = emptyDisk();
    const store = storeOf(disk);
    const first = await collect(store, request(1, WORLD, { cloud: replayCloud(retrievals) }));
    const before = new Map(disk.objects);
    const second = await collect(store, request(1, WORLD, { cloud: replayCloud(retrievals) }));
    expect(first.entries).toBeGreaterThan(0);
    expect(second).toMatchObject({ entries: 0, run: first.run, calls: first.calls });
    expect(disk.objects).toEqual(before);
    expect(await answersOf(store)).toEqual(await answersOf(live));
  });

  it('that is older than what is known of its place is refused, and changes nothing', async () => {
    const disk = emptyDisk();
    const store = storeOf(disk);
    await collect(store, request(5, WORLD));
    const before = new Map(disk.objects);
    const tooLate = expect.objectContaining({ code: 'collect-out-of-order' });
    await expect(collect(store, request(3, WORLD))).rejects.toThrow(tooLate);
    expect(disk.objects).toEqual(before);
    // The same run again, and one of another place, are none.
    expect((await collect(store, request(5, WORLD))).entries).toBe(0);
    await collect(store, request(3, WORLD, { tasks: [{ ...TASK, region: 'us-east-1' }] }));
    expect(await brokenDigests(store)).toEqual([]);
  });

  it('of one account does not stand in for that of another at the same time', async () => {
    const store = storeOf();
    const other = { ...TASK, account: '444455556666' };
    const first = await collect(store, request(1, WORLD));
    const second = await collect(store, request(1, WORLD, { tasks: [other] }));
    expect(second.run).not.toBe(first.run);
    expect(second.entries).toBeGreaterThan(0);
    expect((await store.index.current('check:demo-box-locked', other.account, REGION)).size).toBe(2);
  });

  it('gives the same ledger whichever task is done first', async () => {
    const tasks = ['a', 'b', 'c', 'd', 'e', 'f'].map((_, at) => ({ ...TASK, account: `${ACCOUNT.slice(0, 11)}${at}` }));
    const ledgers = await Promise.all(
      [0, 3, 7].map(async (turns) => {
        const disk = emptyDisk();
        const slow = request(1, WORLD, { tasks });
        const cloud = {
          ...slow.cloud,
          call: async (it: Parameters<typeof slow.cloud.call>[0]) => {
            for (let turn = 0; turn < (turns * Number(it.account.at(-1))) % 5; turn += 1) await Promise.resolve();
            return slow.cloud.call(it);
          },
        };
        await collect(storeOf(disk), { ...slow, cloud });
        return disk.objects;
      }),
    );
    expect(ledgers[1]).toEqual(ledgers[0]);
    expect(ledgers[2]).toEqual(ledgers[0]);
  });

  it('has ended all its work when it throws', async () => {
    const disk = emptyDisk();
    let [failed, writes] = [false, 0];
    const store = storeOf(disk, {
      fault: (operation, key) => {
        if (operation !== 'create' || !key.startsWith('retrievals/')) return 'ok';
        writes += 1;
        if (failed) return 'ok';
        failed = true;
        return 'fail';
      },
    });
    const tasks = Array.from({ length: 12 }, (_, at) => ({ ...TASK, account: String(100_000_000_000 + at) }));
    await expect(collect(store, request(1, WORLD, { tasks }))).rejects.toThrow('injected fault');
    const seen = writes;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(writes).toBe(seen);
    expect(seen).toBeLessThan(tasks.length);
  });
});

describe('an index that is lost', () => {
  it('is rebuilt from the ledger to the same answers', async () => {
    const disk = emptyDisk();
    const store = storeOf(disk);
    await collect(store, request(1, WORLD));
    await collect(
      store,
      request(2, { ...WORLD, boxes: { a: { locked: 'denied', label: 'denied' }, c: { locked: true } } }),
    );
    const rebuilt = storeOf(disk);
    expect(await syncIndex(rebuilt)).toBe(await store.index.size());
    expect(await answersOf(rebuilt)).toEqual(await answersOf(store));
    expect(await replay(store)).toBe(await rebuilt.index.size());
    expect(await answersOf(store)).toEqual(await answersOf(rebuilt));
  });

  it('sees no change in a subject that has not changed, though its body was read back', async () => {
    const disk = emptyDisk();
    const catalogue = await catalogueOf(['labelled']);
    const world: World = { boxes: { a: { locked: 'denied', label: 'denied' } } };
    await collect(storeOf(disk), request(1, world, { catalogue }));
    const rebuilt = storeOf(disk);
    expect((await collect(rebuilt, request(2, world, { catalogue }))).entries).toBe(2);
  });

  it('is nothing while nothing was sealed', async () => {
    expect(await syncIndex(storeOf())).toBe(0);
  });

  it('is an alarm where it knows more than the ledger', async () => {
    const disk = emptyDisk();
    const store = storeOf(disk);
    await collect(store, request(1, WORLD));
    const old = { objects: new Map(disk.objects), notary: disk.notary };
    await collect(store, request(2, WORLD));
    const setBack = storeOf(old, { index: store.index });
    await expect(syncIndex(setBack)).rejects.toThrow(expect.objectContaining({ code: 'store-index-ahead' }));
    const emptied = storeOf({ ...emptyDisk(), notary: disk.notary }, { index: store.index });
    await expect(syncIndex(emptied)).rejects.toThrow(expect.objectContaining({ code: 'ledger-checkpoint-missing' }));
  });
});

describe('the catalogue that a run judged with', () => {
  it('stands in its plan', async () => {
    const store = storeOf();
    await collect(store, request(1, WORLD));
    await collect(store, request(2, WORLD, { catalogue: await catalogueOf(['labelled']) }));
    const plans = await Array.fromAsync(store.index.bodies('plan'));
    expect(new Set(plans.map((it) => it.body.catalogue)).size).toBe(2);
    expect(plans[0]?.body).toMatchObject({ mode: 'collect', tasks: [TASK], software: 'test 1' });
    expect(CATALOGUE.problems).toEqual([]);
  });
});
