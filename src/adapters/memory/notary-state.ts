import type { NotaryState } from '../../ledger/notary.ts';
import { notaryStateIn } from '../../ledger/notary-state.ts';
import { type FaultHook, memoryObjects } from './objects.ts';

/** A notary's memory that ends with the process; `fault` injects errors as in `memoryObjects`. */
export function memoryNotaryState(options: { fault?: FaultHook } = {}): NotaryState {
  return notaryStateIn(memoryObjects(options), 'notary.json');
}
