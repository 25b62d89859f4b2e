import { sqliteIndex } from '../../adapters/local/sqlite-index.ts';
import { keepHealth, measureHealth, overall } from '../../app/health/measure.ts';
import { WitnessmarkError } from '../../model/error.ts';
import type { Health, SliResult, SliState } from '../../model/health.ts';
import { command } from '../command.ts';
import type { CommonOptions, Exit, Output, Tone } from '../output.ts';
import { columns, EXIT } from '../output.ts';
import { withSharedStore } from '../session.ts';
import { storePlace } from '../store-place.ts';
import { measureText, targetText } from '../units.ts';

interface Options extends CommonOptions {
  readonly days: string;
  readonly keep?: boolean;
}

/** Stores of at most so many entries are replayed whole: some ten seconds on one core. */
const WHOLE_MOST = 20_000;
const MOST_DAYS = 366;

export const statusCommand = () =>
  command<Options>(
    {
      name: 'status',
      description: 'measure the health of a store: ten indicators against their targets',
      configure: (it) =>
        it
          .option('--days <days>', 'how far back to look', '7')
          .option('--keep', 'store the result, so that the API shows it'),
    },
    async ({ options, out }) => {
      const days = daysOf(options.days);
      const measures = (await storePlace(options.store)).measures();
      return withSharedStore(options, async (store) => {
        const health = await measureHealth({
          ...measures,
          store,
          days,
          timer: () => performance.now(),
          replay: { newIndex: () => sqliteIndex(':memory:'), wholeMost: WHOLE_MOST },
          onSli: (done, of, title) => out.progress(done, of, title),
        });
        if (options.keep === true) await keepHealth(store, health);
        out.emit(health);
        show(health, out);
        return EXITS[overall(health)];
      });
    },
  );

/** Missed is no; unknown is that not everything could be looked at. */
const EXITS: Readonly<Record<SliState, Exit>> = {
  met: EXIT.good,
  not_applicable: EXIT.good,
  missed: EXIT.no,
  unknown: EXIT.incomplete,
};

function daysOf(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return days;
  throw new WitnessmarkError('usage-days', `--days ${text}: expected a whole number from 1 to ${MOST_DAYS}`);
}

const WORDS: Readonly<Record<SliState, string>> = {
  met: '✓ met',
  missed: '✗ missed',
  unknown: '? unknown',
  not_applicable: '- not applicable',
};

function show(health: Health, out: Output): void {
  const { slis, at, days, entries, origin } = health;
  out.print(`${origin}: ${entries ?? 'unknown'} ledger entries; the last ${days} days up to ${at}`);
  out.print();
  const rows = slis.map((it) => [it.id, it.title, WORDS[it.state], valueText(it), targetText(it), it.says]);
  const lines = columns([['', 'Indicator', 'State', 'Value', 'Target', 'What was looked at'], ...rows]);
  for (const [row, line] of lines.entries()) out.print(line, TONES[slis[row - 1]?.state ?? 'met']);
  out.print();
  for (const it of slis) for (const line of closer(it)) out.print(line);
  out.print(conclusion(slis));
}

const valueText = ({ value, unit }: SliResult): string => (value === null ? '-' : measureText(value, unit));

/** The lists that say what is wrong, of what is missed only. */
function closer({ id, state, details }: SliResult): string[] {
  if (state !== 'missed') return [];
  return Object.values(details).flatMap((it) =>
    Array.isArray(it) ? it.slice(0, SHOWN).map((line) => `  ${id}  ${String(line)}`) : [],
  );
}

const SHOWN = 5;

const TONES: Readonly<Record<SliState, Tone | undefined>> = {
  met: undefined,
  missed: 'bad',
  unknown: 'doubtful',
  not_applicable: undefined,
};

function conclusion(slis: readonly SliResult[]): string {
  const count = (state: SliState) => slis.filter((it) => it.state === state).length;
  const parts = (['met', 'missed', 'unknown', 'not_applicable'] as const)
    .filter((it) => count(it) > 0)
    .map((it) => `${count(it)} ${it.replace('_', ' ')}`);
  return parts.join(', ');
}
