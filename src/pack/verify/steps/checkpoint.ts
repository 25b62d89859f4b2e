import type { Checkpoint } from '../../../ledger/checkpoint.ts';
import type { VerifierKey } from '../../../ledger/note.ts';
import { encodeBase64 } from '../../../ledger/text.ts';
import { PATHS } from '../../paths.ts';
import type { Pack } from '../pack.ts';
import type { Finding, StepOutcome } from '../types.ts';

/** The checkpoint is signed by the ledger's key, which is a trusted one, and it is the one in the report. */
export async function checkpoint(pack: Pack): Promise<StepOutcome> {
  const findings: Finding[] = [];
  const [head, keys, trusted] = [await pack.checkpoint(), await pack.keys(), await pack.trusted()];
  findings.push(...(trusted?.faults ?? []));
  if (trusted !== undefined && !(await isVouchedFor(pack, head, trusted.keys))) {
    findings.push({ file: PATHS.checkpoint, message: 'is signed by none of the keys that you trust' });
  }
  const { ledger } = await pack.report();
  const expected = {
    origin: head.origin,
    size: head.size,
    root: encodeBase64(head.root),
    checkpoint: head.note,
  };
  for (const [key, value] of Object.entries(expected)) {
    if (ledger[key as keyof typeof expected] === value) continue;
    findings.push({ file: PATHS.json, message: `ledger.${key} is not that of ${PATHS.checkpoint}` });
  }
  if (!keys.some((key) => key.vkey === ledger.verifierKey)) {
    findings.push({ file: PATHS.json, message: `ledger.verifierKey is not in ${PATHS.verifierKeys}` });
  }
  if (trusted !== undefined) return { findings };
  return {
    findings,
    warnings: ["The ledger's key was taken from inside the pack: compare it with one from elsewhere."],
  };
}

/** By a trusted key's own signature, or by one over a later tree that begins with this one. */
async function isVouchedFor(pack: Pack, head: Checkpoint, trusted: readonly VerifierKey[]): Promise<boolean> {
  const isTrusted = ({ signers }: Checkpoint): boolean =>
    signers.some((key) => trusted.some(({ vkey }) => vkey === key.vkey));
  if (isTrusted(head)) return true;
  const newer = await pack.countersigned();
  return newer !== undefined && isTrusted(newer);
}
