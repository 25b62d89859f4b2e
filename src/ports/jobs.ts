import type { Person } from '../model/access.ts';
import type { ReportJob } from '../model/report-job.ts';

/** A report that somebody wants to have made of an assessment that the ledger holds. */
export interface JobRequest {
  readonly assessment: string;
  /** Ledger entry of the version of it. */
  readonly version: number;
  readonly paper: ReportJob['paper'];
  readonly timeZone: string;
  readonly by: Person;
}

/** Makes reports in the background. What was asked for is remembered whatever happens to whoever makes it. */
export interface Jobs {
  /** Returns once the request is remembered. Throws `jobs-too-many` where too many wait already. */
  request(request: JobRequest): Promise<ReportJob>;
  get(id: string): Promise<ReportJob | undefined>;
  /** Oldest first, each with its place in the list; begins at the place `from`, and reads no more than is taken. */
  list(from?: number): AsyncIterable<{ readonly place: number; readonly job: ReportJob }>;
}
