import { describe, expect, it } from 'vitest';
import type { Fault, ObjectsOperation } from '../../src/adapters/memory/objects.ts';
import { collect } from '../../src/app/collect.ts';
import { syncIndex } from '../../src/app/replay.ts';
import { openLog } from '../../src/ledger/read.ts';
import { VKEY } from '../ledger/helpers.ts';
import { request, TASK, type World } from './demo.ts';
import { auditOf, brokenDigests, copyOf, type Disk, emptyDisk, storeOf } from './store-of.ts';

const FIRST: World = { boxes: { a: { locked: true }, b: { locked: false } } };
const SECOND: World = { boxes: { a: { locked: false }, c: { locked: 'denied' } } };
const more = { tasks: [TASK, { ...TASK, account: '444455556666' }] };

/** A store in which the first day was collected and acknowledged. */
async function acknowledged() {
  const disk = emptyDisk();
  const store = storeOf(disk);
  await collect(store, request(1, FIRST, more));
  const { size } = (await openLog(store.objects, [VKEY])).checkpoint;
  return { disk, entries: await entriesOf(disk), size };
}

async function entriesOf(disk: Disk): Promise<string[]> {
  const log = await openLog(storeOf(disk).objects, [VKEY]);
  const entries: string[] = [];
  for await (const { bytes } of log.entries()) entries.push(Buffer.from(bytes).toString());
  return entries;
}

const start = await acknowledged();
const isWrite = (operation: ObjectsOperation): boolean => operation === 'create' || operation === 'replace';

/** Every I/O step of the second day without a fault. */
async function steps() {
  const seen: { operation: ObjectsOperation; key: string }[] = [];
  const disk = copyOf(start.disk);
  const store = storeOf(disk, {
    fault: (operation, key) => {
      seen.push({ operation, key });
      return 'ok';
    },
  });
  await collect(store, request(2, SECOND, more));
  return { seen, final: await entriesOf(disk) };
}
const { seen: STEPS, final: FINAL } = await steps();

const cases = STEPS.flatMap(({ operation, key }, at) =>
  (isWrite(operation) ? (['fail', 'fail-after'] as const) : (['fail'] as const)).map((fault) => ({
    fault,
    operation,
    key: key.replace(/[0-9a-f]{64}/, '…'),
    at,
  })),
);

/** The second day, with this fault at this step; gives what is left, and the index that its process had. */
async function crash(at: number, fault: Fault) {
  const disk = copyOf(start.disk);
  let step = -1;
  const store = storeOf(disk, {
    fault: () => {
      step += 1;
      // Whoever fails at a step is gone from then on.
      return step < at ? 'ok' : step === at ? fault : 'fail';
    },
  });
  const thrown = await collect(store, request(2, SECOND, more)).catch((error: unknown) => error);
  return { disk, index: store.index, thrown };
}

describe('a collection that crashes', () => {
  it('meets every kind of I/O', () => {
    expect(new Set(STEPS.map((it) => it.operation))).toEqual(new Set(['get', 'list', 'create', 'replace']));
    const folders = new Set(STEPS.filter((it) => isWrite(it.operation)).map((it) => it.key.split('/')[0]));
    expect(folders).toEqual(
      new Set(['evidence', 'retrievals', 'batch', 'tile', 'notary.json', 'checkpoints', 'checkpoint']),
    );
  });

  it.each(cases)(
    'with $fault at $operation of $key (step $at) is made good by running it again',
    async ({ at, fault }) => {
      const { disk, index, thrown } = await crash(at, fault);
      expect(thrown).toMatchObject({ message: expect.stringContaining('injected fault') });
      expect((await entriesOf(disk).catch(() => start.entries)).slice(0, start.size)).toEqual(start.entries);

      // Every other time the index is lost with the process.
      const healthy = storeOf(disk, at % 2 === 0 ? {} : { index });
      await collect(healthy, request(2, SECOND, more));
      expect(await entriesOf(disk)).toEqual(FINAL);
      const { ok, findings } = await auditOf(disk);
      expect({ ok, errors: findings.filter((it) => it.severity === 'error') }).toEqual({ ok: true, errors: [] });
      expect(await healthy.index.size()).toBe(FINAL.length);
      expect(await brokenDigests(healthy)).toEqual([]);
    },
  );

  it('while it reads leaves a plan without an end', async () => {
    const at = STEPS.findIndex((it) => it.key.startsWith('retrievals/'));
    const { disk } = await crash(at, 'fail');
    const store = storeOf(disk);
    await syncIndex(store);
    const plans = await Array.fromAsync(store.index.bodies('plan'));
    const runs = await Array.fromAsync(store.index.bodies('run'));
    expect(plans.map((it) => it.body.at.slice(0, 10))).toEqual(['2026-10-01', '2026-10-02']);
    expect(runs.map((it) => it.body.run)).toEqual([plans[0]?.body.run]);
    expect((await auditOf(disk)).ok).toBe(true);
  });
});
