import { z } from 'zod';
import { Json, JsonObject } from './json.ts';
import { AccountId, Region, Sha256, Timestamp } from './primitives.ts';

/**
 * Why a call gave no answer. `rejected` is any other error that the service itself returned with a
 * name (a known absence such as NoSuchBucketPolicy arrives as `rejected`; the reader that made the
 * call says whether that name means absence). `not_recorded`: a replay has no such call.
 */
export const FailureKind = z.enum([
  'denied',
  'throttled',
  'timeout',
  'network',
  'server',
  'unparsable',
  'unsupported',
  'too_large',
  'not_recorded',
  'rejected',
]);
export type FailureKind = z.infer<typeof FailureKind>;

/** The real error of a call, as the service or the transport gave it. */
export const CallError = z.strictObject({
  kind: FailureKind,
  name: z.string(),
  message: z.string(),
  status: z.int().nullable(),
});
export type CallError = z.infer<typeof CallError>;

/** What was taken out of an answer before it was stored: where, by which rule, and a salted digest. */
export const Redaction = z.strictObject({ path: z.string(), rule: z.string(), digest: z.string() });
export type Redaction = z.infer<typeof Redaction>;

/**
 * One AWS call (one page of it, where the operation pages) exactly as it was made and answered.
 * Exactly one of `answer` and `error` is present; `sha256` is over the canonical JSON of that one.
 */
export const Retrieval = z
  .strictObject({
    v: z.literal(1),
    service: z.string(),
    operation: z.string(),
    input: JsonObject,
    page: z.int().min(1),
    account: AccountId,
    region: Region,
    caller: z.string(),
    requestId: z.string().nullable(),
    startedAt: Timestamp,
    endedAt: Timestamp,
    attempts: z.int().min(0),
    sdk: z.string(),
    answer: Json.optional(),
    error: CallError.optional(),
    redactions: z.array(Redaction),
    sha256: Sha256,
  })
  .refine((it) => (it.answer === undefined) !== (it.error === undefined), 'expected either an answer or an error');
export type Retrieval = z.infer<typeof Retrieval>;

/** A failed read as evidence carries it: the real error, and the call it belongs to. */
export const Failure = z.strictObject({
  operation: z.string(),
  kind: FailureKind,
  name: z.string(),
  message: z.string(),
  status: z.int().nullable(),
  requestId: z.string().nullable(),
});
export type Failure = z.infer<typeof Failure>;

/** Points at one recorded retrieval: line `line` (from 1) of the object `retrievals/<object>.jsonl.gz`. */
export const RetrievalRef = z.strictObject({
  operation: z.string(),
  object: Sha256,
  line: z.int().min(1),
  sha256: Sha256,
});
export type RetrievalRef = z.infer<typeof RetrievalRef>;
