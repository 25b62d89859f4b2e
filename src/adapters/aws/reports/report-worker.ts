import { clearInterval, setInterval } from 'node:timers';
import { makeReport } from '../../../app/make-report.ts';
import type { Store } from '../../../app/store.ts';
import { WitnessmarkError } from '../../../model/error.ts';
import { jobError, type ReportJob } from '../../../model/report-job.ts';
import type { Objects } from '../../../ports/objects.ts';
import type { S3ObjectsOptions } from '../s3/objects.ts';
import { packJournal } from './pack-journal.ts';
import { packObjects } from './pack-objects.ts';
import { type JobTurn, LEASE_MS, type ObjectJobs } from './report-jobs.ts';
import type { Turn } from './report-turn.ts';

export interface ReportWorkerOptions {
  readonly store: Store;
  /** The same bucket for what is not locked, and goes away: `staging/`. */
  readonly work: Objects;
  /** How the objects of the store lie in its bucket. */
  readonly bucket: S3ObjectsOptions;
  readonly jobs: ObjectJobs;
  readonly turn: JobTurn;
  /** Names this worker, as its request id does. */
  readonly holder: string;
  /** Milliseconds until it is ended from outside. */
  readonly remaining: () => number;
  readonly keepUpMs?: number;
}

/** How a turn ended. What was expected to happen is a result and no error: nobody is to try it again. */
export type TurnResult =
  | { readonly ok: true; readonly job: string; readonly status: ReportJob['status']; readonly part?: number }
  | { readonly ok: false; readonly job: string; readonly code: string; readonly message: string };

/** Kept free of work, for what is under way to end and for handing over. */
const RESERVE_MS = 45_000;
const OUT_OF_TIME = 'report-out-of-time';

/**
 * One turn at a report: makes it, or as much of it as the time allows, at a boundary of files, and hands over. It may
 * be called twice with the same event, and be killed at any point. Throws only where the job could not be written.
 */
export async function workOnReport(options: ReportWorkerOptions): Promise<TurnResult> {
  const { jobs, turn: asked, holder, keepUpMs = LEASE_MS / 6 } = options;
  const turn = await jobs.take(asked, holder).catch(refused);
  if ('code' in turn) return { ok: false, job: asked.job, ...turn };
  // What could not be written now is written the next time, and a turn that was lost is seen before the next file.
  const timer = setInterval(() => void turn.keepUp().catch(() => {}), keepUpMs);
  try {
    const job = await worked(options, turn);
    const { id, status, error, part } = job;
    if (error !== undefined) return { ok: false, job: id, ...error };
    return { ok: true, job: id, status, ...(part === undefined ? {} : { part }) };
  } finally {
    clearInterval(timer);
  }
}

const REFUSALS = ['report-unknown', 'report-ended', 'report-part-passed', 'report-held'];

function refused(thrown: unknown): { code: string; message: string } {
  if (thrown instanceof WitnessmarkError && REFUSALS.includes(thrown.code)) return jobError(thrown);
  throw thrown;
}

/** The job as this turn leaves it. */
async function worked(options: ReportWorkerOptions, turn: Turn): Promise<ReportJob> {
  try {
    return await turn.succeed(await made(options, turn));
  } catch (thrown) {
    const error = jobError(thrown);
    // It is another worker's now, which does not want to hear of this one.
    if (error.code === 'report-lease-lost') return { ...turn.job, error };
    return error.code === OUT_OF_TIME ? turn.handOver() : turn.fail(thrown);
  }
}

async function made({ store, work, bucket, remaining }: ReportWorkerOptions, turn: Turn) {
  const { job, tell } = turn;
  const own = `reports/${job.id}`;
  const journal = await packJournal(work, { name: own, part: job.part ?? 1 });
  const check = (): void => {
    turn.check();
    if (remaining() < RESERVE_MS) throw new WitnessmarkError(OUT_OF_TIME, 'the time of this worker is over');
  };
  tell({ written: journal.size });
  return makeReport(store, job, {
    tell,
    target: (report) => packObjects({ bucket, folder: `${own}/${report}`, report, journal, check }),
    made: await journal.made(),
    keep: ({ report }) => journal.finish(report),
  });
}
