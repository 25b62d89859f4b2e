import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { WitnessmarkError } from '../../model/error.ts';
import { ReportJob } from '../../model/report-job.ts';
import type { MakeReport } from './report-jobs.ts';

/** What the process that makes a report tells. */
const WorkerNews = ReportJob.pick({ stage: true, written: true, report: true, files: true, error: true }).partial();
export type WorkerNews = z.infer<typeof WorkerNews>;

/** Environment that a process of ours needs: where to find things, and the clock of demonstrations. */
const KEPT = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'WITNESSMARK_NOW', 'XDG_CACHE_HOME', 'SystemRoot'];

/**
 * Makes reports of the store in `folder`, each in a process of its own: whatever it takes of time and
 * memory, requests are answered meanwhile. When `signal` is aborted the process is ended.
 */
export function reportWorker(folder: string, signal: AbortSignal): MakeReport {
  const program = fileURLToPath(new URL('../../cli/report-job.ts', import.meta.url));
  const env = Object.fromEntries(KEPT.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  return (job, tell) =>
    new Promise<void>((done, failed) => {
      let error: WitnessmarkError | undefined;
      const child = fork(program, [folder, job.assessment, String(job.version), job.id, job.paper, job.timeZone], {
        env,
        signal,
        killSignal: 'SIGTERM',
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      child.on('message', (message) => {
        const { error: told, ...news } = WorkerNews.parse(message);
        if (told === undefined) tell(news);
        else error = new WitnessmarkError(told.code, told.message);
      });
      child.on('error', failed);
      child.on('exit', (code) => {
        if (code === 0 && error === undefined) done();
        else failed(error ?? new WitnessmarkError('jobs-died', `the process that made the report ended with ${code}`));
      });
    });
}
