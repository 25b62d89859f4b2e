import { beforeAll, describe, expect, it } from 'vitest';
import { memoryNotaryState } from '../../src/adapters/memory/notary-state.ts';
import { memoryObjects } from '../../src/adapters/memory/objects.ts';
import { openCheckpoint } from '../../src/ledger/checkpoint.ts';
import { consistencyProof, fromLeaves, leafHash, rootOf } from '../../src/ledger/merkle.ts';
import { createNotary, type NotaryRecord, type NotaryState, type SignRequest } from '../../src/ledger/notary.ts';
import { notaryStateIn } from '../../src/ledger/notary-state.ts';
import { parseVkey } from '../../src/ledger/note.ts';
import { encodeBase64 } from '../../src/ledger/text.ts';
import { ORIGIN, testSigner, VKEY } from './helpers.ts';

const code = (it: string) => expect.objectContaining({ code: it });
const leavesOf = (name: string) =>
  fromLeaves(Array.from({ length: 20 }, (_, at) => leafHash(Buffer.from(`${name} ${at}`))));
const TREE = leavesOf('a');
const FORK = leavesOf('b');

async function request(size: number, from: number, tree = TREE): Promise<SignRequest> {
  const proof = await consistencyProof(Math.min(size, from), Math.max(size, from), tree);
  return { size, from, root: encodeBase64(await rootOf(size, tree)), proof: proof.map(encodeBase64) };
}

function notaryWith(state: NotaryState, signer = testSigner()) {
  return createNotary({ state, signer, origin: ORIGIN });
}

let state: NotaryState;
beforeAll(() => {
  state = memoryNotaryState();
});

describe('notary', () => {
  it('signs the first tree, then trees that extend it, and remembers them', async () => {
    const notary = notaryWith(state);
    expect(await notary.last()).toMatchObject({ size: 0, signed: [] });
    const note = await notary.sign(await request(5, 0));
    expect(openCheckpoint(Buffer.from(note), [parseVkey(VKEY)])).toMatchObject({ origin: ORIGIN, size: 5 });
    await notary.sign(await request(13, 5));
    expect(await notary.last()).toMatchObject({ size: 13, signed: [5, 13] });
  });

  it('signs what it has signed again, byte by byte the same, older sizes too', async () => {
    const notary = notaryWith(state);
    const again = await notary.sign(await request(13, 13));
    expect(await notary.sign(await request(13, 13))).toBe(again);
    const older = await notary.sign(await request(5, 13));
    expect(openCheckpoint(Buffer.from(older), [parseVkey(VKEY)]).size).toBe(5);
    expect(await notary.last()).toMatchObject({ size: 13, signed: [5, 13] });
  });

  it.each([
    ['another tree of the same size', async () => request(13, 13, FORK)],
    ['a tree that does not extend it', async () => request(17, 13, FORK)],
    ['a larger tree without proof', async () => ({ ...(await request(17, 13)), proof: [] })],
    [
      'a proof with one hash changed',
      async () => {
        const it = await request(17, 13);
        return { ...it, proof: it.proof.with(0, encodeBase64(new Uint8Array(32))) };
      },
    ],
    ['a smaller tree that it has not signed', async () => request(7, 13)],
    ['another root for a size it has signed', async () => request(5, 13, FORK)],
    ['a root that is not base64', async () => ({ ...(await request(17, 13)), root: '!' })],
  ])('refuses %s', async (_name, make) => {
    const before = await state.read();
    await expect(notaryWith(state).sign(await make())).rejects.toThrow(code('notary-refused'));
    expect(await state.read()).toEqual(before);
  });

  it('asks for another proof when its state has moved on', async () => {
    await expect(notaryWith(state).sign(await request(17, 5))).rejects.toThrow(code('notary-conflict'));
  });

  it('stores what it signs before it signs', async () => {
    const seen: (NotaryRecord | undefined)[] = [];
    const fresh = memoryNotaryState();
    const signer = testSigner();
    const watching = {
      ...signer,
      sign: async (message: Uint8Array) => {
        seen.push(await fresh.read());
        return signer.sign(message);
      },
    };
    await notaryWith(fresh, watching).sign(await request(5, 0));
    expect(seen).toMatchObject([{ size: 5, signed: [5] }]);
  });

  it('never signs two trees when asked at the same time', async () => {
    const fresh = memoryNotaryState();
    const results = await Promise.allSettled([
      notaryWith(fresh).sign(await request(5, 0)),
      notaryWith(fresh).sign(await request(5, 0, FORK)),
      notaryWith(fresh).sign(await request(6, 0, FORK)),
    ]);
    expect(results.filter((it) => it.status === 'fulfilled')).toHaveLength(1);
    expect((await fresh.read())?.signed).toHaveLength(1);
  });

  it('signs nothing when its state cannot be stored', async () => {
    let signatures = 0;
    const signer = testSigner();
    const counting = {
      ...signer,
      sign: (message: Uint8Array) => {
        signatures += 1;
        return signer.sign(message);
      },
    };
    const broken = memoryNotaryState({ fault: (operation) => (operation === 'replace' ? 'fail' : 'ok') });
    await expect(notaryWith(broken, counting).sign(await request(5, 0))).rejects.toThrow(code('objects-unavailable'));
    expect(signatures).toBe(0);
  });

  it('hands out no signature that does not verify', async () => {
    const lying = { ...testSigner(), sign: async () => new Uint8Array(64) };
    const signing = notaryWith(memoryNotaryState(), lying).sign(await request(5, 0));
    await expect(signing).rejects.toThrow(code('notary-signature-invalid'));
  });

  it.each(['', '{}', '{"v":1,"size":1,"root":"AA==","signed":[]}', '{"v":1,"size":-1,"root":"","signed":[]}', '\xff'])(
    'takes the state %j for damaged, never for empty',
    async (text) => {
      const objects = memoryObjects({ files: new Map([['n', Buffer.from(text, 'latin1')]]) });
      await expect(notaryStateIn(objects, 'n').read()).rejects.toThrow(code('notary-state-invalid'));
    },
  );
});
