import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryNotaryState } from '../../src/adapters/memory/notary-state.ts';
import { formatCheckpoint } from '../../src/ledger/checkpoint.ts';
import { formatConsistency } from '../../src/ledger/consistency.ts';
import { verifyCosignatures, witnessKeyOf } from '../../src/ledger/cosignature.ts';
import { consistencyProof, fromLeaves, leafHash, rootOf } from '../../src/ledger/merkle.ts';
import type { NotaryState } from '../../src/ledger/notary.ts';
import { formatNote, parseNote, parseSignatures, verifierKeyOf } from '../../src/ledger/note.ts';
import { createWitness, type Witness } from '../../src/ledger/witness.ts';
import { ORIGIN, testSigner } from './helpers.ts';

const NAME = 'witness.example/w1';
const NOW = 1_790_000_000;
const KEY = witnessKeyOf(NAME, await testSigner(9).publicKey());
const LOG = verifierKeyOf(ORIGIN, await testSigner().publicKey());
const leaves = Array.from({ length: 40 }, (_, at) => leafHash(Buffer.from(`entry ${at}`)));
const forked = leaves.with(3, leafHash(Buffer.from('another')));

async function witnessOf(state: NotaryState = memoryNotaryState()): Promise<Witness> {
  return createWitness({ name: NAME, signer: testSigner(9), logs: [LOG], stateOf: () => state, now: () => NOW });
}

async function noteOf(size: number, { of = leaves, origin = ORIGIN, byte = 7 } = {}): Promise<string> {
  const text = formatCheckpoint({ origin, size, root: await rootOf(size, fromLeaves(of)) });
  const key = verifierKeyOf(origin, await testSigner(byte).publicKey());
  const signature = await testSigner(byte).sign(Buffer.from(text));
  return formatNote({ text, signatures: [{ name: origin, id: key.id, signature }] });
}

async function bodyOf(old: number, size: number, of = leaves): Promise<string> {
  const hashes = old > size ? [] : await consistencyProof(old, size, fromLeaves(of));
  return formatConsistency({ olderSize: old, hashes, checkpoint: await noteOf(size, { of }) });
}

const ask = (witness: Witness, body: string) => witness.addCheckpoint(Buffer.from(body));

describe('a witness', () => {
  it('cosigns a tree that grows, and each answer holds', async () => {
    const witness = await witnessOf();
    for (const [old, size] of [
      [0, 5],
      [5, 5],
      [5, 17],
      [17, 40],
    ] as const) {
      const reply = await ask(witness, await bodyOf(old, size));
      expect(reply.status).toBe(200);
      const { text } = parseNote(Buffer.from(await noteOf(size)));
      const signatures = parseSignatures(Buffer.from(reply.body));
      expect(verifyCosignatures({ text, signatures }, [KEY])).toEqual([{ key: KEY, time: NOW }]);
      const other = parseNote(Buffer.from(await noteOf(size === 5 ? 17 : 5))).text;
      expect(() => verifyCosignatures({ text: other, signatures }, [KEY])).toThrow(/does not match/);
    }
  });

  it('gives exactly the signature that the form asks for', async () => {
    const { body } = await ask(await witnessOf(), await bodyOf(0, 5));
    expect(body).toMatchInlineSnapshot(`
      "— witness.example/w1 JLXZ/gAAAABqsTuA2uJigB9CqchvVdYWaEUJlmAOzeR5m1u317UWG6ObHEb68PAt8zeVktxN//+jWTzGymPRAE6S7Z4I1mDLk7X4Aw==
      "
    `);
  });

  it('says its size where the old one is another, and changes nothing', async () => {
    const witness = await witnessOf();
    await ask(witness, await bodyOf(0, 17));
    for (const body of [await bodyOf(0, 40), await bodyOf(5, 40), await bodyOf(5, 5), await bodyOf(18, 40)]) {
      expect(await ask(witness, body)).toEqual({ status: 409, type: 'text/x.tlog.size', body: '17\n' });
    }
    expect((await ask(witness, await bodyOf(17, 40))).status).toBe(200);
  });

  it('refuses a fork, at the same size and at a larger one', async () => {
    const witness = await witnessOf();
    await ask(witness, await bodyOf(0, 17));
    expect((await ask(witness, await bodyOf(17, 17, forked))).status).toBe(409);
    expect((await ask(witness, await bodyOf(17, 40, forked))).status).toBe(422);
    expect((await ask(witness, await bodyOf(17, 18))).status).toBe(200);
  });

  it('answers 404 to another origin, 403 to another key, 400 to an old size past the new one', async () => {
    const witness = await witnessOf();
    const asked = async (checkpoint: string, olderSize = 0) =>
      (await ask(witness, formatConsistency({ olderSize, hashes: [], checkpoint }))).status;
    expect(await asked(await noteOf(5, { origin: 'other.example/log' }))).toBe(404);
    expect(await asked(await noteOf(5, { byte: 8 }))).toBe(403);
    expect(await asked(await noteOf(5), 6)).toBe(400);
    expect(await asked((await noteOf(5)).replace('\n5\n', '\n6\n'))).toBe(403);
  });

  it('wants an empty proof from size 0', async () => {
    const hashes = [Buffer.alloc(32)];
    const body = formatConsistency({ olderSize: 0, hashes, checkpoint: await noteOf(5) });
    expect((await ask(await witnessOf(), body)).status).toBe(422);
  });

  it.each([
    ['', 'nothing'],
    ['old 0\n', 'no checkpoint'],
    ['old 00\n\nx', 'a zero before'],
    ['old -1\n\nx', 'a sign'],
    ['old 0\nAAAA\n\nx', 'a short hash'],
    [`old 0\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}\nx`, '64 hashes'],
    ['old 0\n\nlog\n5\nAAAA\n\n\u2014 log AAAAAAAA\n', 'a short root'],
    [`old 0\n\n${'x'.repeat(100_000)}`, 'too much'],
  ])('answers 400 to %#, %s', async (body) => {
    expect((await ask(await witnessOf(), body)).status).toBe(400);
  });

  it('refuses every proof with a hash changed, left out or added', async () => {
    const whole = await consistencyProof(13, 40, fromLeaves(leaves));
    const checkpoint = await noteOf(40);
    const spoil = fc.oneof(
      fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(31), bit: fc.nat(7) }).map(({ at, byte, bit }) => {
        const changed = Uint8Array.from(whole[at] ?? []);
        changed[byte] = (changed[byte] ?? 0) ^ (1 << bit);
        return whole.with(at, changed);
      }),
      fc.nat(whole.length - 1).map((at) => whole.toSpliced(at, 1)),
      fc.nat(whole.length).map((at) => whole.toSpliced(at, 0, Buffer.alloc(32, 1))),
    );
    await fc.assert(
      fc.asyncProperty(spoil, async (hashes) => {
        const witness = await witnessOf();
        await ask(witness, await bodyOf(0, 13));
        return (await ask(witness, formatConsistency({ olderSize: 13, hashes, checkpoint }))).status === 422;
      }),
      { numRuns: 40 },
    );
  });

  it('lets one of two requests at once win, and tells the other where it stands', async () => {
    const witness = await witnessOf();
    const replies = await Promise.all([ask(witness, await bodyOf(0, 5)), ask(witness, await bodyOf(0, 17))]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    const won = replies[0]?.status === 200 ? 5 : 17;
    expect(replies.find(({ status }) => status === 409)?.body).toBe(`${won}\n`);
  });

  it('answers nothing that it could not store', async () => {
    const state = memoryNotaryState();
    const broken = { ...state, swap: () => Promise.reject(new Error('the disk is full')) };
    await expect(ask(await witnessOf(broken), await bodyOf(0, 5))).rejects.toThrow(/disk is full/);
    expect(await state.read()).toBeUndefined();
  });

  it('stores before it signs: one that dies in between stands for the tree', async () => {
    const state = memoryNotaryState();
    const signer = { ...testSigner(9), sign: () => Promise.reject(new Error('gone')) };
    const dying = await createWitness({ name: NAME, signer, logs: [LOG], stateOf: () => state, now: () => NOW });
    await expect(ask(dying, await bodyOf(0, 5))).rejects.toThrow(/gone/);
    expect((await ask(await witnessOf(state), await bodyOf(5, 5))).status).toBe(200);
  });

  it('knows a log by its old and its new key', async () => {
    const next = verifierKeyOf(ORIGIN, await testSigner(8).publicKey());
    const witness = await createWitness({
      name: NAME,
      signer: testSigner(9),
      logs: [LOG, next],
      stateOf: () => memoryNotaryState(),
      now: () => NOW,
    });
    const body = formatConsistency({ olderSize: 0, hashes: [], checkpoint: await noteOf(5, { byte: 8 }) });
    expect((await ask(witness, body)).status).toBe(200);
  });
});
