import { encodeBundle } from '../../../src/ledger/bundle.ts';
import { CHECKPOINT_KEY, formatCheckpoint } from '../../../src/ledger/checkpoint.ts';
import { batchKey } from '../../../src/ledger/entry.ts';
import type { NotaryRecord, NotaryState } from '../../../src/ledger/notary.ts';
import { createNotary, type Notary } from '../../../src/ledger/notary.ts';
import { formatNote, verifierKeyOf } from '../../../src/ledger/note.ts';
import { decodeBatch, type sequence } from '../../../src/ledger/sequence.ts';
import { decodeBase64 } from '../../../src/ledger/text.ts';
import { WitnessmarkError } from '../../../src/model/error.ts';
import type { EvidenceIndex } from '../../../src/ports/evidence-index.ts';
import type { Objects, StoredObject } from '../../../src/ports/objects.ts';
import type { Signer } from '../../../src/ports/signer.ts';
import type { World } from './world.ts';

type NotaryOptions = Parameters<typeof createNotary>[0];

/** A mistake that somebody could make, in the place of one port or function. */
export interface Bug {
  readonly name: string;
  readonly objects: (objects: Objects, world: World) => Objects;
  readonly notaryState: (state: NotaryState, world: World) => NotaryState;
  readonly signer: (signer: Signer, state: NotaryState) => Signer;
  readonly notary: (options: NotaryOptions) => Notary;
  readonly sequence: typeof sequence;
  readonly index: (index: EvidenceIndex) => EvidenceIndex;
  readonly reader: (objects: Objects) => Objects;
}

/** Every bug that must be found. */
export const BUGS: readonly (Partial<Bug> & Pick<Bug, 'name'>)[] = [
  { name: 'create overwrites what is there', objects: overwriting },
  { name: 'create calls what is there created', objects: blind },
  { name: 'create says so before it is durable', objects: early },
  { name: 'publish does not compare', objects: unconditional },
  { name: "integrate takes another's tile for its own", objects: careless },
  { name: 'sequence takes an occupied place for its own', sequence: withoutWalk },
  { name: 'a retry appends again and reports the second index', sequence: forgetful },
  {
    name: 'the notary forgets to compare its memory',
    notaryState: (state) => ({ ...state, swap: async (_, next) => state.swap(await state.read(), next) }),
  },
  { name: 'the notary signs before it remembers', ...signsFirst() },
  { name: 'the notary asks for no consistency proof', notary: credulous },
  { name: 'a reader takes a stale checkpoint for the newest', reader: stale },
  { name: 'the index takes the body of a neighbour', index: crossed },
];

function overwriting(objects: Objects, world: World): Objects {
  return {
    ...objects,
    async create(key, bytes) {
      if ((await objects.create(key, bytes)) === 'exists') world.disk.objects.set(key, Uint8Array.from(bytes));
      return 'created';
    },
  };
}

function blind(objects: Objects): Objects {
  return {
    ...objects,
    async create(key, bytes) {
      await objects.create(key, bytes);
      return 'created';
    },
  };
}

/** The write goes on behind the caller's back, and is lost where it fails. */
function early(objects: Objects, world: World): Objects {
  return {
    ...objects,
    async create(key, bytes) {
      if (world.disk.objects.has(key) || !key.startsWith('batch/')) return objects.create(key, bytes);
      void objects.create(key, bytes).catch(() => undefined);
      return 'created';
    },
  };
}

function unconditional(objects: Objects, world: World): Objects {
  return {
    ...objects,
    async replace(key, bytes, version) {
      if ((await objects.replace(key, bytes, version)) === 'conflict')
        world.disk.objects.set(key, Uint8Array.from(bytes));
      return 'replaced';
    },
  };
}

function careless(objects: Objects): Objects {
  return {
    ...objects,
    async create(key, bytes) {
      const outcome = await objects.create(key, bytes);
      return key.startsWith('tile/') ? 'created' : outcome;
    },
  };
}

const startOf = async (objects: Objects): Promise<number> => {
  const stored = await objects.get(CHECKPOINT_KEY);
  return stored === undefined ? 0 : Number(Buffer.from(stored.bytes).toString().split('\n')[1]);
};

const after = (start: number, batch: StoredObject): number => start + decodeBatch(start, batch.bytes).ends.length;

async function withoutWalk(objects: Objects, entries: readonly Uint8Array[]): Promise<{ start: number }> {
  let start = await startOf(objects);
  for (let batch = await objects.get(batchKey(start)); batch; batch = await objects.get(batchKey(start))) {
    if (Buffer.compare(batch.bytes, encodeBundle(entries)) === 0) return { start };
    start = after(start, batch);
  }
  await objects.create(batchKey(start), encodeBundle(entries));
  return { start };
}

async function forgetful(objects: Objects, entries: readonly Uint8Array[]): Promise<{ start: number }> {
  let start = await startOf(objects);
  for (;;) {
    const batch = await objects.get(batchKey(start));
    if (batch !== undefined) start = after(start, batch);
    else if ((await objects.create(batchKey(start), encodeBundle(entries))) === 'created') return { start };
  }
}

function signsFirst(): Pick<Bug, 'notaryState' | 'signer'> {
  const waiting = new WeakMap<NotaryState, [NotaryRecord | undefined, NotaryRecord]>();
  const plain = new WeakMap<NotaryState, NotaryState>();
  return {
    notaryState(state) {
      const lazy: NotaryState = {
        ...state,
        async swap(previous, next) {
          waiting.set(lazy, [previous, next]);
          return true;
        },
      };
      plain.set(lazy, state);
      return lazy;
    },
    signer: (signer, state) => ({
      ...signer,
      async sign(message) {
        const signature = await signer.sign(message);
        const swap = waiting.get(state);
        if (swap !== undefined) await plain.get(state)?.swap(...swap);
        waiting.delete(state);
        return signature;
      },
    }),
  };
}

/** All that a notary does but for the proof. */
function credulous(options: NotaryOptions): Notary {
  const { state, signer, origin } = options;
  return {
    ...createNotary(options),
    async sign({ size, root, from }) {
      const previous = await state.read();
      const signed = previous?.signed ?? [];
      if (from !== (previous?.size ?? 0)) throw new WitnessmarkError('notary-conflict', 'another size');
      const next = { size, root, signed: [...signed, size] };
      if (!signed.includes(size) && !(await state.swap(previous, next)))
        throw new WitnessmarkError('notary-conflict', 'another request');
      const text = formatCheckpoint({ origin, size, root: decodeBase64(root) ?? Buffer.alloc(0) });
      const { name, id } = verifierKeyOf(origin, await signer.publicKey());
      return formatNote({ text, signatures: [{ name, id, signature: await signer.sign(Buffer.from(text)) }] });
    },
  };
}

function stale(objects: Objects): Objects {
  let before: StoredObject | undefined;
  return {
    ...objects,
    async get(key) {
      const stored = await objects.get(key);
      if (key !== CHECKPOINT_KEY) return stored;
      const older = before ?? stored;
      before = stored;
      return older;
    },
  };
}

function crossed(index: EvidenceIndex): EvidenceIndex {
  return {
    ...index,
    apply: (entries) => index.apply(entries.map((it, at) => ({ ...it, body: entries[at + 1]?.body ?? it.body }))),
  };
}
