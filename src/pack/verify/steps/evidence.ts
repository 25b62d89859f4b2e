import { PATHS } from '../../paths.ts';
import type { Pack } from '../pack.ts';
import type { Finding, StepOutcome } from '../types.ts';

/** Every body is canonical, known, and exactly what one ledger entry commits to; in ledger order. */
export async function evidence(pack: Pack): Promise<StepOutcome> {
  const { findings, hashes } = await pack.bodies();
  const { ledger } = await pack.report();
  const empty: Finding[] =
    hashes.size === 0 ? [{ file: PATHS.bodies, message: `holds nothing of ${ledger.size} entries` }] : [];
  return { findings: [...findings, ...empty] };
}
