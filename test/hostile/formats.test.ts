import { describe, expect, it } from 'vitest';
import { diffCsv } from '../../src/cli/report-diff/csv.ts';
import { canonicalize } from '../../src/ledger/canonical.ts';
import { Report } from '../../src/model/report.ts';
import { csvFormat } from '../../src/report/csv/table.ts';
import { diffReports } from '../../src/report/diff/diff.ts';
import { reportJson } from '../../src/report/formats/report-json.ts';
import { FORMATS } from '../../src/report/formats.ts';
import { sampleReport } from '../report/sample-report.ts';
import { HALF_PAIRS, HOSTILE } from './corpus.ts';
import { hostileEvidence, hostileReport } from './report-of.ts';
import { parseCsv } from './rfc4180.ts';

const TEXTS = HOSTILE.map((it) => it.text);
const report = hostileReport();
/** The same with words in place of the texts: what is in this one only comes from the texts. */
const PLAIN = TEXTS.map((_, at) => `plain ${at}`);
const plain = hostileReport(PLAIN);

async function textOf(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts));
}

const formatted = (ending: string) => [...FORMATS.values()].filter((it) => it.name.endsWith(ending));

/** What spreadsheets take for the start of a formula, in all of the widths that they read. */
const TRIGGER = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
/** Some take a cell for one after dropping what cannot be seen. */
const HIDDEN_TRIGGER = /^[\s\p{C}\p{Z}]+[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/u;
const back = (cell: string): string => cell.replace(/^'/, '');

describe('a CSV cell', () => {
  it.each(HOSTILE.map((it) => ({ ...it, name: JSON.stringify(it.text).slice(0, 60) })))(
    '$about: comes back as it was, and no spreadsheet runs it',
    async ({ text }) => {
      const columns = [0, 1].map((at) => ({ name: `c${at}`, meaning: 'text', value: () => text }));
      const format = csvFormat({ name: 't.csv', describes: 'test', columns, rows: () => [0, 1] });
      const [, ...records] = parseCsv(await textOf(format.render(report, [])));
      expect(records.map((record) => record.map(back))).toEqual([
        [text, text],
        [text, text],
      ]);
      for (const cell of records.flat()) {
        expect(cell).not.toMatch(TRIGGER);
        expect(cell).not.toMatch(HIDDEN_TRIGGER);
      }
    },
  );
});

describe('the CSV files of a report full of such texts', () => {
  it.each(formatted('.csv').map((it) => it.name))('%s has the rows and columns of a plain one', async (name) => {
    const format = FORMATS.get(name);
    const read = async (of: Report, texts: readonly string[]) =>
      parseCsv(await textOf(format?.render(of, hostileEvidence(texts)) ?? []));
    const [records, expected] = [await read(report, TEXTS), await read(plain, PLAIN)];
    expect(records.map((it) => it.length)).toEqual(expected.map((it) => it.length));
    for (const cell of records.flat()) {
      expect(cell).not.toMatch(TRIGGER);
      expect(cell).not.toMatch(HIDDEN_TRIGGER);
    }
  });

  it('a comparison of reports too', async () => {
    const diff = diffReports({ report: sampleReport() }, { report });
    const [, ...records] = parseCsv(await textOf(diffCsv(diff, report)));
    expect(records.map((it) => back(it[4] ?? ''))).toEqual(diff.changes.map((it) => it.subject ?? ''));
    for (const cell of records.flat()) expect(cell).not.toMatch(TRIGGER);
  });

  it('failing.csv and evidence.csv hold every text', async () => {
    for (const [name, column] of [
      ['failing.csv', 'subject'],
      ['evidence.csv', 'name'],
    ] as const) {
      const [head, ...records] = parseCsv(await textOf(FORMATS.get(name)?.render(report, hostileEvidence()) ?? []));
      const at = head?.indexOf(column) ?? -1;
      expect(records.map((it) => back(it[at] ?? ''))).toEqual(TEXTS);
    }
  });
});

/** All text values of a JSON document, without their keys. */
function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

/** What a format that forbids some characters may leave of a text: letters and digits, in order. */
const letters = (text: string): string => text.normalize('NFC').replace(/\\u\{[0-9A-F]+\}|[^\p{L}\p{N}]/gu, '');

describe('the JSON files of a report full of such texts', () => {
  it('report.json reads back as the very same report', () => {
    const text = Buffer.from(reportJson(report)).toString('utf8');
    expect(Report.parse(JSON.parse(text))).toEqual(report);
    expect(canonicalize(JSON.parse(text))).toBe(text.trimEnd());
  });

  it.each(HALF_PAIRS.map((it) => [JSON.stringify(it), it]))('half of a surrogate pair is refused: %s', (_, text) => {
    expect(() => reportJson({ ...report, limitations: [text ?? ''] })).toThrow(
      expect.objectContaining({ code: 'canonical-not-json' }),
    );
  });

  it.each([...formatted('.json'), ...formatted('.jsonl')].map((it) => it.name))(
    '%s is JSON with every text in it',
    async (name) => {
      const text = await textOf(FORMATS.get(name)?.render(report, hostileEvidence()) ?? []);
      const documents = name.endsWith('.jsonl') ? text.trimEnd().split('\n') : [text];
      const found = documents.flatMap((it) => stringsIn(JSON.parse(it)));
      const all = new Set(found.map(letters));
      const joined = [...all].join('\n');
      const missing = TEXTS.filter(
        (it) => letters(it) !== '' && !all.has(letters(it)) && !joined.includes(letters(it)),
      );
      expect(missing).toEqual([]);
      const exact = TEXTS.filter((it) => found.includes(it)).length;
      expect(exact).toBeGreaterThan(TEXTS.length / 2);
    },
  );

  it.each(formatted('.jsonl').map((it) => it.name))('%s has as many lines as a plain one', async (name) => {
    const linesOf = async (of: Report, texts: readonly string[]) =>
      (await textOf(FORMATS.get(name)?.render(of, hostileEvidence(texts)) ?? [])).split('\n').length;
    expect(await linesOf(report, TEXTS)).toBe(await linesOf(plain, PLAIN));
  });
});
