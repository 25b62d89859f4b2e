import { syncIndex } from '../../app/replay.ts';
import type { Store } from '../../app/store.ts';
import type { Alert } from '../../model/alert.ts';
import { Severity } from '../../model/check.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { command } from '../command.ts';
import type { CommonOptions } from '../output.ts';
import { columns, EXIT } from '../output.ts';
import { withSharedStore } from '../session.ts';

interface Options extends CommonOptions {
  readonly severity?: string;
  readonly selector?: string;
  readonly account?: string;
}

interface Listed {
  readonly entry: number;
  readonly alert: Alert;
}

export const alertsCommand = () =>
  command<Options>(
    {
      name: 'alerts',
      description: 'watched events that people were told of, in ledger order',
      configure: (it) =>
        it
          .option('--severity <severity>', Severity.options.join(', '))
          .option('--selector <name>', 'such as root-console-login')
          .option('--account <id>', 'an account'),
    },
    ({ options, out }) =>
      withSharedStore(options, async (store) => {
        const found = await listed(store, { ...options, severity: severityOf(options.severity) });
        for (const { entry, alert } of found) out.emit({ entry, ...alert });
        for (const line of columns([HEAD, ...found.map(rowOf)])) out.print(line);
        out.note(`${found.length} alerts`);
        return EXIT.good;
      }),
  );

const HEAD = ['ENTRY', 'SEVERITY', 'HAPPENED', 'RECEIVED', 'ACCOUNT', 'REGION', 'SELECTOR', 'EVENT', 'WHO'];

const rowOf = ({ entry, alert: { severity, event, receivedAt, account, region, selector } }: Listed): string[] => [
  String(entry),
  severity,
  event.eventTime,
  receivedAt,
  account,
  region,
  selector,
  event.eventName,
  event.actor,
];

interface Wanted {
  readonly severity?: string | undefined;
  readonly selector?: string | undefined;
  readonly account?: string | undefined;
}

async function listed(store: Store, wanted: Wanted): Promise<Listed[]> {
  await syncIndex(store);
  const found: Listed[] = [];
  for await (const { index, body } of store.index.bodies('alert')) {
    const isWanted =
      (wanted.severity ?? body.severity) === body.severity &&
      (wanted.selector ?? body.selector) === body.selector &&
      (wanted.account ?? body.account) === body.account;
    if (isWanted) found.push({ entry: index, alert: body });
  }
  return found;
}

function severityOf(text: string | undefined): string | undefined {
  const parsed = Severity.optional().safeParse(text);
  if (parsed.success) return parsed.data;
  throw new WitnessmarkError('usage-severity', `--severity ${text}: expected one of ${Severity.options.join(', ')}`);
}
