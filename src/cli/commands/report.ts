import { join } from 'node:path';
import { packFolder, zipFolder } from '../../adapters/local/pack-folder.ts';
import { assessPeriod } from '../../app/assess.ts';
import { writePack } from '../../app/report.ts';
import type { AssessOptions } from '../assessing.ts';
import { definitionOf, withAssessOptions } from '../assessing.ts';
import { command } from '../command.ts';
import { withStore } from '../session.ts';
import { exitOf, showReport } from './assess.ts';

interface Options extends AssessOptions {
  readonly out?: string;
}

export const reportCommand = () =>
  command<Options>(
    {
      name: 'report',
      description: 'assess, and write the signed pack as a folder and as a zip',
      configure: (it) =>
        withAssessOptions(it).option(
          '--out <dir>',
          'folder of the pack (default: reports/<id> in the store); the zip stands beside it',
        ),
    },
    ({ options, out }) =>
      withStore(options, async (store) => {
        const assessed = await assessPeriod(store, await definitionOf(store, options));
        const folder = options.out ?? join(options.store, 'reports', assessed.report.id);
        out.progress(0, undefined, `writing ${folder}`);
        const sink = await packFolder(folder);
        const { report, files } = await writePack(store, assessed, sink);
        await sink.done();
        await zipFolder(folder, report.id, files.keys(), `${folder}.zip`);
        out.emit({
          id: report.id,
          folder,
          zip: `${folder}.zip`,
          files: files.size,
          ledger: report.ledger,
          summary: report.summary,
        });
        showReport(report, out);
        out.print();
        out.print(`pack      ${folder} (${files.size} files), ${folder}.zip`);
        out.print(`read      ${join(folder, 'data', 'report.pdf')}`);
        out.print(
          `verify    npx witnessmark verify ${folder} --key ${join(options.store, 'trust', 'checkpoint.vkey')}`,
        );
        return exitOf(report);
      }),
  );
