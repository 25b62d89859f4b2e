import type { NotaryState } from '../../ledger/notary.ts';
import { notaryStateIn } from '../../ledger/notary-state.ts';
import { folderObjects } from './objects.ts';

/** A notary's memory in the folder `path` (file `notary.json`), which must not lie in the log's folder. */
export function folderNotaryState(path: string): NotaryState {
  return notaryStateIn(folderObjects(path), 'notary.json');
}
