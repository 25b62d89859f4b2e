import { z } from 'zod';
import { Outcome, Source } from './evidence.ts';
import { AccountId, Region, Sha256, Timestamp } from './primitives.ts';

/** One recorded AWS call that an item of evidence was derived from. */
export const SampledCall = z.strictObject({
  operation: z.string(),
  /** What the service answered with, for AWS support and for the account's own CloudTrail; null if there was none. */
  requestId: z.string().nullable(),
  caller: z.string(),
  at: Timestamp,
  /** Line `line` (from 1) of `data/evidence/retrievals/<object>.jsonl.gz`. */
  object: Sha256,
  line: z.int().min(1),
  /** SHA-256 of the canonical answer or error. */
  sha256: Sha256,
});
export type SampledCall = z.infer<typeof SampledCall>;

/** One subject drawn from the population of a source, in its state at the end of the period. */
export const Sample = z.strictObject({
  entry: z.int().min(0),
  body: Sha256,
  at: Timestamp,
  subject: z.string(),
  name: z.string(),
  account: AccountId,
  region: Region,
  outcome: Outcome,
  reason: z.string(),
  calls: z.array(SampledCall),
});
export type Sample = z.infer<typeof Sample>;

/**
 * Subjects drawn from the population of one source: those with the smallest
 * SHA-256(ledger root TAB source TAB account TAB region TAB subject), so that nobody
 * picks them by hand and anybody can draw them again. (Who writes a ledger could still try several roots.) `population` is what they were drawn from: all subjects at the end of the period.
 */
export const SourceSample = z.strictObject({
  source: Source,
  population: z.int().min(0),
  items: z.array(Sample),
});
export type SourceSample = z.infer<typeof SourceSample>;
