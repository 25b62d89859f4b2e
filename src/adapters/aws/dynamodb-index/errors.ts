import { messageOf, WitnessmarkError } from '../../../model/error.ts';
import type { FailureKind } from '../../../model/retrieval.ts';
import { classify } from '../classify.ts';

const REBUILD = 'make an empty table and run `witnessmark replay` into it: everything in the index is in the ledger';

/** An item of the table is not what this software wrote. */
export function damaged(what: string, cause?: unknown): WitnessmarkError {
  return new WitnessmarkError('index-damaged', `the index is damaged: ${what}`, { hint: REBUILD, cause });
}

/** Code and hint by what DynamoDB's answer means. */
const MEANINGS = {
  throttled: [
    'index-throttled',
    'try again later: a table on demand takes 4,000 writes a second at first and doubles within 30 minutes; see its throttle metrics',
  ],
  denied: [
    'index-denied',
    'give the role the actions on this table that docs/SECURITY.md lists; only clearing a table that holds something needs the right to delete',
  ],
  network: ['index-unreachable', 'try again; check the region, the endpoint and the network'],
  timeout: ['index-unreachable', 'try again; check the region, the endpoint and the network'],
  server: ['index-unreachable', 'try again: DynamoDB failed on its side'],
} satisfies Partial<Record<FailureKind, Meaning>>;
type Meaning = [code: string, hint: string];
const OTHERWISE: Meaning = ['index-failed', 'nothing that was being taken in is visible; try again'];

/** DynamoDB answered again and again without doing anything. */
export function nothingDone(table: string, operation: string): WitnessmarkError {
  const [code, hint] = MEANINGS.throttled;
  return new WitnessmarkError(code, `${operation} of table ${table}: nothing was done, again and again`, { hint });
}

/** What the SDK threw, as an error of the index that keeps it as its cause. */
export function indexError(thrown: unknown, table: string, operation: string): WitnessmarkError {
  if (thrown instanceof WitnessmarkError) return thrown;
  const { kind, name, message } = classify(thrown);
  const [code, hint] =
    name === 'ResourceNotFoundException'
      ? ['index-missing', `create the table ${table}, or check its name, the account and the region`]
      : ((MEANINGS as Partial<Record<FailureKind, Meaning>>)[kind] ?? OTHERWISE);
  return new WitnessmarkError(code, `${operation} of table ${table} failed: ${name}: ${message || messageOf(thrown)}`, {
    hint,
    cause: thrown,
  });
}
