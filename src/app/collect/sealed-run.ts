import type { Outcome } from '../../model/evidence.ts';
import { zeroCounts } from '../../model/evidence.ts';
import type { Run } from '../../model/run.ts';
import type { Store } from '../store.ts';

/** Numbers of a run whose end the ledger holds. */
export type SealedRun = Pick<Run, 'expected' | 'collected' | 'failed' | 'calls' | 'throttles'>;

/** The end of a run, where the ledger holds it; the index must be up to date. */
export async function sealedRun({ index }: Pick<Store, 'index'>, run: string): Promise<SealedRun | undefined> {
  for await (const { body } of index.bodies('run', { run })) {
    const { expected, collected, failed, calls, throttles } = body;
    return { expected, collected, failed, calls, throttles };
  }
  return undefined;
}

/** What the run said then, from its observations. */
export async function sealedOutcomes(
  { index }: Pick<Store, 'index'>,
  run: string,
): Promise<Readonly<Record<Outcome, number>>> {
  const outcomes = zeroCounts();
  for await (const { observation } of index.observations({ run })) {
    for (const outcome of Object.keys(outcomes) as Outcome[]) outcomes[outcome] += observation.counts[outcome];
  }
  return outcomes;
}
