import type { ColumnMeaning, ReportFormat } from '../format.ts';
import { type CsvColumn, csvFormat } from './table.ts';

interface Entry extends ColumnMeaning {
  readonly file: string;
}

const COLUMNS: readonly CsvColumn<Entry>[] = [
  { name: 'file', meaning: 'Name of the CSV file.', value: (it) => it.file },
  { name: 'column', meaning: 'Name of the column, as in the first line of the file.', value: (it) => it.name },
  { name: 'meaning', meaning: 'What the column holds, with its unit.', value: (it) => it.meaning },
];

const NAME = 'data-dictionary.csv';

/** Says what each column of each CSV file means, its own included. */
export function dataDictionary(formats: readonly ReportFormat[]): ReportFormat {
  const own = COLUMNS.map(({ name, meaning }) => ({ file: NAME, name, meaning }));
  const others = formats.flatMap((format) => (format.columns ?? []).map((it) => ({ file: format.name, ...it })));
  return csvFormat({
    name: NAME,
    describes: 'The meaning of every column of every CSV file.',
    columns: COLUMNS,
    rows: () => [...others, ...own],
  });
}
