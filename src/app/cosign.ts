import { checkpointKey, openCheckpointObject, parseCheckpoint } from '../ledger/checkpoint.ts';
import { formatConsistency } from '../ledger/consistency.ts';
import { verifyCosignatures } from '../ledger/cosignature.ts';
import {
  cosignatureKey,
  lastCosigned,
  openAnswer,
  openCosignature,
  publishCosignatures,
  storedCosignatures,
} from '../ledger/cosignatures.ts';
import { formatSignature, parseNote, parseVkey } from '../ledger/note.ts';
import { isMet, type Policy, type PolicyWitness } from '../ledger/policy.ts';
import { type Log, openLog } from '../ledger/read.ts';
import { parseCount } from '../ledger/text.ts';
import { messageOf, WitnessmarkError } from '../model/error.ts';
import type { Witnesses } from '../ports/witness.ts';
import type { Store } from './store.ts';

/** Who is to cosign a log's checkpoints, and how they are asked. */
export interface Witnessing {
  /** Its witnesses with a URL are asked; its quorum is what a report's checkpoint should have. */
  readonly policy: Policy;
  readonly witnesses: Witnesses;
}

/** What came of asking one witness. */
export interface Asked {
  readonly witness: string;
  /** Why there is no cosignature; undefined where there is one, of now or of before. */
  readonly failure?: string;
}

/** What came of asking all of them to cosign one checkpoint. */
export interface Cosigned {
  readonly size: number;
  readonly asked: readonly Asked[];
  /** Whether the quorum of the policy is there. */
  readonly met: boolean;
}

type CosignStore = Pick<Store, 'objects' | 'verifierKeys' | 'witnessing'>;

/**
 * Asks every witness that has not cosigned the checkpoint of `size` entries (the newest one where left
 * out) to do so, and keeps what they give. A witness that fails costs nothing but its cosignature: the
 * checkpoint stands, and a later call asks again. Undefined where no witnesses are configured, or nothing
 * was ever sealed.
 */
export async function cosignCheckpoint(store: CosignStore, size?: number): Promise<Cosigned | undefined> {
  const { objects, witnessing } = store;
  if (witnessing === undefined) return undefined;
  const log = await openSigned(store, size);
  if (log === undefined) return undefined;
  const { policy } = witnessing;
  const asked = await Promise.all(
    policy.witnesses.filter((it) => it.url !== undefined).map((it) => askOne(store, witnessing, log, it)),
  );
  await publishCosignatures(objects, log.checkpoint.size);
  return { size: log.checkpoint.size, asked, met: isMet(policy.quorum, await cosignersOf(store, log, policy)) };
}

async function openSigned(store: CosignStore, size?: number): Promise<Log | undefined> {
  try {
    return await openLog(store.objects, store.verifierKeys, size);
  } catch (thrown) {
    if (thrown instanceof WitnessmarkError && thrown.code === 'ledger-checkpoint-missing') return undefined;
    throw thrown;
  }
}

async function askOne(store: CosignStore, { witnesses }: Witnessing, log: Log, it: PolicyWitness): Promise<Asked> {
  try {
    await cosignWith(store, log, it, (body) => witnesses.ask(it.url ?? '', body));
    return { witness: it.name };
  } catch (thrown) {
    return { witness: it.name, failure: messageOf(thrown) };
  }
}

/** Answers of 409 that are taken for an answer: another log writer may have asked in between. */
const MAX_CONFLICTS = 3;

async function cosignWith(
  { objects, verifierKeys }: CosignStore,
  log: Log,
  { key }: PolicyWitness,
  ask: (body: string) => ReturnType<Witnesses['ask']>,
): Promise<void> {
  const { size } = log.checkpoint;
  const note = await signedNote(objects, verifierKeys, size);
  const { text } = parseNote(Buffer.from(note));
  const place = cosignatureKey(size, key.id);
  const present = await objects.get(place);
  if (present !== undefined) {
    verifyCosignatures({ text, signatures: [openCosignature(place, present.bytes)] }, [key]);
    return;
  }
  let old = await lastCosigned(objects, key, size);
  for (let round = 0; round < MAX_CONFLICTS; round++) {
    const hashes = await log.consistencyProof(old);
    const reply = await ask(formatConsistency({ olderSize: old, hashes, checkpoint: note }));
    if (reply.status === 200) {
      await objects.create(place, Buffer.from(formatSignature(openAnswer(reply.body, text, key))));
      return;
    }
    old = sizeAfterConflict(reply, old, size);
  }
  throw new WitnessmarkError('witness-busy', `it said ${MAX_CONFLICTS} times that its state had moved`);
}

/** The note as the log signed it, without what witnesses have added to the published copy. */
async function signedNote(objects: Store['objects'], verifierKeys: readonly string[], size: number): Promise<string> {
  const key = checkpointKey(size);
  const stored = await objects.get(key);
  if (stored === undefined) throw new WitnessmarkError('ledger-checkpoint-missing', `${key} is missing`);
  return openCheckpointObject(key, stored.bytes, verifierKeys.map(parseVkey)).note;
}

/** The size from which to prove, or throws what the witness has against this checkpoint. */
function sizeAfterConflict(reply: Awaited<ReturnType<Witnesses['ask']>>, old: number, size: number): number {
  const said = reply.status === 409 ? parseCount(reply.body.trim()) : undefined;
  if (said === undefined || said === old) throw refused(reply, old, size);
  if (said <= size) return said;
  throw new WitnessmarkError(
    'witness-ahead',
    `it stands for ${said} entries already, more than the ${size} of this checkpoint`,
    {
      hint: 'a later checkpoint of the same log can be cosigned; if there is none, the log was set back: run `witnessmark audit`',
    },
  );
}

const SHOWN = 200;

function refused({ status, body }: { status: number; body: string }, old: number, size: number): WitnessmarkError {
  const said = body.trim().slice(0, SHOWN);
  if (status === 409) {
    return new WitnessmarkError(
      'witness-refused',
      `it stands for another tree of ${size} entries: the log has forked`,
      {
        hint: 'keep both versions and start an incident',
      },
    );
  }
  return new WitnessmarkError('witness-refused', `it answered ${status} to a proof from ${old} to ${size}: ${said}`);
}

/** The witnesses of a policy whose cosignatures over a checkpoint the store holds. */
async function cosignersOf(store: CosignStore, log: Log, { witnesses }: Policy) {
  const { size, note } = log.checkpoint;
  const { text } = parseNote(Buffer.from(note));
  const signatures = await storedCosignatures(store.objects, size);
  const keys = witnesses.map(({ key }) => key);
  return verifyCosignatures({ text, signatures }, keys).map(({ key }) => key);
}

/**
 * Takes in the cosignatures of a checkpoint that witnesses have cosigned elsewhere. Throws
 * `witness-unknown` where none is of a witness that the store uses, `ledger-checkpoint-…` where the
 * checkpoint is not one of this log, and `note-signature-invalid`.
 */
export async function addCosignatures(
  store: CosignStore & Pick<Store, 'claim'>,
  cosigned: Uint8Array,
): Promise<{ size: number; witnesses: string[] }> {
  const { text, signatures } = parseNote(cosigned);
  const { size } = parseCheckpoint(text);
  const own = await signedNote(store.objects, store.verifierKeys, size);
  if (parseNote(Buffer.from(own)).text !== text) {
    throw new WitnessmarkError('ledger-checkpoint-differs', `the store has signed another tree of ${size} entries`, {
      hint: 'keep both checkpoints and start an incident',
    });
  }
  const known = store.witnessing?.policy.witnesses ?? [];
  const found = verifyCosignatures(
    { text, signatures },
    known.map(({ key }) => key),
  );
  if (found.length === 0) {
    throw new WitnessmarkError('witness-unknown', 'no cosignature is of a witness that this store uses', {
      hint: 'name the witness in a policy, and `witnessmark witness use` that',
    });
  }
  await store.claim?.();
  for (const { key } of found) {
    const line = signatures.find(({ name, id }) => name === key.name && id === key.id);
    if (line !== undefined)
      await store.objects.create(cosignatureKey(size, key.id), Buffer.from(formatSignature(line)));
  }
  await publishCosignatures(store.objects, size);
  return { size, witnesses: found.map(({ key }) => key.name) };
}
