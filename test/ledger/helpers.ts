import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { memoryNotaryState } from '../../src/adapters/memory/notary-state.ts';
import { type FaultHook, type MemoryObjects, memoryObjects } from '../../src/adapters/memory/objects.ts';
import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';
import { encodeEntry } from '../../src/ledger/entry.ts';
import { integrate } from '../../src/ledger/integrate.ts';
import { createNotary, type Notary, type NotaryState } from '../../src/ledger/notary.ts';
import { verifierKeyOf } from '../../src/ledger/note.ts';
import { sequence } from '../../src/ledger/sequence.ts';
import type { Body } from '../../src/model/entry.ts';
import type { Objects } from '../../src/ports/objects.ts';
import type { Signer } from '../../src/ports/signer.ts';

export const ORIGIN = 'example.org/ledger-7';
export const RUN = '00000000-0000-4000-9000-000000000001';
export const AT = '2026-10-01T02:00:00.000Z';
const ZERO_HASH = '0'.repeat(64);

/** A signer whose key is made of one repeated byte, so that every run of the tests signs alike. */
export function testSigner(byte = 7): Signer {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, byte)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    algorithm: 'Ed25519',
    publicKey: async () => spki,
    sign: async (message) => sign(null, message, key),
  };
}

export const VKEY = verifierKeyOf(ORIGIN, await testSigner().publicKey()).vkey;

/** A log and the notary that signs it. */
export interface OpenLedger {
  readonly objects: Objects;
  readonly notary: Notary;
  readonly notaryState: NotaryState;
}

export interface TestLedger extends OpenLedger {
  readonly objects: Objects & { readonly files: Map<string, Uint8Array> };
}

export function testLedger(
  options: { files?: MemoryObjects['files']; state?: NotaryState; fault?: FaultHook; signer?: Signer } = {},
): TestLedger {
  const { signer = testSigner(), fault } = options;
  const files = options.files ?? new Map([['trust/checkpoint.vkey', vkeyFile()]]);
  const objects = memoryObjects({ files, ...(fault && { fault }) });
  const notaryState = options.state ?? memoryNotaryState(fault && { fault });
  return { objects, notaryState, notary: createNotary({ state: notaryState, signer, origin: ORIGIN }) };
}

function vkeyFile(): Uint8Array {
  return Buffer.from(`${VKEY}\n`);
}

export function uuid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** The smallest body there is. */
export function planBody(number: number): Body {
  return {
    v: 1,
    kind: 'plan',
    id: uuid(number),
    run: RUN,
    at: AT,
    mode: 'collect',
    via: 'aws',
    tasks: [],
    catalogue: ZERO_HASH,
    software: 'test',
    salt: String(number).padStart(32, '0'),
  };
}

/** Stores JSON lines as an object that is named by the SHA-256 of its bytes; gives the name. */
export async function storeLines(objects: Objects, folder: string, lines: readonly string[]): Promise<string> {
  const bytes = gzipSync(lines.map((line) => `${line}\n`).join(''));
  const name = sha256Hex(bytes);
  await objects.create(`${folder}/${name}.jsonl.gz`, bytes);
  return name;
}

/** Stores bodies as one evidence object; gives the entries that commit to them. */
export async function storeBodies(objects: Objects, bodies: readonly Body[]): Promise<Uint8Array[]> {
  const lines = bodies.map((body) => canonicalize(body));
  const name = await storeLines(objects, 'evidence', lines);
  return bodies.map(({ kind, id, run, at }, index) =>
    encodeEntry({ v: 1, kind, id, run, at, body: `sha256:${sha256Hex(lines[index] ?? '')}`, in: name }),
  );
}

/** Entries `from` to `from + count`, with their bodies stored. */
export function planEntries(objects: Objects, from: number, count: number): Promise<Uint8Array[]> {
  return storeBodies(
    objects,
    Array.from({ length: count }, (_, at) => planBody(from + at)),
  );
}

export async function append(ledger: OpenLedger, entries: readonly Uint8Array[]): Promise<number> {
  const { start } = await sequence(ledger.objects, entries);
  await integrate(ledger);
  return start;
}

export function flipped(bytes: Uint8Array, at: number, bit = 1): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ bit;
  return copy;
}

/** Numbers from 0 to 1 that a seed fixes (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
