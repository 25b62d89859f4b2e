import type { Report } from '../../model/report.ts';
import { csvFormat } from '../../report/csv/table.ts';
import type { Change, Reference, ReportDiff } from '../../report/diff/types.ts';

const file = ({ report, file: path }: Reference): string => (path === null ? '' : `${report}:${path}`);

/** The changes as CSV: one row each, cells that a spreadsheet would run neutralised. */
export function diffCsv(diff: ReportDiff, report: Report): AsyncIterable<Uint8Array> {
  return csvFormat<Change>({
    name: 'diff.csv',
    describes: 'One row for each change between two reports.',
    columns: [
      { name: 'kind', meaning: 'Kind of change.', value: (it) => it.kind },
      {
        name: 'controls',
        meaning: 'Controls that it matters to, separated by spaces.',
        value: (it) => it.controls.join(' '),
      },
      { name: 'source', meaning: 'Source under which it was found.', value: (it) => it.source },
      {
        name: 'strength',
        meaning: 'direct, partial or supporting: the strongest that it has under these controls.',
        value: (it) => it.strength,
      },
      { name: 'subject', meaning: 'Subject, exception, ask, run or read.', value: (it) => it.subject },
      { name: 'account', meaning: 'AWS account id.', value: (it) => it.account },
      { name: 'region', meaning: 'AWS region, or global.', value: (it) => it.region },
      { name: 'before', meaning: 'As the old report has it.', value: (it) => it.before },
      { name: 'after', meaning: 'As the new report has it.', value: (it) => it.after },
      {
        name: 'notes',
        meaning: 'Reasons, the real error, since when; separated by line feeds.',
        value: (it) => it.notes.join('\n'),
      },
      {
        name: 'entries',
        meaning: 'Ledger entries that it rests on, separated by spaces.',
        value: (it) => it.entries.map(({ entry }) => entry).join(' '),
      },
      {
        name: 'files',
        meaning: 'Their proofs, as old: or new: and the path in that pack, separated by spaces.',
        value: (it) =>
          it.entries
            .map(file)
            .filter((path) => path !== '')
            .join(' '),
      },
    ],
    rows: () => diff.changes,
  }).render(report, []);
}
