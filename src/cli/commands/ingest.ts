import { Command } from 'commander';
import { z } from 'zod';
import { keepHeapLean } from '../../adapters/local/lean-heap.ts';
import { countTrailFiles, localTrailFiles } from '../../adapters/local/trail-files.ts';
import { type IngestRequest, ingest } from '../../app/ingest.ts';
import type { IngestResult } from '../../app/ingest-result.ts';
import { lookupOf } from '../../app/lookup.ts';
import type { Store } from '../../app/store.ts';
import type { Catalogue } from '../../catalog/catalogue.ts';
import { accountFolders, trailItems } from '../../collect/cloudtrail/trail-listing.ts';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import { AccountId, Day, Region } from '../../model/primitives.ts';
import { defaultRegions, ownAccount } from '../aws-scope.ts';
import { collected, command } from '../command.ts';
import type { CommonOptions, Output } from '../output.ts';
import { EXIT } from '../output.ts';
import { catalogue, clock, withNewStore } from '../session.ts';
import { noteTimestamp } from '../timestamp-note.ts';

interface Options extends CommonOptions {
  readonly framework?: readonly string[];
  readonly since?: string;
  readonly lookBack?: string;
  readonly all?: true;
  readonly lookup?: true;
  readonly account?: readonly string[];
  readonly region?: readonly string[];
  readonly roleName?: string;
  readonly externalId?: string;
}

export const ingestCommands = () =>
  new Command('ingest').description('take in evidence that AWS delivered as files').addCommand(cloudtrail());

const cloudtrail = () =>
  command<Options>(
    {
      name: 'cloudtrail',
      description:
        "CloudTrail log files: folders, files (gzip or plain) or s3://bucket/prefix; or CloudTrail's event history",
      configure: (it) =>
        it
          .argument('[path...]', 'where the files are')
          .option(
            '--framework <file>',
            'a framework of your own whose event selectors count too (repeatable)',
            collected,
          )
          .option('--since <day>', 'of a bucket: look at every day from this one on (YYYY-MM-DD)')
          .option('--look-back <days>', 'of a bucket: look for late files so many days before the last look', '7')
          .option('--all', 'of a bucket: read every file below the address, whatever its name')
          .option('--lookup', 'read the event history (LookupEvents) of accounts and regions without a trail')
          .option('--account <id>', 'an account to look at (repeatable)', collected)
          .option(
            '--region <region>',
            'a region whose event history to read (repeatable; default: AWS_REGION)',
            collected,
          )
          .option('--role-name <name>', 'role to assume in other accounts', 'WitnessmarkReadOnly')
          .option('--external-id <id>', 'external id for that role'),
    },
    async ({ args, options, out }) => {
      keepHeapLean();
      checkOptions(args, options);
      const found = options.lookup === true ? undefined : await filesOf(args, options);
      return withNewStore(options, out, async (store) => {
        const known = await catalogue(options.framework);
        const { source, close } =
          found === undefined
            ? await lookupSource(store, known, options)
            : { source: { files: found.files, catalogue: known }, close: () => {} };
        try {
          const what = options.lookup === true ? 'answers with events read' : 'log files read';
          const result = await ingest(store, { ...source, onFile: (done) => out.progress(done, found?.total, what) });
          tell(result, options, out);
          return isWhole(result) ? EXIT.good : EXIT.incomplete;
        } finally {
          close();
        }
      });
    },
  );

function tell(result: IngestResult, options: Options, out: Output): void {
  out.emit(result);
  for (const line of summaryOf(result, options)) out.print(line);
  for (const line of notesOf(result)) out.note(line);
  noteTimestamp(result.timestamp, out);
}

const isWhole = ({ malformed, foreign, forgotten, failures, more }: IngestResult): boolean =>
  malformed === 0 && foreign === 0 && forgotten === 0 && failures.length === 0 && !more;

/** What is wrong is said before a store is made. */
function checkOptions(args: readonly string[], { lookup, since, lookBack, account, region }: Options): void {
  if ((lookup === true) === args.length > 0)
    throw new WitnessmarkError('usage-ingest', 'expected either files, folders or a bucket, or --lookup');
  for (const [name, values, schema] of [
    ['--since', since === undefined ? [] : [since], Day],
    ['--look-back', [lookBack ?? '7'], z.string().regex(/^\d{1,3}$/, 'expected a number of days')],
    ['--account', account ?? [], AccountId],
    ['--region', region ?? [], Region],
  ] as const) {
    const wrong = values.map((it) => schema.safeParse(it)).find((it) => !it.success);
    if (wrong)
      throw new WitnessmarkError('usage-ingest', `${name} ${values.join(', ')}: ${wrong.error?.issues[0]?.message}`);
  }
}

async function lookupSource(store: Store, known: Catalogue, options: Options) {
  const { awsCloud } = await import('../../adapters/aws/cloud.ts');
  const { roleName, externalId } = options;
  const cloud = awsCloud({ clock, ...(roleName ? { roleName } : {}), ...(externalId ? { externalId } : {}) });
  const accounts = options.account ?? [await ownAccount(cloud)];
  const regions = options.region ?? defaultRegions();
  return { source: lookupOf(store, { cloud, accounts, regions, catalogue: known }), close: () => cloud.close() };
}

function summaryOf(result: IngestResult, { lookup }: Options): string[] {
  const { files, known, digests, records, events, duplicates, matched, entries, runs } = result;
  const aside = [known > 0 ? `${known} ingested before` : '', digests > 0 ? `${digests} digest files` : ''].filter(
    Boolean,
  );
  return [
    `${files} ${lookup === true ? 'answers with events' : 'files'}${aside.length > 0 ? ` (${aside.join(', ')})` : ''}, ${records} records, ${events} new events, ${duplicates} records of events that were counted before`,
    `${matched} events matched a selector and are evidence; ${entries} ledger entries written in ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`,
  ];
}

function notesOf({ malformed, foreign, forgotten, aside, problems, failures }: IngestResult): string[] {
  const reasons = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([reason, count]) => `${reason} ${count}`)
      .sort()
      .join(', ');
  return [
    ...(malformed > 0 ? [`${malformed} files were put aside: ${reasons(aside.files)}`] : []),
    ...(foreign > 0 ? [`${foreign} records were put aside: ${reasons(aside.records)}`] : []),
    ...problems.map(({ file, problem }) => (problem.includes(file) ? problem : `${file}: ${problem}`)),
    ...failures.map(
      ({ account, region, operation, name, message }) =>
        `not read, so that its days are not whole: ${account}/${region} ${operation} ${name}: ${message}`,
    ),
    ...(forgotten > 0
      ? [
          `the events of ${forgotten} earlier ingests of these days are not known any more: those that came again were counted again`,
        ]
      : []),
  ];
}

interface Found {
  readonly files: IngestRequest['files'];
  readonly total?: number;
}

async function filesOf(paths: readonly string[], { all, since, lookBack, account }: Options): Promise<Found> {
  const [first = ''] = paths;
  if (!first.startsWith('s3://')) return { files: localTrailFiles(paths), total: await countTrailFiles(paths) };
  if (paths.length > 1) throw new WitnessmarkError('ingest-one-bucket', 'give one s3:// address at a time');
  const { bucketTrailFiles, trailAddress, trailObjects } = await import('../../adapters/aws/trail-bucket.ts');
  if (all === true) return { files: bucketTrailFiles(first) };
  const { bucket, prefix } = trailAddress(first);
  const objects = trailObjects(bucket);
  const folders = await accountFolders(objects, prefix).catch((cause: unknown) => {
    throw new WitnessmarkError('ingest-unread', `${first}: ${messageOf(cause)}`, { cause });
  });
  if (folders.length === 0)
    throw new WitnessmarkError('ingest-no-trail', `s3://${bucket}/${prefix}AWSLogs/ holds no folder of an account`, {
      hint: 'name the folder in which AWSLogs lies, or use --all for files that lie otherwise',
    });
  const wish = { prefix, lookBackDays: Number(lookBack), since, accounts: account };
  return { files: (known) => trailItems(objects, wish, known) };
}
