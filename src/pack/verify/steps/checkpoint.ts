import { encodeBase64 } from '../../../ledger/text.ts';
import { PATHS } from '../../paths.ts';
import type { Pack } from '../pack.ts';
import type { Finding, StepOutcome } from '../types.ts';

/** The checkpoint is signed by the ledger's key, which is a trusted one, and it is the one in the report. */
export async function checkpoint(pack: Pack): Promise<StepOutcome> {
  const findings: Finding[] = [];
  const trusted = pack.options.verifierKeys?.map((it) => it.trim());
  const [head, keys] = [await pack.checkpoint(), await pack.keys()];
  if (trusted !== undefined && !head.signers.some((key) => trusted.includes(key.vkey))) {
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
