import { stringify } from 'csv-stringify/sync';
import type { Report } from '../../model/report.ts';
import type { ColumnMeaning, EvidenceItems, ReportFormat } from '../format.ts';

export interface CsvColumn<Row> extends ColumnMeaning {
  /** Text is neutralised; a number is written as it is; null is an empty cell. */
  value(row: Row): string | number | null;
}

export interface CsvTable<Row> {
  readonly name: string;
  readonly describes: string;
  readonly columns: readonly CsvColumn<Row>[];
  rows(report: Report, evidence: EvidenceItems): Iterable<Row> | AsyncIterable<Row>;
}

/** Characters of rows that become bytes at once: one call for each row would be slow, one for all unbounded. */
const CHUNK = 64 * 1024;

/**
 * What a spreadsheet would run, also in its full-width forms and behind what is blank or unseen, which
 * some drop; and an apostrophe, so that each text stays distinct.
 */
const TRIGGER = /^(?:[\t\r\n']|[\p{Z}\p{C}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/u;

/**
 * Text that no spreadsheet runs as a formula: a leading trigger gets an apostrophe before it
 * (OWASP, CSV injection). Taking one leading apostrophe away gives the text back.
 */
export function neutralise(text: string): string {
  return TRIGGER.test(text) ? `'${text}` : text;
}

/** A CSV file (RFC 4180: CRLF, quotes where needed; UTF-8) with a head of column names. */
export function csvFormat<Row>(table: CsvTable<Row>): ReportFormat {
  return {
    name: table.name,
    mediaType: 'text/csv; charset=utf-8; header=present',
    describes: table.describes,
    columns: table.columns.map(({ name, meaning }) => ({ name, meaning })),
    render: (report, evidence) => csvOf(table.columns, table.rows(report, evidence)),
  };
}

/** The bytes of such a file, in chunks that are made as they are read. */
export async function* csvOf<Row>(
  columns: readonly CsvColumn<Row>[],
  rows: Iterable<Row> | AsyncIterable<Row>,
): AsyncIterable<Uint8Array> {
  let batch = recordOf(columns.map(({ name }) => name));
  for await (const row of rows) {
    batch += recordOf(columns.map((column) => cell(column.value(row))));
    if (batch.length < CHUNK) continue;
    yield Buffer.from(batch, 'utf8');
    batch = '';
  }
  if (batch !== '') yield Buffer.from(batch, 'utf8');
}

type Cell = string | number | null;

const cell = (value: Cell): Cell => (typeof value === 'string' ? neutralise(value) : value);

const QUOTED = /[",\r\n]/;

/** A lone CR or LF must be quoted as well; csv-stringify quotes the record delimiter only. */
const OPTIONS = { record_delimiter: '\r\n', quoted_match: /[\r\n]/ };

/** A record and its end. One that needs no quotes, as nearly all do, is what its cells are with commas between them. */
function recordOf(cells: readonly Cell[]): string {
  const isPlain = cells.every((it) => typeof it !== 'string' || !QUOTED.test(it));
  return isPlain ? `${cells.join()}\r\n` : stringify([cells], OPTIONS);
}
