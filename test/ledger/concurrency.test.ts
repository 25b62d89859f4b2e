import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { FaultHook } from '../../src/adapters/memory/objects.ts';
import { auditLedger } from '../../src/ledger/audit.ts';
import { integrate } from '../../src/ledger/integrate.ts';
import { createNotary } from '../../src/ledger/notary.ts';
import { openLog } from '../../src/ledger/read.ts';
import { sequence } from '../../src/ledger/sequence.ts';
import { WitnessmarkError } from '../../src/model/error.ts';
import { ORIGIN, planEntries, randomOf, type TestLedger, testLedger, testSigner, VKEY } from './helpers.ts';

const WRITERS = 4;
const BATCHES = 6;
/** What an attempt may fail with; a fork, a refusal or a missing batch would be the ledger's own fault. */
const EXPECTED = ['objects-unavailable', 'ledger-busy'];

interface Acked {
  readonly start: number;
  readonly entries: readonly Uint8Array[];
}

/** Operations wait for random turns, and one in thirty fails, half of these after having been done. */
function chaos(random: () => number, on: { active: boolean; faults: number }): FaultHook {
  return async () => {
    for (let turns = Math.floor(random() * 3); turns > 0; turns--) await setImmediate();
    if (!on.active || random() > 1 / 30) return 'ok';
    on.faults += 1;
    return random() < 0.5 ? 'fail' : 'fail-after';
  };
}

async function insist<T>(action: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await action();
    } catch (thrown) {
      if (!(thrown instanceof WitnessmarkError && EXPECTED.includes(thrown.code))) throw thrown;
    }
  }
}

async function write(ledger: TestLedger, batches: readonly Uint8Array[][], acked: Acked[]): Promise<void> {
  const notary = createNotary({ state: ledger.notaryState, signer: testSigner(), origin: ORIGIN });
  for (const entries of batches) {
    const { start } = await insist(() => sequence(ledger.objects, entries));
    acked.push({ start, entries });
    await insist(() => integrate({ objects: ledger.objects, notary }));
  }
}

async function prepare(ledger: TestLedger, random: () => number): Promise<Uint8Array[][][]> {
  const writers: Uint8Array[][][] = [];
  let next = 0;
  for (let writer = 0; writer < WRITERS; writer++) {
    const batches: Uint8Array[][] = [];
    for (let at = 0; at < BATCHES; at++) {
      const count = 1 + Math.floor(random() * 60);
      batches.push(await planEntries(ledger.objects, next, count));
      next += count;
    }
    writers.push(batches);
  }
  return writers;
}

describe('concurrent writers', () => {
  it.each([1, 2, 3, 4])('lose no acknowledged entry and make no fork (seed %i)', async (seed) => {
    const random = randomOf(seed);
    const on = { active: false, faults: 0 };
    const ledger = testLedger({ fault: chaos(random, on) });
    const writers = await prepare(ledger, random);
    const acked: Acked[] = [];
    on.active = true;
    await Promise.all(writers.map((batches) => write(ledger, batches, acked)));
    on.active = false;
    expect(on.faults).toBeGreaterThan(5);

    await integrate(ledger);
    const result = await auditLedger({
      ...testLedger({ files: ledger.objects.files, state: ledger.notaryState }),
      verifierKeys: [VKEY],
    });
    expect(result.findings.filter((it) => it.severity === 'error')).toEqual([]);
    const log = await openLog(ledger.objects, [VKEY]);
    const sealed: Uint8Array[] = [];
    for await (const { bytes } of log.entries()) sealed.push(bytes);
    expect(acked).toHaveLength(WRITERS * BATCHES);
    for (const { start, entries } of acked) {
      for (const [offset, entry] of entries.entries()) expect(Buffer.compare(sealed[start + offset]!, entry)).toBe(0);
    }
  });
});
