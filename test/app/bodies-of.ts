import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';
import type { Body, Entry } from '../../src/model/entry.ts';
import type { Evidence, Observations } from '../../src/model/evidence.ts';
import { zeroCounts } from '../../src/model/evidence.ts';
import type { Plan } from '../../src/model/run.ts';
import type { IndexedEntry } from '../../src/ports/evidence-index.ts';

const RUN = '00000000-0000-8000-8000-000000000001';
const AT = '2026-10-01T02:00:00.000Z';
const SALT = '0'.repeat(32);
let made = 0;
/** A new id each time, so that two bodies are never the same by accident. */
function nextId(): string {
  made += 1;
  return `00000000-0000-8000-8000-${String(made).padStart(12, '0')}`;
}

/** Evidence with sensible values for whatever is not given. */
export function evidence(given: Partial<Evidence>): Evidence {
  return {
    v: 1,
    kind: 'evidence',
    id: nextId(),
    run: RUN,
    at: AT,
    source: 'check:a-b',
    subject: 'arn:aws:s3:::bucket',
    resourceType: 'AWS::S3::Bucket',
    name: given.subject ?? 'bucket',
    account: '111122223333',
    region: 'eu-west-1',
    outcome: 'compliant',
    reason: 'because',
    change: 'first',
    facts: {},
    failures: {},
    retrievals: [],
    previous: null,
    salt: SALT,
    ...given,
  };
}

export function observations(given: Partial<Observations>, sources: readonly string[]): Observations {
  return {
    v: 1,
    kind: 'observations',
    id: nextId(),
    run: RUN,
    at: AT,
    account: '111122223333',
    region: 'eu-west-1',
    service: 's3',
    observations: sources.map((source) => ({
      source,
      resourceType: 'AWS::S3::Bucket',
      day: '2026-10-01',
      population: 0,
      counts: zeroCounts(),
      digest: sha256Hex(''),
      complete: true,
    })),
    retrievals: null,
    calls: 0,
    salt: SALT,
    ...given,
  };
}

export function plan(given: Partial<Plan>): Plan {
  return {
    v: 1,
    kind: 'plan',
    id: nextId(),
    run: RUN,
    at: AT,
    salt: SALT,
    mode: 'collect',
    via: 'aws',
    tasks: [],
    catalogue: sha256Hex(''),
    software: 'test',
    ...given,
  };
}

/** Bodies as ledger entries, in this order from index `from` on. */
export function indexed(bodies: readonly Body[], from = 0): IndexedEntry[] {
  return bodies.map((body, offset) => {
    const { kind, id, run, at } = body;
    const entry: Entry = {
      v: 1,
      kind,
      id,
      run,
      at,
      body: `sha256:${sha256Hex(canonicalize(body))}`,
      in: sha256Hex('object'),
    };
    return { index: from + offset, entry, body };
  });
}
