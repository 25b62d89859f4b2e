import { WitnessmarkError } from '../../../model/error.ts';
import { type JobNews, jobError, type ReportJob } from '../../../model/report-job.ts';
import type { HeldJob, StoredJobs } from './stored-jobs.ts';

/** A worker's turn at a job. Nothing of it is done once the turn is somebody else's: `report-lease-lost`. */
export interface Turn {
  readonly job: ReportJob;
  /** Takes note of news, which are written the next time that the turn is kept up. */
  tell(news: JobNews): void;
  /** Throws once it is known that the turn was lost, so that a worker stops that was taken for dead. */
  check(): void;
  /** To be called every few seconds: writes the news, and that the worker lives. */
  keepUp(): Promise<void>;
  /** Ends the job. */
  succeed(news: JobNews): Promise<ReportJob>;
  fail(thrown: unknown): Promise<ReportJob>;
  /** Has another worker go on; the job fails with `report-no-progress` where this one has stored nothing. */
  handOver(): Promise<ReportJob>;
}

/** How a job is changed. */
export interface Ways extends StoredJobs {
  /** Has the worker of a turn begin that is written down already; the job is over where none can be started. */
  begin(held: HeldJob): Promise<ReportJob>;
  /** Writes down the next turn and has its worker begin; what cannot go on is over, and says why. */
  next(held: HeldJob, deaths: number): Promise<ReportJob>;
  /** Until when a turn lasts that is kept up now. */
  until(): string;
}

/** The turn that somebody has just taken. */
export function jobTurn(taken: HeldJob, ways: Ways): Turn {
  let held: HeldJob = taken;
  let news: JobNews = {};
  let lost = false;
  let last: Promise<unknown> = Promise.resolve();

  /** One change after the other, each of the version that the one before has left. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  }
  const check = (): void => {
    if (lost) throw new WitnessmarkError('report-lease-lost', `job ${taken.stored.job.id} was given to another worker`);
  };
  const kept = (changed: HeldJob | undefined): HeldJob => {
    lost ||= changed === undefined;
    check();
    return changed ?? held;
  };
  const keepUp = (): Promise<void> =>
    inTurn(async () => {
      check();
      const { job, turn } = held.stored;
      held = kept(await ways.change(held, { job: { ...job, ...news }, turn: { ...turn, until: ways.until() } }));
    });
  const end = (how: Partial<ReportJob>): Promise<ReportJob> =>
    inTurn(async () => {
      check();
      held = kept(await ways.end(held, { ...news, ...how }));
      return held.stored.job;
    });
  return {
    job: taken.stored.job,
    tell: (told) => {
      news = { ...news, ...told };
    },
    check,
    keepUp,
    succeed: (told) => end({ ...told, status: 'succeeded' }),
    fail: (thrown) => end({ status: 'failed', error: jobError(thrown) }),
    async handOver() {
      await keepUp();
      const { job, turn } = held.stored;
      if ((job.written ?? 0) <= turn.stored) return end({ status: 'failed', error: NO_PROGRESS });
      return inTurn(() => ways.next(held, 0));
    },
  };
}

const NO_PROGRESS = {
  code: 'report-no-progress',
  message: 'a whole turn was too short for any further file of the pack: give the worker more time or processors',
};
