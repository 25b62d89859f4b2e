import { Command } from 'commander';
import { listEvidence } from '../../app/list-evidence.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { Outcome } from '../../model/evidence.ts';
import { command } from '../command.ts';
import type { CommonOptions } from '../output.ts';
import { columns, EXIT } from '../output.ts';
import { withStore } from '../session.ts';

interface Options extends CommonOptions {
  readonly source?: string;
  readonly outcome?: string;
  readonly subject?: string;
  readonly account?: string;
  readonly at?: string;
}

export const evidenceCommands = () => new Command('evidence').description('what the store holds').addCommand(list());

const list = () =>
  command<Options>(
    {
      name: 'list',
      description: "each subject's state, now or at a time",
      configure: (it) =>
        it
          .option('--source <source>', 'such as check:s3-bucket-tls-only')
          .option('--outcome <outcome>', Outcome.options.join(', '))
          .option('--subject <id>', 'an ARN; a part of it with * at the end')
          .option('--account <id>', 'an account')
          .option('--at <time>', 'the state at that time, such as 2026-10-05 or 2026-10-05T12:00:00Z'),
    },
    ({ options, out }) =>
      withStore(options, async (store) => {
        const filter = { ...options, outcome: outcomeOf(options.outcome), at: timeOf(options.at) };
        const states = await listEvidence(store, filter);
        for (const state of states) out.emit(state);
        const rows = states.map((it) => [it.outcome, it.source, it.account, it.region, it.subject, it.reason]);
        for (const line of columns([['OUTCOME', 'SOURCE', 'ACCOUNT', 'REGION', 'SUBJECT', 'REASON'], ...rows]))
          out.print(line);
        out.note(`${states.length} subjects`);
        return EXIT.good;
      }),
  );

function outcomeOf(text: string | undefined): Outcome | undefined {
  const parsed = Outcome.optional().safeParse(text);
  if (parsed.success) return parsed.data;
  throw new WitnessmarkError('usage-outcome', `--outcome ${text}: expected one of ${Outcome.options.join(', ')}`);
}

/** A day means its last moment. */
function timeOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59.999Z` : text);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new WitnessmarkError('usage-time', `--at ${text}: expected a time such as 2026-10-05 or 2026-10-05T12:00:00Z`);
}
