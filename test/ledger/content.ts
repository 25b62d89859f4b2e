import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';
import type { Evidence, Observations } from '../../src/model/evidence.ts';
import type { Retrieval } from '../../src/model/retrieval.ts';
import { AT, append, planEntries, RUN, storeBodies, storeLines, type TestLedger, testLedger, uuid } from './helpers.ts';

const SALT = 'a'.repeat(32);

/** A recorded call with this answer. */
export function retrieval(answer: Retrieval['answer']): Retrieval {
  const call = {
    v: 1,
    service: 's3',
    operation: 'ListBuckets',
    input: {},
    page: 1,
    account: '111122223333',
    region: 'global',
  } as const;
  const made = {
    caller: 'arn:aws:iam::111122223333:role/r',
    requestId: null,
    startedAt: AT,
    endedAt: AT,
    attempts: 1,
    sdk: '3',
  };
  return { ...call, ...made, answer: answer ?? null, redactions: [], sha256: sha256Hex(canonicalize(answer ?? null)) };
}

/** The observations of a task without findings. */
export function observations(number: number, retrievals: string | null): Observations {
  const where = { account: '111122223333', region: 'global', service: 's3' } as const;
  const common = { v: 1, kind: 'observations', id: uuid(number), run: RUN, at: AT, salt: SALT } as const;
  return { ...common, ...where, observations: [], retrievals, calls: 2 };
}

/** Evidence that rests on these calls. */
export function evidence(number: number, refs: Evidence['retrievals']): Evidence {
  return {
    ...{ v: 1, kind: 'evidence', id: uuid(number), run: RUN, at: AT, salt: SALT, source: 'check:s3-bucket-x' },
    ...{ subject: `arn:aws:s3:::b${number}`, resourceType: 'AWS::S3::Bucket', name: 'b', account: '111122223333' },
    ...{ region: 'eu-west-1', outcome: 'compliant', reason: '', change: 'first', facts: {}, failures: {} },
    ...{ retrievals: refs, previous: null },
  } as Evidence;
}

/** Three batches of 200, 60 and 3 entries; the last ones rest on recorded calls. */
export async function fullLedger(): Promise<TestLedger> {
  const ledger = testLedger();
  await append(ledger, await planEntries(ledger.objects, 0, 200));
  await append(ledger, await planEntries(ledger.objects, 200, 60));
  const calls = [retrieval({ Buckets: [] }), retrieval(null)];
  const object = await storeLines(
    ledger.objects,
    'retrievals',
    calls.map((it) => canonicalize(it)),
  );
  const other = await storeLines(ledger.objects, 'retrievals', [canonicalize(retrieval({ a: 1 }))]);
  const ref = { operation: 's3:ListBuckets', object, line: 2, sha256: calls[1]!.sha256 };
  const bodies = [observations(300, object), observations(301, other), evidence(302, [ref])];
  await append(ledger, await storeBodies(ledger.objects, bodies));
  return ledger;
}
