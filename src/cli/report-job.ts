import { join } from 'node:path';
import { packFolder } from '../adapters/local/pack-folder.ts';
import { reportFiles, type WorkerNews } from '../adapters/local/report-worker.ts';
import { assessPinned } from '../app/assess.ts';
import { assessments, definitionAt } from '../app/assessments.ts';
import { syncIndex } from '../app/replay.ts';
import { writePack } from '../app/report.ts';
import type { Store } from '../app/store.ts';
import { messageOf, WitnessmarkError } from '../model/error.ts';
import { PaperSize } from '../model/report-job.ts';
import type { PackSink } from '../pack/sink.ts';
import { FORMATS } from '../report/formats.ts';
import { withSharedStore } from './session.ts';

/** The process that makes one report for `witnessmark serve`, and tells its parent how far it is. */
const [folder = '', assessment = '', version = '', id = '', paper = '', timeZone = ''] = process.argv.slice(2);
const tell = (news: WorkerNews): void => void process.send?.(news);

async function make(store: Store): Promise<void> {
  tell({ stage: 'assessing' });
  await syncIndex(store);
  const known = (await assessments(store)).find((it) => it.id === assessment);
  const pinned = known?.versions.find((it) => it.entry === Number(version));
  if (pinned === undefined)
    throw new WitnessmarkError('assess-unknown', `there is no version ${version} of ${assessment}`);
  const assessed = await assessPinned(store, await definitionAt(store, pinned), pinned, { timeZone });
  const report = assessed.report.id;
  const sink = await packFolder(join(folder, 'reports', id, report), report);
  try {
    tell({ stage: 'writing' });
    await writePack(store, assessed, counting(sink), PaperSize.parse(paper));
    tell({ stage: 'packing' });
    await sink.done();
  } catch (thrown) {
    await sink.abandon();
    throw thrown;
  }
  tell({ report, files: await reportFiles(folder, { id, report }, ['report.pdf', ...FORMATS.keys()]) });
}

function counting(sink: PackSink): PackSink {
  let written = 0;
  return {
    async put(path, content) {
      await sink.put(path, content);
      written += 1;
      tell({ written });
    },
  };
}

try {
  await withSharedStore({ store: folder }, make);
} catch (thrown) {
  const code = thrown instanceof WitnessmarkError ? thrown.code : 'unexpected';
  tell({ error: { code, message: messageOf(thrown) } });
  process.exitCode = 1;
}
process.disconnect?.();
