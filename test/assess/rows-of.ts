import { type Assessment, assess } from '../../src/assess/assess.ts';
import type { AssessmentInput, SourceEvidence } from '../../src/assess/input.ts';
import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';
import type { Counts, Evidence, Observation } from '../../src/model/evidence.ts';
import { zeroCounts } from '../../src/model/evidence.ts';
import type { Control } from '../../src/model/framework.ts';
import { Control as ControlSchema } from '../../src/model/framework.ts';
import type { SourceResult } from '../../src/model/report.ts';
import type { Failure } from '../../src/model/retrieval.ts';
import type { EvidenceRow, ObservationRow } from '../../src/ports/evidence-index.ts';
import { evidence } from '../app/bodies-of.ts';

export const ACCOUNT = '111122223333';
export const OTHER = '444455556666';
export const REGION = 'eu-west-1';

export const failure = (given: Partial<Failure> = {}): Failure => ({
  operation: 's3:GetBucketPolicy',
  kind: 'denied',
  name: 'AccessDenied',
  message: 'not authorized',
  status: 403,
  requestId: 'R1',
  ...given,
});

/** Evidence as it comes out of the index. */
export function row(index: number, given: Partial<Evidence>): EvidenceRow {
  // Whatever else the process has made before, the same row has the same hash.
  const number = String(index).padStart(12, '0');
  const id = `00000000-0000-8000-8000-${number}`;
  const body = evidence({ id, salt: number.padStart(32, '0'), ...given });
  return { index, hash: sha256Hex(canonicalize(body)), evidence: body };
}

/** What is assessed, with its evidence as rows in order of (time, index). */
export type RowsInput = Omit<AssessmentInput, 'evidence'> & { readonly evidence: readonly EvidenceRow[] };

/** Assesses rows as the application does: source by source. */
export function assessRows({ evidence, ...input }: RowsInput): Promise<Assessment> {
  const groups = Map.groupBy(evidence, (it) => it.evidence.source).values();
  return assess({ ...input, evidence: [...groups] as unknown as SourceEvidence[] });
}

/** 02:00 on a day of October 2026. */
export const on = (day: number, time = '02:00:00.000'): string => `2026-10-${String(day).padStart(2, '0')}T${time}Z`;

/** What happened to one subject: `[day, outcome]`, `absent` where it was gone. */
export function history(
  steps: readonly [day: number, what: Evidence['outcome'] | 'absent'][],
  given: Partial<Evidence> = {},
): EvidenceRow[] {
  return steps.map(([day, what], index) =>
    row(index, {
      at: on(day),
      ...given,
      ...(what === 'absent' ? { change: 'absent', outcome: 'non_compliant' } : { change: 'changed', outcome: what }),
    }),
  );
}

export function observed(
  given: Partial<Omit<Observation, 'counts'>> & {
    counts?: Partial<Counts>;
    account?: string;
    region?: string;
    at?: string;
  },
): ObservationRow {
  const {
    account = ACCOUNT,
    region = REGION,
    counts = {},
    day = '2026-10-01',
    at = `${day}T02:00:00.000Z`,
    ...rest
  } = given;
  const all = { ...zeroCounts(), ...counts };
  return {
    index: 0,
    run: '00000000-0000-8000-8000-000000000001',
    at,
    account,
    region,
    observation: {
      source: 'check:a-b',
      resourceType: 'AWS::S3::Bucket',
      day,
      population: Object.values(all).reduce((sum, it) => sum + it, 0),
      counts: all,
      digest: sha256Hex(''),
      complete: true,
      ...rest,
    },
  };
}

/** A source that is in order: twenty days observed, three subjects compliant. */
export function source(given: Partial<SourceResult> = {}): SourceResult {
  return {
    source: 'check:a-b',
    title: 'Boxes are locked',
    strength: 'direct',
    why: 'because it says so',
    params: {},
    remediation: 'lock the box',
    population: 3,
    counts: { ...zeroCounts(), compliant: 3 },
    days: 'c'.repeat(20),
    observedDays: 20,
    observations: 20,
    digests: {},
    failing: [],
    inconclusive: [],
    ...given,
  };
}

export const interval = (given: Partial<SourceResult['failing'][number]> = {}): SourceResult['failing'][number] => ({
  subject: 'box-1',
  name: 'box-1',
  account: ACCOUNT,
  region: REGION,
  from: on(3),
  to: null,
  seconds: null,
  end: given.to ? 'compliant' : null,
  reason: 'it is open',
  exception: null,
  entries: [1],
  ...given,
});

export const control = (given: Partial<Control> = {}): Control =>
  ControlSchema.parse({
    id: 'X1',
    title: 'Boxes are kept shut',
    sources: [{ check: 'a-b', strength: 'direct', why: 'it looks at every box' }],
    ...given,
  });
