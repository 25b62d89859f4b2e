import { z } from 'zod';
import { JsonObject } from './json.ts';
import { AccountId, Region, Sha256, Timestamp } from './primitives.ts';
import { Failure } from './retrieval.ts';

/** One unit of collection: one service in one account and region. */
export const Task = z.strictObject({ account: AccountId, region: Region, service: z.string() });
export type Task = z.infer<typeof Task>;

/** A task that could not be done to its end, with each failed call that counts (at most 100 of them). */
export const FailedTask = Task.extend({ failures: z.array(Failure) });
export type FailedTask = z.infer<typeof FailedTask>;

/** Members that every body has. */
export const salted = {
  v: z.literal(1),
  id: z.uuid(),
  run: z.uuid(),
  at: Timestamp,
  salt: z.string().regex(/^[0-9a-f]{32}$/),
};

/**
 * Where a run's facts came from: AWS itself, a recording that was played, delivered files, CloudTrail's event history
 * (LookupEvents: management events of 90 days, in no log file), or the ledger.
 */
export const Via = z.enum(['aws', 'recording', 'files', 'lookup', 'ledger']);
export type Via = z.infer<typeof Via>;

/** Written before a run's first call, so that a run that never ended is visible. */
export const Plan = z.strictObject({
  ...salted,
  kind: z.literal('plan'),
  mode: z.enum(['collect', 'ingest', 'evaluate']),
  via: Via,
  tasks: z.array(Task),
  /** SHA-256 over the canonical catalogue of checks and event selectors that the run judges with. */
  catalogue: Sha256,
  software: z.string(),
});
export type Plan = z.infer<typeof Plan>;

/** One CloudTrail file that an ingest read, or put aside. */
export const IngestedFile = z.strictObject({
  file: z.string(),
  sha256: Sha256,
  bytes: z.int().min(0),
  records: z.int().min(0),
  malformed: z.string().optional(),
});
export type IngestedFile = z.infer<typeof IngestedFile>;

/**
 * What an ingest looked at to its end: all that `of` (a trail's bucket, or the event history) had then of an account and
 * region, `global` for all regions, between two times.
 */
export const LookedAt = z.strictObject({
  of: z.string(),
  account: AccountId,
  region: Region,
  from: Timestamp,
  to: Timestamp,
});
export type LookedAt = z.infer<typeof LookedAt>;

/** Written at the end of a run. A `plan` without its `run` is an interrupted run. */
export const Run = z.strictObject({
  ...salted,
  kind: z.literal('run'),
  mode: z.enum(['collect', 'ingest', 'evaluate']),
  startedAt: Timestamp,
  endedAt: Timestamp,
  expected: z.int().min(0),
  collected: z.int().min(0),
  failed: z.array(FailedTask),
  calls: z.int().min(0),
  throttles: z.int().min(0),
  files: z.array(IngestedFile),
  /** Ingests only; left out where nothing was looked at to its end. */
  looked: z.array(LookedAt).optional(),
});
export type Run = z.infer<typeof Run>;

/** The exact framework (resolved, with the checks and selectors it uses) that an assessment was made with. */
export const FrameworkVersion = z.strictObject({
  ...salted,
  kind: z.literal('framework'),
  framework: JsonObject,
  sha256: Sha256,
});
export type FrameworkVersion = z.infer<typeof FrameworkVersion>;

/** What was assessed: framework, scope, audit period, exceptions, answers, attestations. */
export const AssessmentDefinition = z.strictObject({
  ...salted,
  kind: z.literal('assessment'),
  definition: JsonObject,
  sha256: Sha256,
});
export type AssessmentDefinition = z.infer<typeof AssessmentDefinition>;

/** The keys and certificates that readers are to trust, sealed when the store is made and when one changes. */
export const TrustRecord = z.strictObject({
  ...salted,
  kind: z.literal('trust'),
  /** Every file under `trust/`, by its object key. */
  files: z.array(z.strictObject({ path: z.string().startsWith('trust/'), sha256: Sha256 })).min(1),
  /** Every key that signs or has signed checkpoints, newest last; where a key was rotated. */
  verifierKeys: z.array(z.string().max(1000)).min(1).max(100).optional(),
});
export type TrustRecord = z.infer<typeof TrustRecord>;
