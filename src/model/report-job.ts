import { z } from 'zod';
import { Person } from './access.ts';
import { Sha256, Timestamp } from './primitives.ts';
import { AssessmentId } from './statement.ts';

/** Page sizes of the PDF. */
export const PaperSize = z.enum(['A4', 'Letter']);

/** A file of a report that can be downloaded. */
export const ReportFile = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/),
  bytes: z.int().min(0),
  sha256: Sha256,
});
export type ReportFile = z.infer<typeof ReportFile>;

/** A report that somebody asked for, and how far it is. */
export const ReportJob = z.strictObject({
  id: z.uuid(),
  assessment: AssessmentId,
  /** Ledger entry of the version of the assessment. */
  version: z.int().min(0),
  paper: PaperSize,
  timeZone: z.string().max(64),
  requestedBy: Person,
  requestedAt: Timestamp,
  /** `interrupted`: whoever made it stopped before it was done; ask for it again. */
  status: z.enum(['queued', 'running', 'succeeded', 'failed', 'interrupted']),
  /** What is being done, in order: `assessing`, `writing`, `packing`. */
  stage: z.enum(['assessing', 'writing', 'packing']).optional(),
  /** Files of the pack that are written. */
  written: z.int().min(0).optional(),
  startedAt: Timestamp.optional(),
  endedAt: Timestamp.optional(),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  /** Name of the report, which its pack has too. */
  report: z.string().optional(),
  files: z.array(ReportFile).optional(),
});
export type ReportJob = z.infer<typeof ReportJob>;

/** Name of the whole pack among the files of a report. */
export const PACK_FILE = 'pack.zip';

/** Key of the object that holds a file of a report. */
export function reportKey({ id, report }: Pick<ReportJob, 'id' | 'report'>, name: string): string {
  return name === PACK_FILE ? `reports/${id}/${report}.zip` : `reports/${id}/${report}/data/${name}`;
}
