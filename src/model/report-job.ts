import { z } from 'zod';
import { Person } from './access.ts';
import { messageOf, WitnessmarkError } from './error.ts';
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
  /** Where several make it one after the other: which of them it is the turn of, from 1. */
  part: z.int().min(1).optional(),
  startedAt: Timestamp.optional(),
  endedAt: Timestamp.optional(),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  /** Name of the report, which its pack has too. */
  report: z.string().optional(),
  files: z.array(ReportFile).optional(),
});
export type ReportJob = z.infer<typeof ReportJob>;

/** What whoever makes a report tells as it goes on. */
export type JobNews = Partial<Pick<ReportJob, 'stage' | 'written' | 'report' | 'files'>>;

/** Jobs of a store that may wait or run at a time. */
export const MOST_OPEN_JOBS = 20;

/** Whether a job is not over yet. */
export const isOpenJob = ({ status }: ReportJob): boolean => status === 'queued' || status === 'running';

/** Why a job was not done, as it is told. */
export const jobError = (thrown: unknown): NonNullable<ReportJob['error']> => ({
  code: thrown instanceof WitnessmarkError ? thrown.code : 'unexpected',
  message: messageOf(thrown).slice(0, 1000),
});

/** For `request` of every port of jobs. */
export const tooManyJobs = (): WitnessmarkError =>
  new WitnessmarkError('jobs-too-many', `${MOST_OPEN_JOBS} reports are being made or waited for`);

/** Name of the whole pack among the files of a report. */
export const PACK_FILE = 'pack.zip';

/** Key of the object that holds a file of a report. */
export function reportKey({ id, report }: Pick<ReportJob, 'id' | 'report'>, name: string): string {
  return name === PACK_FILE ? `reports/${id}/${report}.zip` : `reports/${id}/${report}/data/${name}`;
}
