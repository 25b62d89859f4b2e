import { z } from 'zod';
import { PreviousReport } from './change.ts';
import { Counts, Outcome, Source } from './evidence.ts';
import { JsonObject } from './json.ts';
import { AccountId, Day, Region, Sha256, Timestamp } from './primitives.ts';
import { Failure } from './retrieval.ts';
import { FailedTask, Via } from './run.ts';
import { SourceSample } from './sample.ts';
import { Attestation, Period, Review, RiskException, Scope, SignOff } from './scope.ts';
import { ExceptionState, Verdict } from './verdict.ts';

/**
 * One day of one source, as one character, so that a period is a string:
 * `c` all compliant, `f` at least one failing, `i` none failing but some inconclusive,
 * `0` observed and no subjects, `x` the population could not be listed, `.` not observed.
 */
export const DAY_CODES = {
  c: 'compliant',
  f: 'failing',
  i: 'inconclusive',
  0: 'no resources',
  x: 'population unknown',
  '.': 'not observed',
} as const;
export const DayStrip = z.string().regex(/^[cfi0x.]*$/);

/** A time during which one subject failed; `to` is null while it still does. */
export const FailingInterval = z.strictObject({
  subject: z.string(),
  name: z.string(),
  account: AccountId,
  region: Region,
  from: Timestamp,
  to: Timestamp.nullable(),
  /** Seconds from first seen failing to first seen otherwise; null while open. */
  seconds: z.int().min(0).nullable(),
  /**
   * What ended it: the subject passed, the test did not concern it any more, it was gone, or whatever judged
   * it was gone, so that nobody knows. Null while open, and for events, which do not last.
   */
  end: z.enum(['compliant', 'not_applicable', 'gone', 'unjudged']).nullable().default(null),
  reason: z.string(),
  /** Id of the exception that covers it at the end of the period, if any. */
  exception: z.string().nullable(),
  /** Ledger indices of the evidence that opened and closed it. */
  entries: z.array(z.int().min(0)),
});
export type FailingInterval = z.infer<typeof FailingInterval>;

export const InconclusiveSubject = z.strictObject({
  subject: z.string(),
  account: AccountId,
  region: Region,
  since: Timestamp,
  reason: z.string(),
  failure: Failure.nullable(),
  entry: z.int().min(0),
});
export type InconclusiveSubject = z.infer<typeof InconclusiveSubject>;

export const SourceResult = z.strictObject({
  source: Source,
  title: z.string(),
  strength: z.enum(['direct', 'partial', 'supporting']),
  why: z.string(),
  /** The exact expressions applied; absent for sources that another system judged. */
  applies: z.string().optional(),
  expect: z.string().optional(),
  expressionSha256: Sha256.optional(),
  params: JsonObject,
  remediation: z.string(),
  /** State of the population at the end of the period. */
  population: z.int().min(0),
  counts: Counts,
  days: DayStrip,
  observedDays: z.int().min(0),
  /** Runs that observed it in the period. */
  observations: z.int().min(0),
  /** Digest of the newest observation of every account and region: `account/region` → digest. */
  digests: z.record(z.string(), Sha256),
  failing: z.array(FailingInterval),
  inconclusive: z.array(InconclusiveSubject),
  /** For CloudTrail sources: matched events in the period. */
  events: z.int().min(0).optional(),
  /** For CloudTrail sources: whether none, some or any of them should be found. */
  wanted: z.enum(['none', 'some', 'any']).optional(),
});
export type SourceResult = z.infer<typeof SourceResult>;

export const ManualResult = z.strictObject({
  ask: z.string(),
  renew: z.string(),
  status: z.enum(['valid', 'expired', 'missing']),
  attestation: Attestation.nullable(),
});
export type ManualResult = z.infer<typeof ManualResult>;

/** A reviewer's conclusion, and how much evidence the reviewer cannot have seen. */
export const ReportedReview = Review.extend({
  /** Evidence items under this control that were sealed after the reviewed report; null where its size is not stated. */
  newer: z.int().min(0).nullable(),
});
export type ReportedReview = z.infer<typeof ReportedReview>;

export const ControlResult = z.strictObject({
  id: z.string(),
  set: z.string(),
  title: z.string(),
  description: z.string().optional(),
  testing: z.string().optional(),
  actionPlan: z.string().optional(),
  responsibility: z.enum(['customer', 'shared', 'aws']),
  status: z.enum(['required', 'addressable']).optional(),
  verdict: Verdict,
  /** Full sentences; at least one. */
  reasons: z.array(z.string()).min(1),
  sources: z.array(SourceResult),
  manual: z.array(ManualResult),
  /** The newest review of this control, if there is one. */
  review: ReportedReview.nullable().default(null),
});
export type ControlResult = z.infer<typeof ControlResult>;

export const ReportedException = RiskException.extend({
  state: ExceptionState,
  subjects: z.array(z.string()),
});

export const ReportedRun = z.strictObject({
  id: z.uuid(),
  mode: z.enum(['collect', 'ingest', 'evaluate']),
  via: Via,
  startedAt: Timestamp,
  endedAt: Timestamp.nullable(),
  expected: z.int().min(0),
  collected: z.int().min(0),
  failed: z.array(FailedTask),
  calls: z.int().min(0),
  state: z.enum(['complete', 'incomplete', 'interrupted']),
  entry: z.int().min(0),
});
export type ReportedRun = z.infer<typeof ReportedRun>;

/** One read that failed in the period, over all runs, with the controls that it leaves open. */
export const NotCollected = z.strictObject({
  account: AccountId,
  region: Region,
  service: z.string(),
  failure: Failure,
  first: Timestamp,
  last: Timestamp,
  runs: z.int().min(1),
  subjects: z.int().min(0),
  controls: z.array(z.string()),
});
export type NotCollected = z.infer<typeof NotCollected>;

export const Gap = z.strictObject({ from: Day, to: Day, cause: z.string() });
export type Gap = z.infer<typeof Gap>;

/** One item of evidence that the report rests on; `evidence.csv` has a row for each. */
export const EvidenceItem = z.strictObject({
  entry: z.int().min(0),
  body: Sha256,
  at: Timestamp,
  source: Source,
  subject: z.string(),
  resourceType: z.string(),
  name: z.string(),
  account: AccountId,
  region: Region,
  outcome: Outcome,
  change: z.string(),
  reason: z.string(),
});
export type EvidenceItem = z.infer<typeof EvidenceItem>;

/** The whole assessment. The PDF and the CSVs are rendered from this and from nothing else. */
export const Report = z.strictObject({
  v: z.literal(1),
  kind: z.literal('witnessmark-report'),
  /** `<framework>-<period end>`; also the name of the pack. */
  id: z.string(),
  title: z.string(),
  software: z.string(),
  /** Version of the renderings: two of the same version render the same report to the same bytes. */
  rendering: z.int().min(1),
  /** Time of the newest ledger entry that the report rests on. */
  asOf: Timestamp,
  framework: z.strictObject({
    id: z.string(),
    title: z.string(),
    version: z.string(),
    publisher: z.string(),
    sha256: Sha256,
    controls: z.int().min(1),
  }),
  scope: Scope,
  period: Period,
  days: z.int().min(1),
  /** Least share of days, 0 to 1, on which a source must have been observed for `met`. */
  coverageThreshold: z.number().min(0).max(1),
  ledger: z.strictObject({
    origin: z.string(),
    size: z.int().min(1),
    root: z.string(),
    checkpoint: z.string(),
    verifierKey: z.string(),
  }),
  signing: z.strictObject({
    subject: z.string(),
    issuer: z.string(),
    sha256: Sha256,
    notAfter: Timestamp,
    /** When the assessment was made, which is the time that the signature claims. */
    at: Timestamp,
  }),
  summary: z.strictObject({
    verdicts: z.record(Verdict, z.int().min(0)),
    automated: z.int().min(0),
    manualOnly: z.int().min(0),
    resources: z.int().min(0),
    evidence: z.int().min(0),
    /** Failing subjects at the end of the period without an exception. */
    failing: z.int().min(0),
    remediated: z.int().min(0),
  }),
  coverage: z.strictObject({
    /** One character a day: `c` a complete run, `p` only incomplete runs, `.` no run. */
    days: z.string(),
    observedDays: z.int().min(0),
    gaps: z.array(Gap),
    expectedTasks: z.int().min(0),
    collectedTasks: z.int().min(0),
    failedTasks: z.int().min(0),
  }),
  sets: z.array(z.strictObject({ id: z.string(), title: z.string() })),
  controls: z.array(ControlResult),
  exceptions: z.array(ReportedException),
  runs: z.array(ReportedRun),
  notCollected: z.array(NotCollected),
  /** One for each source with subjects, in the order in which controls name them. */
  samples: z.array(SourceSample).default([]),
  /** Null for the first report of its framework and scope. */
  previous: PreviousReport.nullable().default(null),
  signOff: z.array(SignOff).default([]),
  /** IANA name of the zone whose times stand beside UTC in the PDF; `UTC` for none. */
  timeZone: z.string().default('UTC'),
  /** What the reader must know about the limits of this report, in full sentences. */
  limitations: z.array(z.string()),
});
export type Report = z.infer<typeof Report>;
