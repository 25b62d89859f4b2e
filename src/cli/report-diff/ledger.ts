import { type Checkpoint, openCheckpoint } from '../../ledger/checkpoint.ts';
import { type ConsistencyProof, parseConsistency } from '../../ledger/consistency.ts';
import { sameBytes, verifyConsistency } from '../../ledger/merkle.ts';
import { parseVkey, type VerifierKey } from '../../ledger/note.ts';
import { encodeBase64 } from '../../ledger/text.ts';
import { messageOf } from '../../model/error.ts';
import type { Report } from '../../model/report.ts';
import { consistencyPath } from '../../pack/paths.ts';
import type { ReadReport } from './read.ts';

/**
 * How the two ledgers relate. Only `same` and `extends` are proven, by the two signed checkpoints and
 * a consistency proof (RFC 9162, 2.1.4). `forked` is proven too: both are signed, and they contradict.
 */
export interface LedgerRelation {
  readonly relation: 'same' | 'extends' | 'not_proven' | 'forked' | 'shorter' | 'other_ledger' | 'unsigned';
  /** A full sentence. */
  readonly says: string;
  /** File of the new pack that proves it, if one does. */
  readonly proof: string | null;
}

const MAX_PROOF = 128 * 1024;

/** Compares the checkpoints of two reports offline; `vkeys` are keys from elsewhere, if there are any. */
export async function ledgerRelation(
  old: ReadReport,
  now: ReadReport,
  vkeys: readonly string[] | undefined,
): Promise<LedgerRelation> {
  const [was, is] = [old.report.ledger, now.report.ledger];
  if (was.origin !== is.origin)
    return told('other_ledger', `The reports come from different ledgers: ${was.origin} and ${is.origin}.`);
  let heads: Checkpoint[];
  try {
    const keys = (vkeys ?? [is.verifierKey]).map((it) => parseVkey(it.trim()));
    heads = [headOf(was, keys), headOf(is, keys)];
  } catch (thrown) {
    return told(
      'unsigned',
      `The checkpoints of the reports do not hold, so nothing can be compared: ${messageOf(thrown)}.`,
    );
  }
  const [older, newer] = heads as [Checkpoint, Checkpoint];
  if (older.size > newer.size)
    return told('shorter', `The new ledger has ${newer.size} entries, fewer than the ${older.size} of the old one.`);
  if (older.size === newer.size)
    return sameBytes(older.root, newer.root)
      ? told('same', `Both reports rest on the same ${older.size} ledger entries, with the same root.`)
      : told(
          'forked',
          `Two ledgers of ${older.size} entries with different roots are signed as ${was.origin}: history was rewritten.`,
        );
  return await extension(older, newer, now);
}

async function extension(older: Checkpoint, newer: Checkpoint, { pack }: ReadReport): Promise<LedgerRelation> {
  const path = consistencyPath(older.size);
  if (!pack?.files.sizes.has(path))
    return told(
      'not_proven',
      `Not proven here that the new ledger (${newer.size} entries) begins with the ${older.size} of the old one: ${pack ? `the new pack holds no ${path}` : 'a report.json by itself holds no proof'}.`,
    );
  const proof = await proofIn(pack.text(path, MAX_PROOF));
  if (proof !== undefined && proof.olderSize === older.size && verifyConsistency(older, newer, proof.hashes))
    return {
      relation: 'extends',
      says: `The new ledger (${newer.size} entries) begins with all ${older.size} entries of the old one, unchanged.`,
      proof: path,
    };
  return told(
    'forked',
    `${path} does not lead from the old report's root to the new one's: history was rewritten, or the proof is not the one it should be.`,
  );
}

async function proofIn(text: Promise<string>): Promise<ConsistencyProof | undefined> {
  return await text.then(parseConsistency).catch(() => undefined);
}

/** The signed checkpoint of a report, which must be what the report says of its ledger. */
function headOf(ledger: Report['ledger'], keys: readonly VerifierKey[]): Checkpoint {
  const head = openCheckpoint(Buffer.from(ledger.checkpoint, 'utf8'), keys);
  if (head.origin === ledger.origin && head.size === ledger.size && encodeBase64(head.root) === ledger.root)
    return head;
  throw new Error('a report says another origin, size or root than the checkpoint that it holds');
}

const told = (relation: LedgerRelation['relation'], says: string): LedgerRelation => ({ relation, says, proof: null });
