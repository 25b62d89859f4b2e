import { z } from 'zod';
import { Json, JsonObject } from './json.ts';
import { AccountId, Day, Region, Sha256, Timestamp } from './primitives.ts';
import { Failure, RetrievalRef } from './retrieval.ts';

export const Outcome = z.enum(['compliant', 'non_compliant', 'not_applicable', 'inconclusive']);
export type Outcome = z.infer<typeof Outcome>;

/**
 * `check:<id>`, `config_rule:<IDENTIFIER>`, `security_hub:<CONTROL>` or `cloudtrail:<selector>`. A check that a control asks for
 * with parameters of its own is a source of its own: `check:<id>@maxAgeDays=60`.
 */
export const Source = z
  .string()
  .regex(/^(check|config_rule|security_hub|cloudtrail):[A-Za-z0-9_.-]+(@[A-Za-z0-9_.,=+-]+)?$/);

/** Why this evidence was written: evidence grows with change, so there is always a reason. */
export const Change = z.enum(['first', 'changed', 'keyframe', 'absent', 'event']);
export type Change = z.infer<typeof Change>;

/**
 * The subject that stands for a population which could not be listed. While it does, it is the only
 * subject of the observation; it becomes `absent` when the list can be read again.
 */
export const populationSubject = (resourceType: string): string => `population:${resourceType}`;

/**
 * Name of the failure that stands in the evidence of a subject whose judge is gone: AWS does not list
 * the Config rule or the Security Hub control any more, and the last that it said was no pass.
 */
export const SOURCE_REMOVED = 'SourceRemoved';

/** Exactly what was asked of the facts, so that a reader can ask again. */
export const Judgement = z.strictObject({
  /** SHA-256 over the canonical check definition without title, remediation and examples. */
  sha256: Sha256,
  applies: z.string().optional(),
  expect: z.string(),
  params: JsonObject,
});
export type Judgement = z.infer<typeof Judgement>;

/** Where one CloudTrail record stands: the delivered file, its hash, the record's index from 0. */
export const EventRef = z.strictObject({
  eventID: z.string(),
  eventTime: Timestamp,
  eventName: z.string(),
  eventSource: z.string(),
  actor: z.string(),
  file: z.string(),
  fileSha256: Sha256,
  record: z.int().min(0),
});
export type EventRef = z.infer<typeof EventRef>;

/**
 * The state of one subject under one source from `at` on; or, with `event`, one matched event.
 * `absent` evidence (the subject was not in a complete population any more) keeps the last outcome.
 */
export const Evidence = z.strictObject({
  v: z.literal(1),
  kind: z.literal('evidence'),
  id: z.uuid(),
  run: z.uuid(),
  at: Timestamp,
  source: Source,
  subject: z.string().min(1),
  resourceType: z.string(),
  name: z.string(),
  account: AccountId,
  /** The region of the task that saw it, so that observations and evidence agree: `global` for S3 and IAM. */
  region: Region,
  /** Where the resource itself is, when that is not `region` (an S3 bucket). */
  location: Region.optional(),
  outcome: Outcome,
  reason: z.string(),
  change: Change,
  /** Only the facts that the expressions mention. */
  facts: JsonObject,
  /** Facts that the expressions mention and that could not be read. */
  failures: z.record(z.string(), Failure),
  judgement: Judgement.optional(),
  event: EventRef.optional(),
  /** The redacted CloudTrail record, for event evidence. */
  record: Json.optional(),
  retrievals: z.array(RetrievalRef),
  /** SHA-256 of the body of this subject's evidence before this one. */
  previous: Sha256.nullable(),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
});
export type Evidence = z.infer<typeof Evidence>;

/** What a list or an assessment needs of evidence: all but its facts, its test and its recorded calls. */
export type EvidenceHead = Pick<
  Evidence,
  | 'at'
  | 'source'
  | 'subject'
  | 'resourceType'
  | 'name'
  | 'account'
  | 'region'
  | 'outcome'
  | 'change'
  | 'reason'
  | 'failures'
> & { readonly event?: Pick<EventRef, 'eventTime'> | undefined };

export const Counts = z.strictObject({
  compliant: z.int().min(0),
  non_compliant: z.int().min(0),
  not_applicable: z.int().min(0),
  inconclusive: z.int().min(0),
});
export type Counts = z.infer<typeof Counts>;

/**
 * "At `at`, this source covered exactly this population in this account and region."
 * `digest` is SHA-256 over the sorted lines `subject TAB evidence-hash LF`; zero subjects is an
 * observation too. `complete: false` means the population itself could not be listed (see `failure`).
 */
export const Observation = z.strictObject({
  source: Source,
  resourceType: z.string(),
  /** The UTC day that is covered: the day of `at` for resources, the day of the events for CloudTrail. */
  day: Day,
  population: z.int().min(0),
  counts: Counts,
  digest: Sha256,
  complete: z.boolean(),
  failure: Failure.optional(),
});
export type Observation = z.infer<typeof Observation>;

/** All observations of one task (account, region, service) of one run: one ledger entry. */
export const Observations = z.strictObject({
  v: z.literal(1),
  kind: z.literal('observations'),
  id: z.uuid(),
  run: z.uuid(),
  at: Timestamp,
  account: AccountId,
  region: Region,
  service: z.string(),
  observations: z.array(Observation),
  /** The object `retrievals/<sha256>.jsonl.gz` with every call of the task; null for ingested files. */
  retrievals: Sha256.nullable(),
  calls: z.int().min(0),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
});
export type Observations = z.infer<typeof Observations>;

export const zeroCounts = (): Record<Outcome, number> => ({
  compliant: 0,
  non_compliant: 0,
  not_applicable: 0,
  inconclusive: 0,
});
