import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { isOpenJob, type JobNews, jobError, MOST_OPEN_JOBS, ReportJob, tooManyJobs } from '../../model/report-job.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Jobs } from '../../ports/jobs.ts';
import { failedWith, makeFolder, syncFolder, writeNew } from './durable.ts';

/** Makes one report, elsewhere than on the thread that answers requests; throws what it cannot. */
export type MakeReport = (job: ReportJob, tell: (news: JobNews) => void) => Promise<void>;

/** The jobs of one process; `close` waits for nothing and calls what is not done interrupted. */
export interface FolderJobs extends Jobs {
  close(): Promise<void>;
}

/**
 * Report jobs of a store in a folder, made one at a time in the order of asking. Each is remembered in
 * `reports/<id>/job.json`: those that an earlier process left open are `interrupted`.
 */
export async function folderJobs(
  folder: string,
  { clock, make }: { clock: Clock; make: MakeReport },
): Promise<FolderJobs> {
  const jobs = await readJobs(folder);
  let last: Promise<void> = Promise.resolve();
  let closed = false;

  async function keep(job: ReportJob): Promise<ReportJob> {
    jobs.set(job.id, job);
    await writeJob(folder, job);
    return job;
  }
  const change = async (id: string, news: Partial<ReportJob>): Promise<void> => {
    const job = jobs.get(id);
    if (job !== undefined) await keep({ ...job, ...news });
  };
  const end = (id: string, news: Partial<ReportJob>): Promise<void> => change(id, { ...news, endedAt: clock.now() });

  async function run(id: string): Promise<void> {
    if (closed) return;
    await change(id, { status: 'running', startedAt: clock.now() });
    const job = jobs.get(id);
    if (job === undefined) return;
    // Only for those who ask meanwhile: what counts is written when it is done.
    const tell = (news: JobNews): void => void jobs.set(id, { ...(jobs.get(id) ?? job), ...news });
    try {
      await make(job, tell);
      if (!closed) await end(id, { status: 'succeeded' });
    } catch (thrown) {
      if (!closed) await end(id, { status: 'failed', error: jobError(thrown) });
    }
  }

  for (const job of jobs.values()) if (isOpenJob(job)) await end(job.id, { status: 'interrupted' });
  return {
    async request(asked) {
      const { by: requestedBy, ...rest } = asked;
      if ([...jobs.values()].filter(isOpenJob).length >= MOST_OPEN_JOBS) throw tooManyJobs();
      const id = randomUUID();
      const job = await keep({ id, ...rest, requestedBy, requestedAt: clock.now(), status: 'queued' });
      last = last.then(() => run(id)).catch(() => {});
      return job;
    },
    get: async (id) => jobs.get(id),
    async *list(from = 0) {
      for (const [offset, job] of [...jobs.values()].slice(from).entries()) yield { place: from + offset, job };
    },
    async close() {
      closed = true;
      for (const job of jobs.values()) if (isOpenJob(job)) await end(job.id, { status: 'interrupted' });
    },
  };
}

const pathOf = (folder: string, id: string): string => join(folder, 'reports', id, 'job.json');

/** In the order in which they were asked for. What is no job is passed over: the folder holds packs as well. */
async function readJobs(folder: string): Promise<Map<string, ReportJob>> {
  const names = await readdir(join(folder, 'reports')).catch((thrown: unknown) => {
    if (failedWith(thrown, 'ENOENT')) return [];
    throw thrown;
  });
  const jobs: ReportJob[] = [];
  for (const name of names) {
    const job = await readJob(folder, name);
    if (job !== undefined) jobs.push(job);
  }
  jobs.sort((a, b) => (`${a.requestedAt} ${a.id}` < `${b.requestedAt} ${b.id}` ? -1 : 1));
  return new Map(jobs.map((it) => [it.id, it]));
}

async function readJob(folder: string, name: string): Promise<ReportJob | undefined> {
  try {
    const job = ReportJob.parse(JSON.parse(await readFile(pathOf(folder, name), 'utf8')));
    return job.id === name ? job : undefined;
  } catch (thrown) {
    if (thrown instanceof SyntaxError || failedWith(thrown, 'ENOENT', 'ENOTDIR')) return undefined;
    if (thrown instanceof Error && thrown.name === 'ZodError') return undefined;
    throw thrown;
  }
}

async function writeJob(folder: string, job: ReportJob): Promise<void> {
  const path = pathOf(folder, job.id);
  const own = join(folder, 'reports', job.id);
  await makeFolder(own);
  const draft = `${path}.${randomUUID()}`;
  await writeNew(draft, Buffer.from(`${JSON.stringify(job, undefined, 2)}\n`));
  await rename(draft, path);
  await syncFolder(own);
}
