import { setTimeout } from 'node:timers/promises';
import { objectJobs } from '../../src/adapters/aws/reports/report-jobs.ts';
import { systemClock } from '../../src/adapters/local/clock.ts';
import type { ReportJob } from '../../src/model/report-job.ts';
import type { Objects } from '../../src/ports/objects.ts';
import { ask } from './people.ts';

const json = async <T>(response: Response): Promise<T> => (await response.json()) as T;

/** Asks for a report, as somebody who may. */
export async function requestReport(
  wanted: { assessment: string; version?: number },
  token: string,
): Promise<Response> {
  const { assessment, version } = wanted;
  const body = JSON.stringify({ assessment, ...(version === undefined ? {} : { version }) });
  return ask('/v1/reports', token, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
}

/** Asks for a report as the API does, and leaves it to the caller to have the function begin. */
export function waitingReport(
  objects: Objects,
  { assessment, version }: { assessment: string; version: number },
): Promise<ReportJob> {
  const jobs = objectJobs({ objects, folders: async function* () {}, clock: systemClock, start: async () => {} });
  const by = { subject: 'nobody', issuer: 'https://example.com' };
  return jobs.request({ assessment, version, paper: 'A4', timeZone: 'UTC', by });
}

/** Waits until a report is done. */
export async function finished(id: string, token: string): Promise<ReportJob> {
  for (;;) {
    const job = await json<ReportJob>(await ask(`/v1/reports/${id}`, token));
    if (job.status !== 'queued' && job.status !== 'running') return job;
    await setTimeout(500);
  }
}

/** The zip of a report that is done, by the address that the API gives for it. */
export async function download(id: string, token: string): Promise<Buffer> {
  const offered = await ask(`/v1/reports/${id}/files/pack.zip`, token);
  const { status, headers } = offered;
  if (status !== 303) throw new Error(`the download was answered with ${status}: ${await offered.text()}`);
  const pack = await fetch(headers.get('location') ?? '');
  if (!pack.ok) throw new Error(`S3 answered with ${pack.status}: ${await pack.text()}`);
  return Buffer.from(await pack.arrayBuffer());
}

/** Asks for a report, follows it, and downloads its zip. */
export async function packThroughApi(wanted: { assessment: string; version: number }, token: string): Promise<Buffer> {
  const { id } = await json<ReportJob>(await requestReport(wanted, token));
  const job = await finished(id, token);
  if (job.status !== 'succeeded') throw new Error(`the report is ${job.status}: ${JSON.stringify(job.error)}`);
  return download(id, token);
}
