import { describe, expect, it } from 'vitest';
import { format } from '../../src/report/formats/samples-csv.ts';
import { sampleReport } from './sample-report.ts';

type Row = Record<string, string>;

async function rowsOf(report = sampleReport()): Promise<Row[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of format.render(report, [])) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  // No value of the sample needs quotes, so a comma always parts two cells.
  expect(text).not.toContain('"');
  const [head, ...lines] = text.trimEnd().split('\r\n');
  const names = head?.split(',') ?? [];
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '?', cell])));
}

describe('samples.csv', () => {
  it('has a row for every call of every sampled subject, and one for a subject without calls', async () => {
    const { samples } = sampleReport();
    const wanted = samples.flatMap(({ items }) => items).map(({ calls }) => Math.max(1, calls.length));
    const rows = await rowsOf();
    expect(rows).toHaveLength(wanted.reduce((sum, it) => sum + it, 0));
    const none = rows.filter((row) => row.operation === '');
    expect(none).toHaveLength(1);
    expect(none[0]).toMatchObject({ subject: 'arn:aws:s3:::web-assets-staging', place: '4', line: '', retrieval: '' });
  });

  it('gives every field in full, and where the call stands in the pack', async () => {
    const report = sampleReport();
    const row = (await rowsOf(report)).find((it) => it.subject?.endsWith('customer-exports-2026') && it.line === '20');
    const sample = report.samples.find((it) => it.source === 'check:s3-bucket-tls-only');
    const item = sample?.items[0];
    const call = item?.calls[1];
    expect(row).toEqual({
      source: 'check:s3-bucket-tls-only',
      population: '42',
      drawn: '5',
      place: '1',
      entry: String(item?.entry),
      body: item?.body,
      at: item?.at,
      subject: 'arn:aws:s3:::customer-exports-2026',
      name: 'customer-exports-2026',
      account: '111122223333',
      region: 'eu-west-1',
      outcome: 'non_compliant',
      reason: 'bucket policy does not deny plain HTTP',
      operation: 's3:GetBucketPolicy',
      request_id: call?.requestId,
      caller: 'arn:aws:sts::111122223333:assumed-role/WitnessmarkReader/witnessmark',
      called_at: call?.at,
      retrieval: `data/evidence/retrievals/${call?.object}.jsonl.gz`,
      line: '20',
      answer_sha256: call?.sha256,
    });
  });

  it('leaves the request id empty where AWS gave none', async () => {
    const rows = await rowsOf();
    expect(rows.filter((row) => row.operation !== '' && row.request_id === '')).toHaveLength(1);
  });

  it('is a head alone for a report without samples', async () => {
    expect(await rowsOf(sampleReport({ samples: [] }))).toEqual([]);
  });
});
