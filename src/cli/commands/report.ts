import { join } from 'node:path';
import { Option } from 'commander';
import { packFolder } from '../../adapters/local/pack-folder.ts';
import { assessPeriod } from '../../app/assess.ts';
import { writePack } from '../../app/report.ts';
import { WitnessmarkError } from '../../model/error.ts';
import type { PackSink } from '../../pack/sink.ts';
import { PAPERS, type Paper } from '../../report/pdf/theme.ts';
import { isTimeZone } from '../../report/times.ts';
import type { AssessOptions } from '../assessing.ts';
import { definitionOf, withAssessOptions } from '../assessing.ts';
import { command } from '../command.ts';
import { withStore } from '../session.ts';
import { smallHeapFor } from '../small-heap.ts';
import { noteFailure, noteTimestamp } from '../timestamp-note.ts';
import { exitOf, showReport } from './assess.ts';
import { reportDiffCommand } from './report-diff.ts';

interface Options extends AssessOptions {
  readonly out?: string;
  readonly paper: Paper;
  readonly timeZone: string;
}

export const reportCommand = () =>
  command<Options>(
    {
      name: 'report',
      description: 'assess, and write the signed pack as a folder and as a zip',
      configure: (it) =>
        withAssessOptions(it)
          .option('--out <dir>', 'folder of the pack (default: reports/<id> in the store); the zip stands beside it')
          .addOption(new Option('--paper <size>', 'page size of the PDF').choices(Object.keys(PAPERS)).default('A4'))
          .option('--time-zone <zone>', 'IANA name of a zone whose times stand beside UTC in the PDF', 'UTC'),
    },
    ({ options, out }) =>
      withStore(options, async (store) => {
        const { paper, timeZone } = options;
        if (!isTimeZone(timeZone)) throw unknownZone(timeZone);
        smallHeapFor(await store.index.size());
        const definition = await definitionOf(store, options);
        const assessed = await assessPeriod(store, definition, { timeZone });
        const folder = options.out ?? join(options.store, 'reports', assessed.report.id);
        out.progress(0, undefined, `writing ${folder}`);
        const { report, files, timestamps, timestamp } = await written(folder, assessed.report.id, (sink) =>
          writePack(store, assessed, sink, paper),
        );
        out.emit({
          id: report.id,
          folder,
          zip: `${folder}.zip`,
          files: files.size,
          ledger: report.ledger,
          summary: report.summary,
          ...(timestamps === undefined ? {} : { timestamps, timestamp }),
        });
        showReport(report, out);
        out.print();
        out.print(`pack      ${folder} (${files.size} files), ${folder}.zip`);
        out.print(`read      ${join(folder, 'data', 'report.pdf')}`);
        out.print(
          `verify    npx witnessmark verify ${folder} --key ${join(options.store, 'trust', 'checkpoint.vkey')}`,
        );
        if (timestamps?.failure) noteFailure('the pack lacks one', timestamps.failure, out);
        else noteTimestamp(timestamp, out);
        return exitOf(report);
      }),
  )
    .addCommand(reportDiffCommand())
    // Options after `diff` are its own, and it needs none of those that making a report does.
    .enablePositionalOptions()
    .hook('preSubcommand', (it) => {
      for (const option of it.options) option.makeOptionMandatory(false);
    });

function unknownZone(name: string): WitnessmarkError {
  return new WitnessmarkError('usage-time-zone', `--time-zone ${name}: expected the IANA name of a time zone`, {
    hint: 'for example Europe/Berlin or America/New_York',
  });
}

/** Writes a pack's folder and zip; of one that could not be made nothing is left. */
async function written<T>(folder: string, id: string, write: (sink: PackSink) => Promise<T>): Promise<T> {
  const sink = await packFolder(folder, id);
  try {
    const result = await write(sink);
    await sink.done();
    return result;
  } catch (thrown) {
    await sink.abandon();
    throw thrown;
  }
}
