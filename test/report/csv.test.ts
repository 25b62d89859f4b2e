import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvidenceItem } from '../../src/model/report.ts';
import { csvFormat, neutralise } from '../../src/report/csv/table.ts';
import { renderCsv } from '../../src/report/csv.ts';
import { sampleEvidence, sampleReport } from './sample-report.ts';

const report = sampleReport();

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts));
}

/** RFC 4180 to the letter: CRLF ends a record, quotes protect everything, two quotes are one. */
function parse(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    record.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\r\n') {
      records.push(record);
      record = [];
    }
    if (field.lastIndex === text.length) return records;
  }
  throw new Error('not RFC 4180');
}

const TRIGGERS = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

describe('CSV files of a report', () => {
  for (const { name, chunks } of renderCsv(report, sampleEvidence())) {
    it(`${name} is as before, ends its lines with CRLF and holds no formula`, async () => {
      const text = await textOf(chunks);
      const [head, ...records] = parse(text);
      expect(records.length).toBeGreaterThan(0);
      for (const record of records) {
        expect(record).toHaveLength(head?.length ?? 0);
        for (const cell of record) expect(cell).not.toMatch(TRIGGERS);
      }
      await expect(text).toMatchFileSnapshot(`golden/${name}`);
    });
  }

  it('are named as the pack names them', () => {
    expect(renderCsv(report, []).map((file) => file.name)).toEqual([
      'controls.csv',
      'evidence.csv',
      'exceptions.csv',
      'failing.csv',
      'not-collected.csv',
      'runs.csv',
      'samples.csv',
      'sources.csv',
      'data-dictionary.csv',
    ]);
  });

  it('explain every column of every file in the data dictionary', async () => {
    const files = new Map(
      await Promise.all(renderCsv(report, []).map(async (it) => [it.name, parse(await textOf(it.chunks))] as const)),
    );
    const explained = (files.get('data-dictionary.csv') ?? []).slice(1).map(([file, column]) => `${file} ${column}`);
    const present = [...files].flatMap(([name, [head]]) => (head ?? []).map((column) => `${name} ${column}`));
    expect(explained.toSorted()).toEqual(present.toSorted());
  });

  it('stream: a hundred thousand items are read as they are written', async () => {
    let read = 0;
    async function* items(): AsyncGenerator<EvidenceItem> {
      const [item] = sampleEvidence();
      for (; read < 100_000; read++) if (item !== undefined) yield item;
    }
    const file = renderCsv(report, items()).find((it) => it.name === 'evidence.csv');
    const chunks = file?.chunks[Symbol.asyncIterator]();
    await chunks?.next();
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(2_000);
    await chunks?.return?.();
  });
});

describe('CSV cells', () => {
  const oddText = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', "'", ',', ' ', 'a', '＝', '日') }),
  );

  it('come back as they were, and none begins with a formula trigger', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(oddText, oddText), { minLength: 1, maxLength: 20 }), async (rows) => {
        const columns = [0, 1].map((at) => ({
          name: `c${at}`,
          meaning: 'text',
          value: (row: [string, string]) => row[at] ?? '',
        }));
        const format = csvFormat({ name: 't.csv', describes: 'test', columns, rows: () => rows });
        const text = await textOf(format.render(report, []));
        const [, ...records] = parse(text);
        for (const cell of records.flat()) expect(cell).not.toMatch(TRIGGERS);
        const cells = [['c0', 'c1'], ...rows.map((row) => row.map(neutralise))];
        expect(text).toBe(stringify(cells, { record_delimiter: '\r\n', quoted_match: /[\r\n]/ }));
        expect(records.map((record) => record.map((cell) => cell.replace(/^'/, '')))).toEqual(rows);
      }),
      { numRuns: 300 },
    );
  });

  it('leave numbers of our own alone and write null as an empty cell', async () => {
    const format = csvFormat({
      name: 't.csv',
      describes: 'test',
      columns: [
        { name: 'number', meaning: 'n', value: () => -3 },
        { name: 'nothing', meaning: 'n', value: () => null },
        { name: 'text', meaning: 't', value: () => '-3' },
      ],
      rows: () => [0],
    });
    expect(await textOf(format.render(report, []))).toBe("number,nothing,text\r\n-3,,'-3\r\n");
  });

  it('are neutralised so that different texts stay different', () => {
    expect(neutralise('=1')).toBe("'=1");
    expect(neutralise("'=1")).toBe("''=1");
    expect(neutralise('plain')).toBe('plain');
  });
});
