import { Command } from 'commander';
import { countTrailFiles, localTrailFiles } from '../../adapters/local/trail-files.ts';
import { ingest } from '../../app/ingest.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { collected, command } from '../command.ts';
import type { CommonOptions } from '../output.ts';
import { EXIT } from '../output.ts';
import { catalogue, withNewStore } from '../session.ts';

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
      const { files, total } = await filesOf(args);
      return withNewStore(options, out, async (store) => {
        const result = await ingest(store, {
          files,
          catalogue: await catalogue(options.framework),
          onFile: (done) => out.progress(done, total, 'log files read'),
        });
        const { problems, ...counts } = result;
        out.emit(result);
        out.print(
          `${counts.files} files, ${counts.records} records, ${counts.events} events (${counts.duplicates} delivered more than once)`,
        );
        out.print(
          `${counts.matched} events matched a selector and are evidence; ${counts.entries} ledger entries written`,
        );
        if (counts.foreign > 0)
          out.note(`${counts.foreign} records are no CloudTrail records (no event id, time, name, source or account)`);
        for (const { problem } of problems) out.note(`put aside: ${problem}`);
        return counts.malformed > 0 || counts.foreign > 0 ? EXIT.incomplete : EXIT.good;
      });
    },
  );

async function filesOf(paths: readonly string[]) {
  const [first = ''] = paths;
  if (!first.startsWith('s3://')) return { files: localTrailFiles(paths), total: await countTrailFiles(paths) };
  if (paths.length > 1) throw new WitnessmarkError('ingest-one-bucket', 'give one s3:// address at a time');
  const { bucketTrailFiles } = await import('../../adapters/aws/trail-bucket.ts');
  return { files: bucketTrailFiles(first), total: undefined };
}
