import { describe, expect, it } from 'vitest';
import { collect } from '../../src/app/collect.ts';
import { evaluate } from '../../src/app/evaluate.ts';
import { again, CATALOGUE, catalogueOf, cloudOf, on, request, TASK, type World } from '../app/demo.ts';
import { answersOf, auditOf, brokenDigests, emptyDisk, storeOf } from '../app/store-of.ts';

const WORLD: World = { boxes: { a: { locked: true }, b: { locked: false } } };

describe('a clock that goes backwards', () => {
  it('between two collections: the later one is refused, and changes nothing, until the clock has caught up', async () => {
    const disk = emptyDisk();
    await collect(storeOf(disk), request(5, WORLD));
    const before = new Map(disk.objects);
    for (const day of [3, 4]) {
      await expect(collect(storeOf(disk), request(day, WORLD))).rejects.toMatchObject({ code: 'collect-out-of-order' });
    }
    expect(disk.objects).toEqual(before);
    expect((await collect(storeOf(disk), request(6, WORLD))).entries).toBe(2);
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('does not stand in the way of a place that was not collected since', async () => {
    const store = storeOf();
    await collect(store, request(5, WORLD));
    const elsewhere = { ...TASK, region: 'us-east-1' };
    expect((await collect(store, request(3, WORLD, { tasks: [elsewhere] }))).entries).toBeGreaterThan(2);
    expect(await brokenDigests(store)).toEqual([]);
  });

  it('during one: it is of the time at which it began, and does not end before that', async () => {
    const disk = emptyDisk();
    const store = storeOf(disk);
    const cloud = cloudOf(WORLD);
    let minutes = 59;
    const backwards: typeof cloud = {
      ...cloud,
      async call(it) {
        minutes -= 7;
        const at = `2026-10-01T01:${String(Math.max(0, minutes)).padStart(2, '0')}:00.000Z`;
        return { ...(await cloud.call(it)), startedAt: at, endedAt: at };
      },
    };
    await collect(store, request(1, WORLD, { cloud: backwards }));
    const [run] = await Array.fromAsync(store.index.bodies('run'));
    expect(run?.body).toMatchObject({ startedAt: on(1), endedAt: on(1) });
    const { evidence } = await answersOf(store);
    expect(new Set(evidence.map((it) => it.evidence.at))).toEqual(new Set([on(1)]));
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('before an evaluation: what it judges keeps its own time, and the ledger holds', async () => {
    const disk = emptyDisk();
    const store = storeOf(disk, { now: '2020-01-01T00:00:00.000Z' });
    await collect(store, request(1, WORLD, { catalogue: await catalogueOf(['locked']) }));
    expect(await evaluate(store, again(CATALOGUE))).toMatchObject({ tasks: 1, committed: [] });
    for await (const { evidence } of store.index.evidence({ source: 'check:demo-box-young' }))
      expect(evidence.at).toBe(on(1));
    // Checkpoints carry no time: the log is ordered by its entries alone.
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
    expect(await brokenDigests(store)).toEqual([]);
  });
});
