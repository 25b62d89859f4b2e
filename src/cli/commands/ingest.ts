import { Command } from 'commander';
import { keepHeapLean } from '../../adapters/local/lean-heap.ts';
import { countTrailFiles, localTrailFiles } from '../../adapters/local/trail-files.ts';
import { ingest } from '../../app/ingest.ts';
import type { IngestResult } from '../../app/ingest-result.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { collected, command } from '../command.ts';
import type { CommonOptions } from '../output.ts';
import { EXIT } from '../output.ts';
import { catalogue, withNewStore } from '../session.ts';
import { noteTimestamp } from '../timestamp-note.ts';

interface Options extends CommonOptions {
  readonly framework?: readonly string[];
}

export const ingestCommands = () =>
  new Command('ingest').description('take in evidence that AWS delivered as files').addCommand(cloudtrail());

const cloudtrail = () =>
  command<Options>(
    {
      name: 'cloudtrail',
      description: 'CloudTrail log files: folders, files (gzip or plain) or s3://bucket/prefix',
      configure: (it) =>
        it
          .argument('<path...>', 'where the files are')
          .option(
            '--framework <file>',
            'a framework of your own whose event selectors count too (repeatable)',
            collected,
          ),
    },
    async ({ args, options, out }) => {
      keepHeapLean();
      const { files, total } = await filesOf(args);
      return withNewStore(options, out, async (store) => {
        const result = await ingest(store, {
          files,
          catalogue: await catalogue(options.framework),
          onFile: (done) => out.progress(done, total, 'log files read'),
        });
        out.emit(result);
        for (const line of summaryOf(result)) out.print(line);
        for (const line of notesOf(result)) out.note(line);
        noteTimestamp(result.timestamp, out);
        return result.malformed > 0 || result.foreign > 0 || result.forgotten > 0 ? EXIT.incomplete : EXIT.good;
      });
    },
  );

function summaryOf(result: IngestResult): string[] {
  const { files, known, digests, records, events, duplicates, matched, entries, runs } = result;
  const aside = [known > 0 ? `${known} ingested before` : '', digests > 0 ? `${digests} digest files` : ''].filter(
    Boolean,
  );
  return [
    `${files} files${aside.length > 0 ? ` (${aside.join(', ')})` : ''}, ${records} records, ${events} new events, ${duplicates} records of events that were counted before`,
    `${matched} events matched a selector and are evidence; ${entries} ledger entries written in ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`,
  ];
}

function notesOf({ malformed, foreign, forgotten, aside, problems }: IngestResult): string[] {
  const reasons = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([reason, count]) => `${reason} ${count}`)
      .sort()
      .join(', ');
  return [
    ...(malformed > 0 ? [`${malformed} files were put aside: ${reasons(aside.files)}`] : []),
    ...(foreign > 0 ? [`${foreign} records were put aside: ${reasons(aside.records)}`] : []),
    ...problems.map(({ file, problem }) => (problem.includes(file) ? problem : `${file}: ${problem}`)),
    ...(forgotten > 0
      ? [
          `the events of ${forgotten} earlier ingests of these days are not known any more: those that came again were counted again`,
        ]
      : []),
  ];
}

async function filesOf(paths: readonly string[]) {
  const [first = ''] = paths;
  if (!first.startsWith('s3://')) return { files: localTrailFiles(paths), total: await countTrailFiles(paths) };
  if (paths.length > 1) throw new WitnessmarkError('ingest-one-bucket', 'give one s3:// address at a time');
  const { bucketTrailFiles } = await import('../../adapters/aws/trail-bucket.ts');
  return { files: bucketTrailFiles(first), total: undefined };
}
