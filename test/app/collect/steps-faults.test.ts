import { describe, expect, it } from 'vitest';
import { type FaultHook, memoryObjects } from '../../../src/adapters/memory/objects.ts';
import { objectStage } from '../../../src/app/collect/stage.ts';
import { sealStep } from '../../../src/app/collect/steps.ts';
import { collect } from '../../../src/app/collect.ts';
import type { Store } from '../../../src/app/store.ts';
import { auditOf, emptyDisk, storeOf } from '../store-of.ts';
import { collected, planned, TWO } from './step-by-step.ts';

describe('a run of steps', () => {
  it('loses and doubles nothing, whichever operation of whichever step fails, once or with its effect', async () => {
    const whole = emptyDisk();
    await collect(storeOf(whole), { ...TWO, via: 'recording' });
    const steps = await operationsOf();
    expect(steps).toBeGreaterThan(40);
    for (let at = 0; at < steps; at++) {
      for (const kind of ['fail', 'fail-after'] as const) {
        const disk = emptyDisk();
        await withFault(disk, at, kind);
        const { ok, findings } = await auditOf(disk);
        expect({ at, kind, ok, findings }).toEqual({ at, kind, ok: true, findings: [] });
        const entries = (of: typeof disk) =>
          [...of.objects.keys()].filter((it) => /^(evidence|retrievals)\//.test(it)).sort();
        expect(entries(disk)).toEqual(entries(whole));
      }
    }
  });
});

/** The whole run, each step tried again until it is done, as the state machine does. */
async function patient(disk: ReturnType<typeof emptyDisk>, fault: FaultHook): Promise<void> {
  const files = new Map<string, Uint8Array>();
  const work = memoryObjects({ files, fault });
  // Each try is a process of its own, with an index that knows what the ledger knows.
  const index = storeOf(disk).index;
  const again = async <T>(step: (store: Store) => Promise<T>): Promise<T> => {
    for (let tries = 0; ; tries++) {
      try {
        return await step(storeOf(disk, { fault, index }));
      } catch (thrown) {
        if (tries === 3) throw thrown;
      }
    }
  };
  const { run } = await again((store) => planned(store, work, TWO));
  for (const index of [0, 1]) await again((store) => collected(store, work, { run, index }, TWO.cloud));
  const stage = objectStage(work, run);
  await again(async (store) => sealStep(store, await stage.plan(), stage));
}

async function operationsOf(): Promise<number> {
  let count = 0;
  await patient(emptyDisk(), () => {
    count += 1;
    return 'ok';
  });
  return count;
}

async function withFault(disk: ReturnType<typeof emptyDisk>, at: number, kind: 'fail' | 'fail-after'): Promise<void> {
  let count = 0;
  await patient(disk, () => {
    count += 1;
    return count - 1 === at ? kind : 'ok';
  });
}
