import { describe, expect, it } from 'vitest';
import type { FaultHook } from '../../src/adapters/memory/objects.ts';
import { memoryObjects } from '../../src/adapters/memory/objects.ts';
import { auditLedger } from '../../src/ledger/audit.ts';
import { integrate } from '../../src/ledger/integrate.ts';
import { notaryStateIn } from '../../src/ledger/notary-state.ts';
import { openLog } from '../../src/ledger/read.ts';
import { sequence } from '../../src/ledger/sequence.ts';
import { append, planEntries, type TestLedger, testLedger, VKEY } from './helpers.ts';

/** A copy of a ledger of 250 entries. */
interface Copy {
  readonly log: Map<string, Uint8Array>;
  readonly state: Map<string, Uint8Array>;
}

async function startOf(): Promise<{ copy: Copy; first: Uint8Array[]; next: Uint8Array[]; other: Uint8Array[] }> {
  const state = new Map<string, Uint8Array>();
  const ledger = testLedger({ state: notaryStateIn(memoryObjects({ files: state }), 'notary.json') });
  const first = await planEntries(ledger.objects, 0, 250);
  await append(ledger, first);
  const next = await planEntries(ledger.objects, 250, 10);
  const other = await planEntries(ledger.objects, 300, 13);
  return { copy: { log: ledger.objects.files, state }, first, next, other };
}

function openCopy(copy: Copy, fault: FaultHook): TestLedger {
  return testLedger({
    files: copy.log,
    state: notaryStateIn(memoryObjects({ files: copy.state, fault }), 'notary.json'),
    fault,
  });
}

const clone = (copy: Copy): Copy => ({ log: new Map(copy.log), state: new Map(copy.state) });
const start = await startOf();

async function errorsOf(copy: Copy): Promise<string[]> {
  const ledger = openCopy(copy, () => 'ok');
  const { findings } = await auditLedger({ ...ledger, verifierKeys: [VKEY] });
  return findings.filter((it) => it.severity === 'error').map((it) => it.code);
}

describe('a ledger whose writes fail', () => {
  it('finds its batch again when the answer to its write was lost', async () => {
    const copy = clone(start.copy);
    const lossy = openCopy(copy, (operation) => (operation === 'create' ? 'fail-after' : 'ok'));
    await expect(sequence(lossy.objects, start.next)).rejects.toThrow('injected');
    expect(await sequence(openCopy(copy, () => 'ok').objects, start.next)).toEqual({ start: 250 });
  });

  it('publishes a checkpoint again that was signed at an older size and never stored', async () => {
    const copy = clone(start.copy);
    const crashing = openCopy(copy, (_operation, key) => (key === 'checkpoints/0000000000000260' ? 'fail' : 'ok'));
    await expect(append(crashing, start.next)).rejects.toThrow('injected');
    // Another worker goes on without knowing of the first one.
    await append(
      openCopy(copy, () => 'ok'),
      start.other,
    );
    expect([...copy.log.keys()].filter((key) => key.startsWith('checkpoints/'))).toEqual([
      'checkpoints/0000000000000250',
      'checkpoints/0000000000000273',
      'checkpoints/0000000000000260',
    ]);
    expect(await errorsOf(copy)).toEqual([]);
  });
});

describe('a ledger that was tampered with', () => {
  const code = (it: string) => expect.objectContaining({ code: it });
  const changed = (change: (copy: Copy) => void): TestLedger => {
    const copy = clone(start.copy);
    change(copy);
    return openCopy(copy, () => 'ok');
  };

  it('refuses to go on from a tile that does not lead to the signed root', async () => {
    const ledger = changed(({ log }) => log.set('tile/0/000.p/250', new Uint8Array(250 * 32)));
    await expect(append(ledger, start.next)).rejects.toThrow(code('ledger-tile-differs'));
  });

  it('stops where a stored object is not the only one it can be', async () => {
    const ledger = changed(({ log }) => log.set('tile/1/000.p/1', new Uint8Array(32)));
    await expect(append(ledger, start.next)).rejects.toThrow(code('ledger-fork'));
  });

  it('refuses a notary that was reset', async () => {
    const ledger = changed(({ state }) => state.clear());
    await expect(append(ledger, start.next)).rejects.toThrow(code('ledger-notary-behind'));
  });

  it('refuses a store that was set back to before the last signature', async () => {
    const copy = clone(start.copy);
    await append(
      openCopy(copy, () => 'ok'),
      start.next,
    );
    const restored = { log: new Map(start.copy.log), state: copy.state };
    await expect(integrate(openCopy(restored, () => 'ok'))).rejects.toThrow(code('ledger-batch-missing'));
    // Nor can other entries take the place of those that are gone.
    await expect(
      append(
        openCopy(restored, () => 'ok'),
        start.other,
      ),
    ).rejects.toThrow(code('notary-refused'));
  });

  it('sequences nothing behind a checkpoint that is not the one signed at its size', async () => {
    const ledger = changed(({ log }) => {
      const note = Buffer.from(log.get('checkpoint')!).toString().replace('\n250\n', '\n350\n');
      log.set('checkpoint', Buffer.from(note));
    });
    await expect(sequence(ledger.objects, start.next)).rejects.toThrow(code('ledger-checkpoint-differs'));
  });

  it('publishes its checkpoint again when it was taken away', async () => {
    const ledger = changed(({ log }) => log.delete('checkpoint'));
    expect((await integrate(ledger)).size).toBe(250);
    expect(ledger.objects.files.get('checkpoint')).toEqual(start.copy.log.get('checkpoint'));
  });
});

describe('sequencing', () => {
  it('refuses batches and entries out of bounds', async () => {
    const { objects } = testLedger();
    const refused = expect.objectContaining({ code: 'ledger-batch-too-large' });
    const one = new Uint8Array(1);
    for (const entries of [[], [new Uint8Array()], [new Uint8Array(1025)], Array.from({ length: 4097 }, () => one)]) {
      await expect(sequence(objects, entries)).rejects.toThrow(refused);
    }
    expect(
      await sequence(
        objects,
        Array.from({ length: 4096 }, () => one),
      ),
    ).toEqual({ start: 0 });
    expect(await sequence(objects, [new Uint8Array(1024)])).toEqual({ start: 4096 });
  });

  it('publishes an empty tree before the first entry', async () => {
    const ledger = testLedger();
    expect((await integrate(ledger)).size).toBe(0);
    expect((await openLog(ledger.objects, [VKEY])).checkpoint.size).toBe(0);
    expect(await append(ledger, start.first)).toBe(0);
    expect(await auditLedger({ ...ledger, verifierKeys: [VKEY] })).toMatchObject({ size: 250 });
  });
});
