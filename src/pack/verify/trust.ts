import { type Checkpoint, openCheckpoint } from '../../ledger/checkpoint.ts';
import { parseConsistency } from '../../ledger/consistency.ts';
import { type Handover, type Reached, reachKeys } from '../../ledger/handover.ts';
import { verifyConsistency } from '../../ledger/merkle.ts';
import { parseVkey, type VerifierKey } from '../../ledger/note.ts';
import { COUNTERSIGNED, handoverBodyPath, handoverIndex } from '../paths.ts';
import { PackFault, within } from './fault.ts';
import type { Pack } from './pack.ts';
import type { VerifyOptions } from './types.ts';

const MAX_FILE = 128 * 1024;
/** Far more rotations than a ledger sees. */
const MAX_HANDOVERS = 100;

/** The keys that the reader trusts, and those that the pack's handovers lead to; undefined where none were given. */
export async function trustedKeys(pack: Pack): Promise<Reached | undefined> {
  const given = givenKeys(pack.options);
  if (given === undefined) return undefined;
  const handovers: Handover[] = [];
  const indices = [...pack.files.sizes.keys()].map((file) => [file, handoverIndex(file)] as const);
  const found = indices.filter((it): it is [string, number] => it[1] !== undefined);
  for (const [file, index] of found.slice(0, MAX_HANDOVERS)) {
    const body = await pack.bytes(handoverBodyPath(index), MAX_FILE);
    handovers.push({ file, proof: await pack.bytes(file, MAX_FILE), body });
  }
  return reachKeys(given, handovers);
}

/** Keys from elsewhere than the pack, those of the logs of a policy among them. */
function givenKeys({ verifierKeys, policy }: VerifyOptions): VerifierKey[] | undefined {
  const logs = policy?.logs.map(({ key }) => key) ?? [];
  if (verifierKeys === undefined && logs.length === 0) return undefined;
  return [...(verifierKeys ?? []).flatMap(keyOf), ...logs];
}

/** What is no key has signed nothing. */
function keyOf(text: string): VerifierKey[] {
  try {
    return [parseVkey(text.trim())];
  } catch {
    return [];
  }
}

/**
 * The checkpoint of the same or a later tree that more have signed, once it is proven to extend the pack's;
 * undefined where the pack has none. Throws a `PackFault` where it is not that.
 */
export async function countersigned(pack: Pack): Promise<Checkpoint | undefined> {
  if (!pack.files.sizes.has(COUNTERSIGNED)) return undefined;
  const [text, head, keys] = [await pack.text(COUNTERSIGNED, MAX_FILE), await pack.checkpoint(), await pack.keys()];
  return within(COUNTERSIGNED, () => {
    const proof = parseConsistency(text);
    const newer = openCheckpoint(Buffer.from(proof.checkpoint), keys);
    if (newer.origin !== head.origin || proof.olderSize !== head.size)
      throw fault(`is about ${proof.olderSize} entries of ${newer.origin}, not the ${head.size} of ${head.origin}`);
    if (!verifyConsistency(head, newer, proof.hashes))
      throw fault(`history was rewritten: its ${newer.size} entries do not begin with the ${head.size} of the pack`);
    return newer;
  });
}

const fault = (message: string): PackFault => new PackFault({ file: COUNTERSIGNED, message });
