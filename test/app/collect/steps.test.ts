import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { memoryObjects } from '../../../src/adapters/memory/objects.ts';
import { objectStage } from '../../../src/app/collect/stage.ts';
import { briefOf, collectStep, type SealedStep, sealStep } from '../../../src/app/collect/steps.ts';
import { collect } from '../../../src/app/collect.ts';
import type { Cloud } from '../../../src/ports/cloud.ts';
import { catalogueOf, request } from '../demo.ts';
import { answersOf, auditOf, brokenDigests, emptyDisk, storeOf } from '../store-of.ts';

import { ASKED, collected, planned, TASKS } from './step-by-step.ts';

describe('a run of steps', () => {
  it('gives the ledger that one process gives, in whatever order its tasks end', async () => {
    const [disk, alone] = [emptyDisk(), emptyDisk()];
    const one = await collect(storeOf(alone), { ...ASKED, via: 'recording' });
    const [store, work] = [storeOf(disk), memoryObjects()];
    const { run } = await planned(store, work);
    for (const index of [2, 0, 1]) await collected(store, work, { run, index });
    const stage = objectStage(work, run);
    const sealed = await sealStep(store, await stage.plan(), stage);
    expect(sealed).toEqual(one);
    expect([...disk.objects].sort()).toEqual([...alone.objects].sort());
    expect(await brokenDigests(store)).toEqual([]);
  });

  it('does each step again without doing it twice', async () => {
    const disk = emptyDisk();
    const [store, work] = [storeOf(disk), memoryObjects()];
    const { run } = await planned(store, work);
    expect((await planned(store, work)).run).toBe(run);
    for (const index of [0, 1, 2]) await collected(store, work, { run, index });
    // AWS says something else by now; what the first try found is what counts.
    const empty = request(1, { boxes: {} }, { tasks: TASKS }).cloud;
    for (const index of [0, 1, 2]) await collected(store, work, { run, index }, empty);
    const stage = objectStage(work, run);
    const first = await sealStep(store, await stage.plan(), stage);
    const size = await store.index.size();
    expect(await sealStep(store, await stage.plan(), stage)).toEqual({ ...first, entries: 0, known: true });
    expect(await store.index.size()).toBe(size);
    expect((await planned(store, work)).done).toMatchObject({ expected: 3, collected: 3 });
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  // Lambda may be called a second time while the first call still works: the state machine heard nothing of it.
  it('seals each entry once when its end is sealed twice at once', async () => {
    const [disk, work] = [emptyDisk(), memoryObjects()];
    const { run, stage } = await planned(storeOf(disk), work);
    for (const index of [0, 1, 2]) await collected(storeOf(disk), work, { run, index });
    const plan = await stage.plan();
    let other: Promise<SealedStep> | undefined;
    // The other one does all of its work after this one has seen what is new, and before this one appends it.
    const fault = async (operation: string, key: string) => {
      if (operation !== 'create' || !key.startsWith('evidence/')) return 'ok' as const;
      other ??= sealStep(storeOf(disk), plan, stage);
      await other;
      return 'ok' as const;
    };
    const store = storeOf(disk, { fault });
    const sealed = await sealStep(store, plan, stage);
    expect(sealed).toMatchObject({ expected: 3, collected: 3 });
    expect(await other).toMatchObject({ expected: 3, collected: 3 });
    const hashes = (await answersOf(store)).evidence.map((it) => it.hash);
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(await Array.fromAsync(store.index.bodies('run', { run }))).toHaveLength(1);
    expect(await store.index.size()).toBe(1 + ((await other)?.entries ?? 0));
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('names a task that left nothing behind, or something that nobody can read, and keeps the others', async () => {
    const [store, work] = [storeOf(), memoryObjects()];
    const { run, stage } = await planned(store, work);
    await collected(store, work, { run, index: 0 });
    await work.create(`staging/${run}/task-000002.json.gz`, Buffer.from('poison'));
    await expect(collected(store, work, { run, index: 2 })).rejects.toMatchObject({ code: 'stage-invalid' });
    const sealed = await sealStep(store, await stage.plan(), stage);
    expect(sealed).toMatchObject({ expected: 3, collected: 1 });
    expect(sealed.failed).toMatchObject([
      { ...TASKS[1], failures: [{ kind: 'timeout', name: 'TaskLost', operation: 'demo:*' }] },
      { ...TASKS[2], failures: [{ name: 'TaskLost', message: expect.stringContaining('task-000002') }] },
    ]);
    // Neither found nor not found: of the lost accounts nothing is observed at all.
    const accounts = (await answersOf(store)).observations.map((it) => it.account);
    expect(new Set(accounts)).toEqual(new Set([TASKS[0]?.account]));
    expect(briefOf(sealed)).toMatchObject({ failed: 2, firstFailed: [TASKS[1], TASKS[2]] });
  });

  it('refuses to judge with another catalogue than the plan names', async () => {
    const [store, work] = [storeOf(), memoryObjects()];
    const { run, stage } = await planned(store, work);
    const other = await catalogueOf(['locked']);
    const step = { ...ASKED, catalogue: async () => other, stage, plan: await stage.plan(), index: 0 };
    let [under, calls] = [0, 0];
    const cloud: Cloud = {
      ...ASKED.cloud,
      async call(asked) {
        under += 1;
        calls += 1;
        await setTimeout(5);
        const reply = await ASKED.cloud.call(asked);
        under -= 1;
        return reply;
      },
    };
    await expect(collectStep(store, { ...step, cloud })).rejects.toMatchObject({ code: 'run-catalogue-differs' });
    // It was read beside, in vain; nothing goes on once the refusal is told, and nothing was staged.
    expect([calls > 0, under]).toEqual([true, 0]);
    expect(await stage.task(0)).toBeUndefined();
    await expect(collected(store, work, { run, index: 3 })).rejects.toMatchObject({ code: 'run-task-unknown' });
    await expect(objectStage(memoryObjects(), run).plan()).rejects.toMatchObject({ code: 'stage-missing' });
  });
});
