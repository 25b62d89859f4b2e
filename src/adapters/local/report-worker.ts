import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { WitnessmarkError } from '../../model/error.ts';
import { PACK_FILE, ReportFile, type ReportJob, reportKey } from '../../model/report-job.ts';
import type { MakeReport } from './report-jobs.ts';

/** What the process that makes a report tells. */
export const WorkerNews = z.union([
  z.strictObject({ stage: z.enum(['assessing', 'writing', 'packing']) }),
  z.strictObject({ written: z.int().min(0) }),
  z.strictObject({ report: z.string(), files: z.array(ReportFile) }),
  z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) }),
]);
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
        const news = WorkerNews.parse(message);
        if ('error' in news) error = new WitnessmarkError(news.error.code, news.error.message);
        else tell(news);
      });
      child.on('error', failed);
      child.on('exit', (code) => {
        if (code === 0 && error === undefined) done();
        else failed(error ?? new WitnessmarkError('jobs-died', `the process that made the report ended with ${code}`));
      });
    });
}

/** Size and hash of each file of a report that can be downloaded. */
export async function reportFiles(
  folder: string,
  job: Pick<ReportJob, 'id' | 'report'>,
  names: readonly string[],
): Promise<ReportFile[]> {
  const files: ReportFile[] = [];
  for (const name of [PACK_FILE, ...names]) {
    const path = join(folder, ...reportKey(job, name).split('/'));
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk);
    files.push({ name, bytes: (await stat(path)).size, sha256: hash.digest('hex') });
  }
  return files;
}
