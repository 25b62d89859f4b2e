import { type Checkpoint, openCheckpoint } from '../../../ledger/checkpoint.ts';
import { type ConsistencyProof, parseConsistency } from '../../../ledger/consistency.ts';
import { sameBytes, verifyConsistency } from '../../../ledger/merkle.ts';
import { consistencyPath, consistencySize, earlierCheckpointPath } from '../../paths.ts';
import { within } from '../fault.ts';
import type { Pack } from '../pack.ts';
import type { Finding, StepOutcome } from '../types.ts';

const MAX_FILE = 128 * 1024;
/** Far more reports than a ledger is asked for in its life. */
const MAX_PROOFS = 10_000;
const SINCE = '--since';

/** The ledger still begins with everything it held at each earlier report, and at the checkpoint that you kept. */
export async function consistency(pack: Pack): Promise<StepOutcome> {
  const head = await pack.checkpoint();
  const proofs = await proofsOf(pack);
  const findings: Finding[] = [];
  for (const [file, proof] of proofs) findings.push(...(await earlierFindings(pack, head, file, proof)));
  const { since } = pack.options;
  if (since === undefined)
    return { findings, notes: ['No checkpoint from earlier was given, so none was compared (--since).'] };
  const keys = await pack.keys();
  const older = within(SINCE, () => openCheckpoint(Buffer.from(since), keys));
  const proof = proofs.get(consistencyPath(older.size));
  return { findings: [...findings, ...sinceFindings(older, head, proof)] };
}

async function proofsOf(pack: Pack): Promise<Map<string, ConsistencyProof>> {
  const files = [...pack.files.sizes.keys()].filter((path) => consistencySize(path) !== undefined).sort();
  const proofs = new Map<string, ConsistencyProof>();
  for (const file of files.slice(0, MAX_PROOFS)) {
    const text = await pack.text(file, MAX_FILE);
    proofs.set(
      file,
      within(file, () => parseConsistency(text)),
    );
  }
  return proofs;
}

async function earlierFindings(
  pack: Pack,
  head: Checkpoint,
  file: string,
  proof: ConsistencyProof,
): Promise<Finding[]> {
  const checkpointFile = earlierCheckpointPath(consistencySize(file) ?? 0);
  const [bytes, keys] = [await pack.bytes(checkpointFile, MAX_FILE), await pack.keys()];
  const older = within(checkpointFile, () => openCheckpoint(bytes, keys));
  if (proof.checkpoint !== head.note)
    return [{ file, message: 'is a proof for another checkpoint than the one of the pack' }];
  if (proof.olderSize !== older.size || consistencyPath(older.size) !== file)
    return [{ file, message: `is a proof from ${proof.olderSize} entries, not ${older.size}` }];
  return isExtension(older, head, proof) ? [] : [{ file, message: forked(older, head) }];
}

const forked = (older: Checkpoint, head: Checkpoint): string =>
  `history was rewritten: the ledger of ${head.size} entries does not begin with the ${older.size} signed before; keep both checkpoints as proof`;

function isExtension(older: Checkpoint, head: Checkpoint, proof: ConsistencyProof): boolean {
  return older.origin === head.origin && verifyConsistency(older, head, proof.hashes);
}

function sinceFindings(older: Checkpoint, head: Checkpoint, proof: ConsistencyProof | undefined): Finding[] {
  const file = SINCE;
  if (older.origin !== head.origin)
    return [{ file, message: `is a checkpoint of the ledger ${older.origin}, not ${head.origin}` }];
  if (older.size > head.size) {
    return [{ file, message: `has ${older.size} entries, more than the ${head.size} of the pack: the pack is older` }];
  }
  if (older.size === head.size) {
    return sameBytes(older.root, head.root) ? [] : [{ file, message: forked(older, head) }];
  }
  if (proof === undefined) {
    const message = `cannot be compared: the pack holds no proof from ${older.size} entries; ask for one`;
    return [{ file, message }];
  }
  return verifyConsistency(older, head, proof.hashes) ? [] : [{ file, message: forked(older, head) }];
}
