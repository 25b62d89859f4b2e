import type { Checkpoint } from '../../../ledger/checkpoint.ts';
import { type Cosignature, verifyCosignatures } from '../../../ledger/cosignature.ts';
import { parseNote } from '../../../ledger/note.ts';
import { isMet, type Policy, wordsOf } from '../../../ledger/policy.ts';
import { COUNTERSIGNED, PATHS } from '../../paths.ts';
import { within } from '../fault.ts';
import type { Pack } from '../pack.ts';
import type { StepOutcome } from '../types.ts';

/**
 * As many witnesses as the policy asks for have cosigned the pack's checkpoint, or a later one that extends
 * it: they have seen the same ledger, and would not have cosigned another.
 */
export async function witnesses(pack: Pack): Promise<StepOutcome> {
  const [head, newer] = [await pack.checkpoint(), await pack.countersigned()];
  const file = newer === undefined ? PATHS.checkpoint : COUNTERSIGNED;
  const { policy } = pack.options;
  if (policy === undefined) return { findings: [], notes: [unasked(newer ?? head)] };
  const note = parseNote(Buffer.from((newer ?? head).note));
  const keys = policy.witnesses.map(({ key }) => key);
  const cosigned = within(file, () => verifyCosignatures(note, keys));
  const notes = cosigned.map((it) => told(policy, it, newer ?? head));
  const { quorum } = policy;
  if (quorum === undefined) return { findings: [], notes: [...notes, 'The policy asks for no witness (quorum none).'] };
  if (
    isMet(
      quorum,
      cosigned.map(({ key }) => key),
    )
  )
    return { findings: [], notes };
  const missing = policy.witnesses.filter(({ key }) => cosigned.every((it) => it.key !== key)).map(({ name }) => name);
  const message = `lacks the quorum of the policy, ${wordsOf(quorum)}: no cosignature of ${missing.join(', ')}`;
  return { findings: [{ file, message }], notes };
}

function unasked({ signers, unknownSignatures }: Checkpoint): string {
  const lines =
    unknownSignatures === 0 ? 'no line' : `${unknownSignatures} of ${signers.length + unknownSignatures} lines`;
  return `No policy was given (--policy), so no witness was looked for: ${lines} of the checkpoint may be theirs.`;
}

function told({ witnesses: known }: Policy, { key, time }: Cosignature, { size }: Checkpoint): string {
  const name = known.find((it) => it.key === key)?.name ?? key.name;
  return `Witness ${name} (${key.name}) cosigned the tree of ${size} entries at ${timeOf(time)}.`;
}

/** Seconds since 1970 may be more than a date can show. */
function timeOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} s after 1970` : date.toISOString();
}
