import { createPrivateKey, createPublicKey } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveWitness, type WitnessServer } from '../../src/adapters/http/witness-server.ts';
import { initWitness, openWitness } from '../../src/adapters/local/witness-folder.ts';
import { openCheckpoint, parseCheckpoint } from '../../src/ledger/checkpoint.ts';
import { verifyCosignatures, type WitnessKey } from '../../src/ledger/cosignature.ts';
import { parseNote, verifierKeyOf } from '../../src/ledger/note.ts';
import { createWitness } from '../../src/ledger/witness.ts';
import { type Ran, ROOT, run, saidBy, scratch } from './support/run.ts';

const ORIGIN = 'tessera.example/log';
const SEED = Buffer.alloc(32, 5);
const LOG = verifierKeyOf(ORIGIN, spkiOf(SEED));

let folder: string;
let server: WitnessServer;
let key: WitnessKey;
let statuses: number[] = [];
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await scratch('witness');
  await initWitness(path('witness'), 'witness.example/w1');
  const { name, signer, stateOf } = await openWitness(path('witness'));
  const now = () => Math.floor(Date.now() / 1000);
  const witness = await createWitness({ name, signer, stateOf, now, logs: [LOG] });
  key = witness.key;
  server = await serveWitness(witness, { onReply: ({ status }) => void statuses.push(status) });
  await writeFile(path('policy'), `witness w ${key.vkey} ${server.url.replace(/\/$/, '')}\nquorum w\n`);
  const secret = Buffer.concat([Uint8Array.of(1), SEED]).toString('base64');
  await writeFile(path('log.key'), `PRIVATE+KEY+${ORIGIN}+${LOG.id}+${secret}`, { mode: 0o600 });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Tessera appends entries to its own log, and asks our witness before it publishes. */
async function append(log: string, entries: readonly string[], { isWitnessed = true } = {}): Promise<Ran> {
  statuses = [];
  const from = path(`entries-${entries.join('-')}`);
  await mkdir(from, { recursive: true });
  for (const entry of entries) await writeFile(join(from, entry), entry);
  const args = ['--storage_dir', path(log), '--entries', join(from, '*'), '--private_key', path('log.key')];
  // It waits for a checkpoint without end where none comes to be.
  const patience = ['8', join(ROOT, '.emulators/posix-oneshot'), ...args];
  return run('timeout', [...patience, ...(isWitnessed ? ['--witness_policy_file', path('policy')] : [])]);
}

const checkpoint = (log: string): Promise<Buffer> => readFile(join(path(log), 'checkpoint'));
const cosigners = async (log: string): Promise<string[]> =>
  verifyCosignatures(parseNote(await checkpoint(log)), [key]).map((it) => it.key.vkey);
const sizeOf = async (log: string): Promise<number> => openCheckpoint(await checkpoint(log), [LOG]).size;

describe("Tessera's client and our witness", () => {
  it('publishes each checkpoint with our cosignature', async () => {
    const ran = await append('log', ['a', 'b']);
    expect(ran, saidBy(ran)).toMatchObject({ code: 0 });
    // The empty tree is one too.
    expect(statuses).toEqual([200, 200]);
    expect([await sizeOf('log'), await cosigners('log')]).toEqual([2, [key.vkey]]);
    await cp(path('log'), path('rolled-back'), { recursive: true });
  });

  it('learns by 409 from which size to prove, where it had gone on without us', async () => {
    await append('log', ['c', 'd', 'e'], { isWitnessed: false });
    expect([await sizeOf('log'), await cosigners('log'), statuses]).toEqual([5, [], []]);
    const ran = await append('log', ['f']);
    expect(ran, saidBy(ran)).toMatchObject({ code: 0 });
    expect(statuses).toEqual([409, 200]);
    expect([await sizeOf('log'), await cosigners('log')]).toEqual([6, [key.vkey]]);
  });

  it.each([
    ['and stayed behind', ['x']],
    ['and grew into another', ['x', 'y', 'z', 'u', 'v', 'w']],
  ])('gets nothing for a log that was rolled back %s', async (_what, entries) => {
    const name = `rolled-back-${entries.length}`;
    await cp(path('rolled-back'), path(name), { recursive: true });
    const ran = await append(name, entries);
    expect(ran.code, saidBy(ran)).not.toBe(0);
    expect([...new Set(statuses)]).toEqual(entries.length === 1 ? [409] : [409, 422]);
    // It publishes nothing that we have not cosigned.
    expect(parseCheckpoint(parseNote(await checkpoint(name)).text).size).toBe(2);
  });
});

/** The public key of a seed, as DER. */
function spkiOf(seed: Uint8Array): Uint8Array {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return createPublicKey(secret).export({ format: 'der', type: 'spki' });
}
