import { messageOf } from '../../model/error.ts';
import { CHECKPOINT_KEY, type Checkpoint, checkpointKey, openCheckpoint } from '../checkpoint.ts';
import { sameBytes } from '../merkle.ts';
import type { NotaryRecord, NotaryState } from '../notary.ts';
import { parseVkeys, type VerifierKey } from '../note.ts';
import { type AuditedStore, inParallel, largestOf } from './store.ts';
import { isTimestamp } from './timestamps.ts';

/** Every tree head that was signed, by size; and the names of the objects that say so. */
export interface SignedHeads {
  readonly heads: readonly Checkpoint[];
  /** Sizes that were signed, as the heads or the notary say. */
  readonly sizes: ReadonlySet<number>;
  /** What the notary remembers, if it was asked and answered. */
  readonly notary: NotaryRecord | undefined;
}

const TRUST_KEY = 'trust/checkpoint.vkey';

/** Opens all checkpoints, and compares them with the newest one, the trusted keys and the notary's memory. */
export async function auditHeads(
  store: AuditedStore,
  keys: readonly VerifierKey[],
  notaryState: NotaryState | undefined,
): Promise<SignedHeads> {
  const stored = new Map<number, Checkpoint>();
  const notes = (await store.list('checkpoints/')).filter((key) => !isTimestamp(key));
  await inParallel(notes, async (key) => {
    const head = await readHead(store, key, keys);
    if (head === undefined) return;
    if (checkpointKey(head.size) === key) stored.set(head.size, head);
    else store.report.error('ledger-checkpoint-misnamed', key, `${key} is a checkpoint of ${head.size} entries`);
  });
  const newest = await readHead(store, CHECKPOINT_KEY, keys);
  if (newest !== undefined) compareNewest(store, newest, stored);
  const heads = [...stored.values(), ...(newest === undefined ? [] : [newest])];
  await auditTrust(store, heads, keys);
  const notary = await readNotary(store, notaryState);
  for (const size of notary?.signed ?? []) {
    if (!stored.has(size)) reportMissing(store, size, `the notary has signed a checkpoint of ${size} entries`);
  }
  const sizes = new Set([...heads.map((head) => head.size), ...(notary?.signed ?? [])]);
  return { heads: heads.toSorted((a, b) => a.size - b.size), sizes, notary };
}

async function readHead(
  store: AuditedStore,
  key: string,
  keys: readonly VerifierKey[],
): Promise<Checkpoint | undefined> {
  const bytes = await store.read(key, 'ledger-checkpoint-missing');
  if (bytes === undefined) return undefined;
  try {
    const head = openCheckpoint(bytes, keys);
    if (head.unknownSignatures > 0) {
      const message = `${key} has ${head.unknownSignatures} signatures of unknown keys`;
      store.report.warning('ledger-signature-unknown', key, message);
    }
    return head;
  } catch (thrown) {
    store.report.error('ledger-checkpoint-invalid', key, `${key} is no valid checkpoint: ${messageOf(thrown)}`);
    return undefined;
  }
}

function compareNewest(store: AuditedStore, newest: Checkpoint, stored: ReadonlyMap<number, Checkpoint>): void {
  const kept = stored.get(newest.size);
  if (kept === undefined) reportMissing(store, newest.size, `${CHECKPOINT_KEY} has that size`);
  else if (!sameBytes(Buffer.from(kept.note), Buffer.from(newest.note))) {
    const message = `${CHECKPOINT_KEY} and ${checkpointKey(newest.size)} differ`;
    store.report.error('ledger-checkpoint-differs', CHECKPOINT_KEY, message);
  }
  const largest = Math.max(newest.size, largestOf(stored.keys()));
  if (largest > newest.size) {
    const message = `${CHECKPOINT_KEY} has ${newest.size} entries, but ${largest} were signed and published`;
    store.report.error('ledger-checkpoint-behind', CHECKPOINT_KEY, message);
  }
}

function reportMissing(store: AuditedStore, size: number, why: string): void {
  const key = checkpointKey(size);
  store.report.error('ledger-checkpoint-missing', key, `${key} is missing or invalid: ${why}`);
}

async function auditTrust(
  store: AuditedStore,
  heads: readonly Checkpoint[],
  keys: readonly VerifierKey[],
): Promise<void> {
  const bytes = await store.read(TRUST_KEY, 'ledger-trust-missing');
  if (bytes === undefined) return;
  try {
    const trusted = new Set(parseVkeys(bytes).map((key) => key.vkey));
    const used = new Set(heads.flatMap((head) => head.signers.map((key) => key.vkey)));
    for (const vkey of [...used].filter((it) => !trusted.has(it))) {
      store.report.error('ledger-trust-key-missing', TRUST_KEY, `${TRUST_KEY} lacks the key ${vkey}, which has signed`);
    }
    for (const vkey of [...trusted].filter((it) => keys.every((key) => key.vkey !== it))) {
      store.report.warning(
        'ledger-trust-key-unknown',
        TRUST_KEY,
        `${TRUST_KEY} has a key that you do not trust: ${vkey}`,
      );
    }
  } catch (thrown) {
    store.report.error('ledger-trust-invalid', TRUST_KEY, `${TRUST_KEY}: ${messageOf(thrown)}`);
  }
}

async function readNotary(store: AuditedStore, state: NotaryState | undefined): Promise<NotaryRecord | undefined> {
  try {
    return await state?.read();
  } catch (thrown) {
    store.report.error('ledger-notary-unreadable', 'notary', `the notary's state cannot be read: ${messageOf(thrown)}`);
    return undefined;
  }
}
