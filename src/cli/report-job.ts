import { join } from 'node:path';
import { packFolder } from '../adapters/local/pack-folder.ts';
import type { WorkerNews } from '../adapters/local/report-worker.ts';
import { makeReport } from '../app/make-report.ts';
import { jobError, PaperSize } from '../model/report-job.ts';
import { withSharedStore } from './session.ts';

/** The process that makes one report for `witnessmark serve`, and tells its parent how far it is. */
const [folder = '', assessment = '', version = '', id = '', paper = '', timeZone = ''] = process.argv.slice(2);
const tell = (news: WorkerNews): void => void process.send?.(news);

try {
  const job = { assessment, version: Number(version), paper: PaperSize.parse(paper), timeZone };
  const target = (report: string) => packFolder(join(folder, 'reports', id, report), report);
  tell(await withSharedStore({ store: folder }, (store) => makeReport(store, job, { target, tell })));
} catch (thrown) {
  tell({ error: jobError(thrown) });
  process.exitCode = 1;
}
process.disconnect?.();
