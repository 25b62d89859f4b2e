import { z } from 'zod';
import { Timestamp } from './primitives.ts';
import { Period } from './scope.ts';
import { ExceptionState, Verdict } from './verdict.ts';

/** What a later report needs of this one to say what changed. */
export const ControlState = z.strictObject({
  verdict: Verdict,
  /** Subjects at the end of the period, added up over the sources. */
  subjects: z.int().min(0),
  /** Open failures without exception under the sources that count. */
  failing: z.int().min(0),
  inconclusive: z.int().min(0),
});
export type ControlState = z.infer<typeof ControlState>;

/** A control that is not as it was; null where the other report has no such control. */
export const ControlChange = z.strictObject({
  control: z.string(),
  before: ControlState.nullable(),
  after: ControlState.nullable(),
});
export type ControlChange = z.infer<typeof ControlChange>;

export const ExceptionChange = z.strictObject({
  exception: z.string(),
  before: ExceptionState.nullable(),
  after: ExceptionState.nullable(),
});
export type ExceptionChange = z.infer<typeof ExceptionChange>;

/** The report of the same framework and scope before this one, as its ledger entry tells it. */
export const PreviousReport = z.strictObject({
  id: z.string(),
  period: Period,
  /** When it was made, and the ledger entry that says so. */
  at: Timestamp,
  entry: z.int().min(0),
  treeSize: z.int().min(1),
  /** In the order of the framework; controls that are as they were are counted only. */
  controls: z.array(ControlChange),
  unchanged: z.int().min(0),
  exceptions: z.array(ExceptionChange),
});
export type PreviousReport = z.infer<typeof PreviousReport>;
