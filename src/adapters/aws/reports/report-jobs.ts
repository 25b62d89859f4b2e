import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { WitnessmarkError } from '../../../model/error.ts';
import { isOpenJob, jobError, type ReportJob } from '../../../model/report-job.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Jobs } from '../../../ports/jobs.ts';
import type { Objects } from '../../../ports/objects.ts';
import { reserveJob } from './open-jobs.ts';
import { jobTurn, type Turn, type Ways } from './report-turn.ts';
import { type HeldJob, type StoredJobs, storedJobs } from './stored-jobs.ts';
import { timeOfUuid, uuidsByTime } from './uuid-by-time.ts';

/** What a worker is told: which job, and which of the turns at it this is. */
export interface JobTurn {
  readonly job: string;
  readonly part: number;
}

export interface ObjectJobsOptions {
  /** Those of the store. */
  readonly objects: Objects;
  /** Names of the folders right below `reports/`, in byte order. */
  readonly folders: () => AsyncIterable<string>;
  readonly clock: Clock;
  /** Has a worker begin elsewhere; returns once that is certain to be tried. Nothing that it says is waited for. */
  readonly start: (turn: JobTurn) => Promise<void>;
  readonly random?: (bytes: number) => Uint8Array;
}

/** Jobs whose workers come and go. */
export interface ObjectJobs extends Jobs {
  /**
   * The turn of a worker that was started; `holder` names it. Throws `report-unknown`, `report-ended`,
   * `report-part-passed` and `report-held` where it is not, or not yet, its turn: then it must do nothing.
   */
  take(turn: JobTurn, holder: string): Promise<Turn>;
}

/** How long nothing is heard of a worker that was started before another is. Events may wait in a queue that long. */
const START_MS = 5 * 60_000;
/** How long a worker has a job without saying so again. */
export const LEASE_MS = 90_000;
/** Jobs that a list reads at the same time. */
const READ_AT_ONCE = 50;

/**
 * Report jobs of a store without a process that lives on: each is an object, `reports/<id>/job.json`, that is made once
 * and changed by If-Match. Their ids are UUIDs of version 7 (RFC 9562), so that a list of folders is a list in order of
 * time, and those that are open stand in `state/open-reports.json`. Whoever reads a job of whose worker nothing is heard any
 * more has another one started, and after a few times it is `interrupted`.
 */
export function objectJobs(options: ObjectJobsOptions): ObjectJobs {
  const { objects, clock, random = randomBytes } = options;
  const newId = uuidsByTime(random);
  const jobs = storedJobs(objects, clock);
  const ways = waysOf(jobs, options);
  const get = getter(jobs, ways, clock);
  const isOpen = async (id: string): Promise<boolean> => {
    const job = await get(id);
    // Reserved a moment ago, and not written yet.
    if (job === undefined) return timeOfUuid(id) + START_MS > Date.parse(clock.now());
    return isOpenJob(job);
  };
  return {
    async request({ by: requestedBy, ...asked }) {
      const requestedAt = clock.now();
      const id = newId(requestedAt);
      await reserveJob(objects, id, isOpen);
      const job: ReportJob = { id, ...asked, requestedBy, requestedAt, status: 'queued', part: 1 };
      return ways.begin(await jobs.create({ job, turn: { until: later(clock, START_MS), stored: 0, deaths: 0 } }));
    },
    get,
    list: (from = 0) => listed(options.folders(), from, get),
    async take({ job: id, part }, holder) {
      const held = await jobs.read(id);
      if (held === undefined) throw refused('report-unknown', `there is no job ${id}`);
      const { job, turn } = held.stored;
      if (!isOpenJob(job)) throw refused('report-ended', `job ${id} is ${job.status}`);
      if (job.part !== part) throw refused('report-part-passed', `it is the turn of part ${job.part}, not of ${part}`);
      const isTaken = turn.holder !== undefined;
      if (isTaken && !isOverdue(held, clock)) throw refused('report-held', `${turn.holder} has it until ${turn.until}`);
      const own = { ...turn, holder, until: later(clock, LEASE_MS), deaths: turn.deaths + (isTaken ? 1 : 0) };
      const running = { ...job, status: 'running' as const, startedAt: job.startedAt ?? clock.now() };
      const mine = await jobs.change(held, { job: running, turn: own });
      if (mine === undefined) throw refused('report-held', 'somebody else has begun at the same time');
      return jobTurn(mine, ways);
    },
  };
}

const later = (clock: Clock, ms: number): string => new Date(Date.parse(clock.now()) + ms).toISOString();

const isOverdue = ({ stored: { job, turn } }: HeldJob, clock: Clock): boolean =>
  isOpenJob(job) && turn.until < clock.now();

const refused = (code: string, message: string): WitnessmarkError => new WitnessmarkError(code, message);

/** Turns at one job, and how many of them may end without a word, one after the other. */
const MOST_PARTS = 24;
const MOST_DEATHS = 3;

const DIED = {
  code: 'report-worker-died',
  message: `nothing was heard any more of ${MOST_DEATHS + 1} workers in a row: their logs say more`,
};
const TOO_LONG = { code: 'report-too-many-parts', message: `it was not done after ${MOST_PARTS} parts` };

/** How a job goes from one turn to the next. */
function waysOf(jobs: StoredJobs, { clock, start }: ObjectJobsOptions): Ways {
  async function end(held: HeldJob, news: Partial<ReportJob>): Promise<ReportJob> {
    return (await jobs.end(held, news))?.stored.job ?? jobs.now(held.stored.job.id);
  }
  async function begin(held: HeldJob): Promise<ReportJob> {
    const { id, part = 1 } = held.stored.job;
    try {
      await start({ job: id, part });
      return held.stored.job;
    } catch (thrown) {
      const { code, message } = jobError(thrown);
      const error = { code: 'report-not-started', message: `no worker could be started: ${code}: ${message}` };
      return end(held, { status: 'failed', error });
    }
  }
  return {
    ...jobs,
    begin,
    until: () => later(clock, LEASE_MS),
    async next(held, deaths) {
      const { job } = held.stored;
      if (deaths > MOST_DEATHS) return end(held, { status: 'interrupted', error: DIED });
      const part = (job.part ?? 1) + 1;
      if (part > MOST_PARTS) return end(held, { status: 'failed', error: TOO_LONG });
      const turn = { until: later(clock, START_MS), stored: job.written ?? 0, deaths };
      const changed = await jobs.change(held, { job: { ...job, status: 'queued', part }, turn });
      return changed === undefined ? jobs.now(job.id) : begin(changed);
    },
  };
}

/** A worker that stored something before it died has not died for nothing. */
function deathsOf({ stored: { job, turn } }: HeldJob): number {
  return (job.written ?? 0) > turn.stored ? 1 : turn.deaths + 1;
}

/** Jobs that are remembered once they are over: they do not change any more. */
const REMEMBERED = 5000;

/** Reads a job, and has it go on where its worker has died. */
function getter(jobs: StoredJobs, { next }: Ways, clock: Clock): Jobs['get'] {
  const ended = new Map<string, ReportJob>();
  return async (id) => {
    if (!isId(id)) return undefined;
    const held = ended.has(id) ? undefined : await jobs.read(id);
    if (held === undefined) return ended.get(id);
    const job = isOverdue(held, clock) ? await next(held, deathsOf(held)) : held.stored.job;
    if (isOpenJob(job)) return job;
    if (ended.size >= REMEMBERED) ended.clear();
    ended.set(id, job);
    return job;
  };
}

/** Packs of the command line stand in folders of other names. */
const isId = (name: string): boolean => z.uuid().safeParse(name).success;

interface Place {
  readonly place: number;
  readonly id: string;
}

async function* listed(folders: AsyncIterable<string>, from: number, get: Jobs['get']): ReturnType<Jobs['list']> {
  let place = 0;
  let places: Place[] = [];
  for await (const id of folders) {
    if (!isId(id)) continue;
    if (place >= from) places.push({ place, id });
    place += 1;
    if (places.length < READ_AT_ONCE) continue;
    yield* await jobsAt(places, get);
    places = [];
  }
  yield* await jobsAt(places, get);
}

async function jobsAt(places: readonly Place[], get: Jobs['get']): Promise<{ place: number; job: ReportJob }[]> {
  const jobs = await Promise.all(places.map(({ id }) => get(id)));
  return places.flatMap(({ place }, at) => {
    const job = jobs[at];
    return job === undefined ? [] : [{ place, job }];
  });
}
