import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import { diffReports } from '../../report/diff/diff.ts';
import { collected, command } from '../command.ts';
import type { CommonOptions } from '../output.ts';
import { EXIT } from '../output.ts';
import { diffCsv } from '../report-diff/csv.ts';
import { ledgerRelation } from '../report-diff/ledger.ts';
import type { ReadReport } from '../report-diff/read.ts';
import { readReport } from '../report-diff/read.ts';
import { showDiff } from '../report-diff/show.ts';
import { sidesWithEvidence } from '../report-diff/states.ts';
import { verifierKeysOf } from '../verifier-keys.ts';

interface Options extends CommonOptions {
  readonly csv?: string;
  readonly key?: readonly string[];
}

export const reportDiffCommand = () =>
  command<Options>(
    {
      name: 'diff',
      description:
        'what changed between two reports of one framework, offline and without a store; ends with 0 whenever they could be compared, whatever changed',
      configure: (it) =>
        it
          .argument('<old>', 'the folder or zip of a pack, or a report.json')
          .argument('<new>', 'the later one, likewise')
          .option('--csv <file>', 'write one row for each change to this new file')
          .option(
            '--key <vkey>',
            "the ledger's verifier key from elsewhere, or a file of them (repeatable)",
            collected,
          ),
    },
    async ({ args: [oldPath = '', newPath = ''], options, out }) => {
      const keys = options.key ? await verifierKeysOf(options.key) : undefined;
      const opened: ReadReport[] = [];
      try {
        const old = await readReport(oldPath);
        opened.push(old);
        const now = await readReport(newPath);
        opened.push(now);
        const diff = diffReports(...(await sidesWithEvidence(old, now)));
        const ledger = await ledgerRelation(old, now, keys);
        if (options.csv !== undefined) await writeNew(options.csv, diffCsv(diff, now.report));
        out.emit({ ...diff, ledger });
        showDiff(diff, ledger, out);
        if (keys === undefined && ['same', 'extends'].includes(ledger.relation))
          out.note("the ledger's key was taken from the new report: give one from elsewhere with --key");
        return EXIT.good;
      } finally {
        for (const it of opened) await it.close();
      }
    },
  );

/** Never over a file that is there. */
async function writeNew(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  await pipeline(Readable.from(chunks), createWriteStream(path, { flags: 'wx' })).catch((cause: unknown) => {
    throw new WitnessmarkError('usage-csv', `--csv ${path}: ${messageOf(cause)}`, { cause });
  });
}
