import { ALTERATIONS, type AlterationName } from './alterations.ts';
import type { Judge, Verdict } from './judge.ts';

/** What one judge said of everything that it was asked about. */
export interface Told {
  readonly judge: Judge;
  readonly version: string;
  /** Why it was not asked. */
  readonly absent?: string;
  readonly seconds: number;
  /** Of the packs as they were made. */
  readonly good: readonly Verdict[];
  /** Of copies in which a file that it reads was altered. */
  readonly altered: ReadonlyMap<AlterationName, Verdict>;
}

/**
 * Markdown: who was asked, then alterations against judges, then why a judge could not notice. A blank
 * is an alteration of a file that the judge does not read.
 */
export function tableOf(told: readonly Told[]): string {
  const asked = told.filter((it) => it.absent === undefined);
  const matrix = [
    ['', ...asked.map((it) => it.judge.short)],
    ['as made', ...asked.map((it) => `accepts ${it.good.filter((verdict) => verdict.accepts).length}`)],
    ...ALTERATIONS.map(({ name }) => [name, ...asked.map((it) => cell(it, name))]),
  ];
  return [
    markdown([['Judge', 'Column', 'Version', 'Seconds'], ...told.map(whoRow)]),
    markdown(matrix),
    reasons(asked),
  ].join('\n\n');
}

const whoRow = ({ judge, version, absent, seconds }: Told): string[] =>
  absent === undefined
    ? [judge.name, judge.short, version, seconds.toFixed(1)]
    : [judge.name, '', `not asked: ${absent}`, ''];

function cell({ altered }: Told, name: AlterationName): string {
  const verdict = altered.get(name);
  if (verdict === undefined) return '';
  return verdict.accepts ? 'cannot notice' : 'refuses';
}

function reasons(told: readonly Told[]): string {
  const rows = told.flatMap(({ judge }) =>
    Object.entries(judge.cannotNotice).map(([name, why]) => [judge.short, name, why]),
  );
  return markdown([['Judge', 'Cannot notice', 'Because'], ...rows]);
}

/** A table with its first row as the head. */
export function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((it) => it[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((it, at) => it.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(head), `| ${widths.map((it) => '-'.repeat(Math.max(3, it))).join(' | ')} |`, ...rows.map(line)].join(
    '\n',
  );
}
