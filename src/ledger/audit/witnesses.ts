import { messageOf } from '../../model/error.ts';
import { CHECKPOINT_KEY, type Checkpoint, checkpointKey } from '../checkpoint.ts';
import { verifyCosignatures, type WitnessKey } from '../cosignature.ts';
import { openCosignature, parseCosignatureKey } from '../cosignatures.ts';
import { type NoteSignature, parseNote } from '../note.ts';
import { isMet, type Policy, wordsOf } from '../policy.ts';
import type { SignedHeads } from './heads.ts';
import type { AuditedStore } from './store.ts';

/**
 * Checks the stored cosignatures: each is a line over a checkpoint that is there; with a policy, also that those of
 * its witnesses hold, and that the newest checkpoint has its quorum.
 */
export async function auditCosignatures(
  store: AuditedStore,
  { heads }: SignedHeads,
  policy: Policy | undefined,
): Promise<void> {
  const bySize = new Map(heads.map((head) => [head.size, head]));
  const newest = heads.at(-1);
  const witnesses = policy?.witnesses.map(({ key }) => key) ?? [];
  const cosigners: WitnessKey[] = [];
  for (const key of await store.list('cosignatures/')) {
    const found = await readCosignature(store, key, bySize);
    if (found === undefined) continue;
    const keys = verified(store, key, found, witnesses);
    if (found.head.size === newest?.size) cosigners.push(...keys);
  }
  if (policy?.quorum === undefined || newest === undefined || isMet(policy.quorum, cosigners)) return;
  const has =
    cosigners.length === 0
      ? 'none of them has cosigned it'
      : `only ${cosigners.map(({ name }) => name).join(', ')} has`;
  const message = `the checkpoint of ${newest.size} entries lacks the quorum of the policy, ${wordsOf(policy.quorum)}: ${has}`;
  store.report.error('ledger-quorum-missing', CHECKPOINT_KEY, message);
}

interface Found {
  readonly head: Checkpoint;
  readonly signature: NoteSignature;
}

async function readCosignature(
  store: AuditedStore,
  key: string,
  heads: ReadonlyMap<number, Checkpoint>,
): Promise<Found | undefined> {
  const place = parseCosignatureKey(key);
  if (place === undefined) {
    store.report.error('ledger-object-unexpected', key, `${key} is no name of a cosignature`);
    return undefined;
  }
  const bytes = await store.read(key, 'ledger-cosignature-missing');
  const head = heads.get(place.size);
  if (bytes === undefined) return undefined;
  try {
    const signature = openCosignature(key, bytes);
    if (head !== undefined) return { head, signature };
    const message = `${key} cosigns ${checkpointKey(place.size)}, which is missing or invalid`;
    store.report.error('ledger-cosignature-orphaned', key, message);
  } catch (thrown) {
    store.report.error('ledger-cosignature-invalid', key, messageOf(thrown));
  }
  return undefined;
}

function verified(
  store: AuditedStore,
  key: string,
  { head, signature }: Found,
  witnesses: readonly WitnessKey[],
): WitnessKey[] {
  try {
    const { text } = parseNote(Buffer.from(head.note));
    return verifyCosignatures({ text, signatures: [signature] }, witnesses).map((it) => it.key);
  } catch (thrown) {
    store.report.error('ledger-cosignature-invalid', key, `${key}: ${messageOf(thrown)}`);
    return [];
  }
}
