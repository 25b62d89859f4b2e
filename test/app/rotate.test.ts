import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixedClock } from '../../src/adapters/local/clock.ts';
import { folderKeyRing, isRotating, retireKeys, trustFiles } from '../../src/adapters/local/key-ring.ts';
import { auditedFolder, initStore, openStore } from '../../src/adapters/local/store.ts';
import { handoversFrom } from '../../src/app/pack-trust.ts';
import { type KeyRing, type KeyUse, rotateKeys } from '../../src/app/rotate.ts';
import { seal } from '../../src/app/seal.ts';
import type { Store } from '../../src/app/store.ts';
import { sealTrust } from '../../src/app/trust.ts';
import { type AuditResult, auditLedger } from '../../src/ledger/audit.ts';
import { openHandover, reachKeys } from '../../src/ledger/handover.ts';
import { parseVkey } from '../../src/ledger/note.ts';
import { openLog } from '../../src/ledger/read.ts';
import type { Objects } from '../../src/ports/objects.ts';
import { planBody, VKEY } from '../ledger/helpers.ts';

const ORIGIN = 'rotate.example/log';
const NAMED = { origin: ORIGIN, organisation: 'Acme' };
const clock = fixedClock('2026-10-05T00:00:00.000Z');

let base: string;
let start: string;
let count = 0;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'wm-rotate-'));
  start = join(base, 'start');
  await initStore(start, { ...NAMED, clock });
  await withStore(start, async (store) => {
    await sealTrust(store, await trustFiles(start));
    await seal(store, [[planBody(1), planBody(2)]]);
  });
}, 60_000);
afterAll(() => rm(base, { recursive: true, force: true }));

async function fresh(): Promise<string> {
  count += 1;
  const folder = join(base, `store-${count}`);
  await cp(start, folder, { recursive: true });
  return folder;
}

async function withStore<T>(folder: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(folder, { clock, software: 'test' });
  try {
    return await work(store);
  } finally {
    await store.index.close();
  }
}

const append = (folder: string, number: number) => withStore(folder, (store) => seal(store, [[planBody(number)]]));
const rotate = (folder: string, ...uses: KeyUse[]) =>
  withStore(folder, (store) => rotateKeys(store, folderKeyRing(folder, NAMED), uses));
const keysIn = async (folder: string): Promise<string[]> =>
  (await readFile(join(folder, 'trust/checkpoint.vkey'), 'utf8')).trimEnd().split('\n');
const auditWith = async (folder: string, keys: readonly string[]): Promise<AuditResult> =>
  auditLedger(await auditedFolder(folder, keys));
const wrong = (result: AuditResult): string[] =>
  result.findings.filter((it) => it.severity === 'error').map((it) => it.message);
const signersOf = (folder: string, size?: number): Promise<string[]> =>
  withStore(folder, async ({ objects, verifierKeys }) =>
    (await openLog(objects, verifierKeys, size)).checkpoint.signers.map(({ vkey }) => vkey),
  );

describe('a rotation of the checkpoint key', () => {
  it('is announced under the old key, signed by both until the old one is retired, and then by the new one', async () => {
    const folder = await fresh();
    const done = await rotate(folder, 'checkpoint');
    const [old = '', next = '', ...more] = await keysIn(folder);
    expect([done.verifierKeys, done.uses, more]).toEqual([[old, next], ['checkpoint'], []]);
    expect(await signersOf(folder, done.size)).toEqual([old, next]);
    await append(folder, 3);
    expect(await signersOf(folder)).toEqual([next, old]);
    expect(await retireKeys(folder, ORIGIN)).toEqual(['checkpoint.pem']);
    await append(folder, 4);
    expect(await signersOf(folder)).toEqual([next]);
    expect(existsSync(join(folder, 'keys/retired/checkpoint.pem'))).toBe(true);
  });

  it('is followed by an audit from the first key, the newest, or any between, through three rotations', async () => {
    const folder = await fresh();
    for (const number of [3, 4, 5]) {
      await rotate(folder, 'checkpoint');
      await append(folder, number);
      await retireKeys(folder, ORIGIN);
      await append(folder, number + 10);
    }
    const keys = await keysIn(folder);
    expect(keys).toHaveLength(4);
    for (const key of [...keys.map((it) => [it]), keys]) expect(wrong(await auditWith(folder, key))).toEqual([]);
    const unknown = await auditWith(folder, [VKEY]);
    expect(unknown.ok).toBe(false);
  });

  it('is not followed to a key that no entry announces', async () => {
    const [folder, other] = [await fresh(), await fresh()];
    await rotate(other, 'checkpoint');
    const [old = '', foreign = ''] = await keysIn(other);
    // The key is listed and signs, but the ledger does not say so: as if somebody had put it there.
    for (const path of ['trust/checkpoint.vkey', 'keys/checkpoint-2.pem'])
      await cp(join(other, path), join(folder, path));
    await retireKeys(folder, ORIGIN);
    await append(folder, 3);
    expect(await signersOf(folder)).toEqual([foreign]);
    const messages = wrong(await auditWith(folder, [old])).join('\n');
    expect(messages).toMatch(/checkpoint is no valid checkpoint: no signature is of a known key/);
    expect(messages).toMatch(/checkpoint.vkey is not the file that the ledger seals/);
  });

  it('hands over in a form that one can check without the log', async () => {
    const folder = await fresh();
    for (const number of [3, 4]) {
      await rotate(folder, 'checkpoint');
      await retireKeys(folder, ORIGIN);
      await append(folder, number);
    }
    const [first, second, third] = (await keysIn(folder)).map(parseVkey);
    if (!first || !second || !third) throw new Error('expected three keys');
    const handovers = (await withStore(folder, handoversFrom)).map(({ index, proof, body }) => ({
      file: String(index),
      proof: Buffer.from(proof),
      body: Buffer.from(body),
    }));
    expect(handovers).toHaveLength(2);
    for (const order of [handovers, handovers.toReversed()]) {
      const { keys, faults } = reachKeys([first], order);
      expect([new Set(keys.map(({ vkey }) => vkey)), faults]).toEqual([new Set(await keysIn(folder)), []]);
    }
    // Without the first step the second leads nowhere.
    expect(reachKeys([first], handovers.slice(1)).keys).toEqual([first]);
    const [one] = handovers;
    if (!one) throw new Error('expected a handover');
    const swapped = { ...one, body: Buffer.from(String(one.body).replace(second.vkey, VKEY)) };
    expect(() => openHandover(swapped, [first])).toThrow(/not the one that the entry commits to/);
    expect(() => openHandover(one, [parseVkey(VKEY)])).toThrow(expect.objectContaining({ code: 'note-unsigned' }));
  });
});

describe('a rotation of the document key', () => {
  it('gives a key and a certificate of the same root, and retires the old key', async () => {
    const folder = await fresh();
    const before = await readFile(join(folder, 'trust/signing.pem'), 'utf8');
    await rotate(folder, 'document');
    const after = await readFile(join(folder, 'trust/signing.pem'), 'utf8');
    expect(after).not.toBe(before);
    await withStore(folder, async ({ documentSigner, certificates }) => {
      const { X509Certificate } = await import('node:crypto');
      const [signing, root] = [new X509Certificate(certificates.signingPem), new X509Certificate(certificates.rootPem)];
      expect([signing.verify(root.publicKey), signing.checkIssued(root)]).toEqual([true, true]);
      const spki = signing.publicKey.export({ format: 'der', type: 'spki' });
      expect(Buffer.compare(await documentSigner.publicKey(), spki)).toBe(0);
    });
    expect(await retireKeys(folder, ORIGIN)).toEqual(['document.pem']);
    expect(wrong(await auditWith(folder, await keysIn(folder)))).toEqual([]);
  });
});

/** Fails the `at`-th call of anything, before it or after it, like a process that dies there. */
function breaker(at: number, how: 'before' | 'after') {
  let calls = 0;
  const broken =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      calls += 1;
      if (calls === at && how === 'before') throw new Error('the process died');
      const result = await work(...args);
      if (calls >= at && how === 'after') throw new Error('the process died');
      return result;
    };
  return {
    calls: () => calls,
    ring: (ring: KeyRing): KeyRing => ({
      begin: broken(ring.begin),
      trust: broken(ring.trust),
      replace: broken(ring.replace),
      end: broken(ring.end),
    }),
    objects: (objects: Objects): Objects => ({
      ...objects,
      create: broken(objects.create),
      replace: broken(objects.replace),
    }),
  };
}

async function attempt(folder: string, at: number, how: 'before' | 'after'): Promise<{ died: boolean; calls: number }> {
  const fault = breaker(at, how);
  try {
    await withStore(folder, (store) => {
      const ring = fault.ring(folderKeyRing(folder, NAMED));
      return rotateKeys({ ...store, objects: fault.objects(store.objects) }, ring, ['checkpoint']);
    });
    return { died: false, calls: fault.calls() };
  } catch {
    return { died: true, calls: fault.calls() };
  }
}

/** What must hold after a death at step `at`, and after the rotation was ended. */
async function endsWell(folder: string, at: number): Promise<void> {
  const [old = ''] = await keysIn(start);
  // Whoever writes next is not in its way, whether the rotation is ended first or not.
  const audited = (await auditLedger(await auditedFolder(folder, [old]))).findings;
  expect(
    audited.filter(({ code }) => code === 'ledger-checkpoint-invalid'),
    `step ${at}`,
  ).toEqual([]);
  if (at % 2 === 0) await append(folder, 3);
  if (isRotating(folder) || (await keysIn(folder)).length === 1) await rotate(folder, 'checkpoint');
  await append(folder, 4);
  expect(isRotating(folder)).toBe(false);
  const keys = await keysIn(folder);
  expect(keys, `step ${at}`).toHaveLength(2);
  expect(await signersOf(folder)).toEqual(keys.toReversed());
  for (const key of keys) expect(wrong(await auditWith(folder, [key])), `step ${at}`).toEqual([]);
}

describe('a rotation that dies', () => {
  it.each(['before', 'after'] as const)(
    '%s any of its steps leaves a log that the old key verifies, and goes on',
    async (how) => {
      let at = 1;
      for (; ; at += how === 'before' ? 1 : 2) {
        const folder = await fresh();
        const { died } = await attempt(folder, at, how);
        if (!died) break;
        await endsWell(folder, at);
        await rm(folder, { recursive: true });
      }
      expect(at).toBeGreaterThan(10);
    },
  );
});
