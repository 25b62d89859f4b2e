import { z } from 'zod';
import { ControlState } from './change.ts';
import { Sha256, Timestamp } from './primitives.ts';
import { Period, Scope } from './scope.ts';
import { ExceptionState } from './verdict.ts';

/** The outcome of a report in short. */
export const ReportState = z.strictObject({
  report: z.string(),
  scope: Scope,
  controls: z.record(z.string(), ControlState),
  exceptions: z.record(z.string(), ExceptionState),
});
export type ReportState = z.infer<typeof ReportState>;

/** A pack that was built: which files, with which hashes. */
export const ReportRecord = z.strictObject({
  v: z.literal(1),
  kind: z.literal('report'),
  id: z.uuid(),
  run: z.uuid(),
  at: Timestamp,
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  framework: z.string(),
  period: Period,
  treeSize: z.int().min(1),
  files: z.array(z.strictObject({ path: z.string(), sha256: Sha256 })),
  /** What the next report of the same framework and scope compares itself with; early reports lack it. */
  state: ReportState.optional(),
});
export type ReportRecord = z.infer<typeof ReportRecord>;
