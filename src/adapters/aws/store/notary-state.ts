import type { NotaryState } from '../../../ledger/notary.ts';
import { notaryStateIn } from '../../../ledger/notary-state.ts';
import { type S3ObjectsOptions, s3Objects } from '../s3/objects.ts';

/**
 * A notary's memory in a bucket of its own (object `notary.json`), replaced with If-Match. Whoever may write to the
 * log's bucket must not be able to write to this one. Deleted, it is an error and not an empty memory.
 */
export function s3NotaryState(options: Omit<S3ObjectsOptions, 'retention' | 'refuseDeleted'>): NotaryState {
  return notaryStateIn(s3Objects({ ...options, refuseDeleted: true }), 'notary.json');
}
