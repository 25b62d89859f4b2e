import { describe, expect, it } from 'vitest';
import { memoryNotaryState } from '../../src/adapters/memory/notary-state.ts';
import { addCosignatures, cosignCheckpoint } from '../../src/app/cosign.ts';
import { seal } from '../../src/app/seal.ts';
import type { Store } from '../../src/app/store.ts';
import { parseNote, parseVkey } from '../../src/ledger/note.ts';
import { parsePolicy } from '../../src/ledger/policy.ts';
import { createWitness, type Witness } from '../../src/ledger/witness.ts';
import type { WitnessReply } from '../../src/ports/witness.ts';
import { planBody, testSigner, VKEY } from '../ledger/helpers.ts';
import { auditOf, copyOf, type Disk, emptyDisk, storeOf } from './store-of.ts';

async function witnessOf(byte = 9): Promise<Witness> {
  const state = memoryNotaryState();
  return createWitness({
    name: `w${byte}.example`,
    signer: testSigner(byte),
    logs: [parseVkey(VKEY)],
    stateOf: () => state,
    now: () => 1_790_000_000,
  });
}

/** A store on a disk whose witnesses answer by `ask`, or by the witness of that name. */
function witnessed(
  disk: Disk,
  witnesses: Readonly<Record<string, Witness>>,
  ask?: (url: string, body: string) => Promise<WitnessReply>,
): Store {
  const lines = Object.entries(witnesses).map(([name, { key }]) => `witness ${name} ${key.vkey} ${name}\n`);
  const policy = parsePolicy(
    Buffer.from(`${lines.join('')}group all all ${Object.keys(witnesses).join(' ')}\nquorum all\n`),
  );
  const own = (url: string, body: string) =>
    witnesses[url]?.addCheckpoint(Buffer.from(body)) ?? Promise.reject(new Error('nobody'));
  return { ...storeOf(disk), witnessing: { policy, witnesses: { ask: ask ?? own } } };
}

const linesOf = (disk: Disk): number => parseNote(disk.objects.get('checkpoint') ?? Buffer.alloc(0)).signatures.length;

describe('collecting cosignatures', () => {
  it('asks for what is missing only, and publishes what it has', async () => {
    const disk = emptyDisk();
    const asked: string[] = [];
    const [a, b] = [await witnessOf(9), await witnessOf(8)];
    const store = witnessed(disk, { a, b }, async (url, body) => {
      asked.push(url);
      return (url === 'a' ? a : b).addCheckpoint(Buffer.from(body));
    });
    await seal(store, [[planBody(1)]]);
    expect(await cosignCheckpoint(store)).toEqual({ size: 1, asked: [{ witness: 'a' }, { witness: 'b' }], met: true });
    expect(await cosignCheckpoint(store)).toMatchObject({ met: true });
    expect([asked, linesOf(disk)]).toEqual([['a', 'b'], 3]);
    await seal(store, [[planBody(2)]]);
    expect(linesOf(disk)).toBe(1);
    expect(await cosignCheckpoint(store)).toMatchObject({ size: 2, met: true });
    expect((await auditOf(disk)).findings).toEqual([]);
  });

  it('learns from 409 where a witness stands that the store has forgotten', async () => {
    const disk = emptyDisk();
    const a = await witnessOf();
    const store = witnessed(disk, { a });
    await seal(store, [[planBody(1)]]);
    await cosignCheckpoint(store);
    for (const key of disk.objects.keys()) if (key.startsWith('cosignatures/')) disk.objects.delete(key);
    await seal(store, [[planBody(2)]]);
    expect(await cosignCheckpoint(store)).toMatchObject({ met: true });
  });

  it('loses nothing by a witness that fails, whatever it does', async () => {
    const disk = emptyDisk();
    const a = await witnessOf();
    const answers: (() => Promise<WitnessReply>)[] = [
      () => Promise.reject(new Error('connection refused')),
      async () => ({ status: 500, type: '', body: 'sorry' }),
      async () => ({ status: 409, type: 'text/x.tlog.size', body: '999\n' }),
      async () => ({ status: 409, type: 'text/x.tlog.size', body: '-1\n' }),
      async () => ({ status: 200, type: '', body: '' }),
      async () => ({ status: 200, type: '', body: '\u2014 w9.example AAAAAAAA\n' }),
    ];
    for (const [at, answer] of answers.entries()) {
      const store = witnessed(disk, { a }, answer);
      await seal(store, [[planBody(at)]]);
      const found = await cosignCheckpoint(store);
      expect(found).toMatchObject({ met: false, asked: [{ witness: 'a', failure: expect.stringMatching(/./) }] });
    }
    expect(linesOf(disk)).toBe(1);
    expect((await auditOf(disk)).findings).toEqual([]);
    expect(await cosignCheckpoint(witnessed(disk, { a }))).toMatchObject({ met: true });
  });

  it('is told by a witness that the log was set back and grew into another', async () => {
    const disk = emptyDisk();
    const a = await witnessOf();
    const store = witnessed(disk, { a });
    await seal(store, [[planBody(1)]]);
    const earlier = copyOf(disk);
    await seal(store, [[planBody(2)]]);
    await cosignCheckpoint(store);
    // Objects and the notary are both set back, so that nobody else can tell.
    const forked = witnessed(earlier, { a });
    await seal(forked, [[planBody(3)]]);
    const same = await cosignCheckpoint(forked);
    expect(same?.asked[0]?.failure).toContain('the log has forked');
    await seal(forked, [[planBody(4)]]);
    const larger = await cosignCheckpoint(forked);
    expect(larger?.asked[0]?.failure).toMatch(/it answered 422 to a proof from 2 to 3/);
    expect((await auditOf(earlier)).ok).toBe(true);
  });

  it('does nothing without witnesses, or before anything was sealed', async () => {
    expect(await cosignCheckpoint(storeOf())).toBeUndefined();
    expect(await cosignCheckpoint(witnessed(emptyDisk(), { a: await witnessOf() }))).toBeUndefined();
  });

  it('takes in a checkpoint that was cosigned elsewhere, if it is one of this log', async () => {
    const [disk, other] = [emptyDisk(), emptyDisk()];
    const a = await witnessOf();
    const store = witnessed(disk, { a });
    await seal(store, [[planBody(1)]]);
    await seal(witnessed(other, { a }), [[planBody(2)]]);
    await cosignCheckpoint(witnessed(other, { a }));
    const foreign = other.objects.get('checkpoint') ?? Buffer.alloc(0);
    await expect(addCosignatures(store, foreign)).rejects.toMatchObject({ code: 'ledger-checkpoint-differs' });
    const own = disk.objects.get('checkpoint') ?? Buffer.alloc(0);
    await expect(addCosignatures(store, own)).rejects.toMatchObject({ code: 'witness-unknown' });
    const fresh = await witnessOf();
    const { body } = await fresh.addCheckpoint(Buffer.concat([Buffer.from('old 0\n\n'), own]));
    expect(await addCosignatures(store, Buffer.concat([own, Buffer.from(body)]))).toEqual({
      size: 1,
      witnesses: ['w9.example'],
    });
    expect(linesOf(disk)).toBe(2);
  });
});

describe('an audit of cosignatures', () => {
  it('names lines that were put behind the published checkpoint, and objects that were altered', async () => {
    const disk = emptyDisk();
    const store = witnessed(disk, { a: await witnessOf() });
    await seal(store, [[planBody(1)]]);
    await cosignCheckpoint(store);
    const codes = async (change: (disk: Disk) => void) => {
      const copy = copyOf(disk);
      change(copy);
      return (await auditOf(copy)).findings.map(({ code }) => code);
    };
    const [key = ''] = [...disk.objects.keys()].filter((it) => it.startsWith('cosignatures/'));
    const append = (at: string, text: string) => (it: Disk) =>
      void it.objects.set(at, Buffer.concat([it.objects.get(at) ?? Buffer.alloc(0), Buffer.from(text)]));
    expect(await codes(() => {})).toEqual([]);
    expect(await codes(append('checkpoint', '\u2014 x AAAAAAAA\n'))).toEqual(['ledger-checkpoint-differs']);
    expect(await codes((it) => void it.objects.delete(key))).toEqual(['ledger-checkpoint-differs']);
    expect(await codes(append(key, 'x'))).toContain('ledger-cosignature-invalid');
    expect(await codes((it) => void it.objects.set('cosignatures/x', Buffer.alloc(0)))).toEqual([
      'ledger-object-unexpected',
    ]);
    const orphan = key.replace(/\d{16}/, '0000000000000009');
    expect(await codes((it) => void it.objects.set(orphan, it.objects.get(key) ?? Buffer.alloc(0)))).toEqual([
      'ledger-cosignature-orphaned',
    ]);
  });
});
