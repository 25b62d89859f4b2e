import { describe, expect, it } from 'vitest';
import type { EvidenceItem, InconclusiveSubject, Report } from '../../src/model/report.ts';
import { format } from '../../src/report/formats/ocsf-findings-jsonl.ts';
import { control, interval, sampleReport, source } from './sample-report.ts';

const SOURCE = 'check:s3-bucket-tls-only';
const PLACE = { account: '111122223333', region: 'eu-west-1' };

let entry = 0;
function item(overrides: Partial<EvidenceItem> & { subject: string }): EvidenceItem {
  return {
    entry: entry++,
    body: 'ab'.repeat(32),
    at: '2026-01-20T02:00:00.000Z',
    source: SOURCE,
    resourceType: 'AWS::S3::Bucket',
    name: overrides.subject,
    ...PLACE,
    outcome: 'compliant',
    change: 'first',
    reason: 'The policy denies plain HTTP.',
    ...overrides,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into the lines as any reader of JSON does
type Line = any;

async function text(report: Report, items: Iterable<EvidenceItem>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of format.render(report, items)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function lines(report: Report, items: Iterable<EvidenceItem>): Promise<Line[]> {
  const rendered = await text(report, items);
  return rendered
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

/** One line for one item, under a report whose only source is as given. */
async function lineOf(one: EvidenceItem, judged: Parameters<typeof source>[0] = {}): Promise<Line> {
  const [line, ...more] = await lines(
    sampleReport({ controls: [control({ id: 'CC6.7', sources: [source(judged)] })] }),
    [one],
  );
  expect(more).toEqual([]);
  return line;
}

const failure = {
  operation: 's3:GetBucketPolicy',
  kind: 'denied',
  name: 'AccessDenied',
  message: 'not authorized',
  status: 403,
  requestId: null,
} as const;

const inconclusive = (subject: string): InconclusiveSubject => ({
  ...PLACE,
  subject,
  since: '2026-01-19T02:00:00.000Z',
  reason: 'The fact policy could not be read.',
  failure,
  entry: 1,
});

describe('OCSF findings', () => {
  it('have what a Compliance Finding of OCSF 1.6 with the profile cloud needs', async () => {
    const items = ['a', 'b', 'c'].map((subject) => item({ subject }));
    const found = await lines(sampleReport(), items);
    expect(found).toHaveLength(3);
    for (const line of found) {
      expect(line).toMatchObject({ category_uid: 2, class_uid: 2003, activity_id: 1, type_uid: 2003 * 100 + 1 });
      expect(line.severity_id).toBeTypeOf('number');
      expect(line.time).toBe(Date.parse('2026-01-20T02:00:00.000Z'));
      expect(line.metadata).toMatchObject({
        version: '1.6.0',
        profiles: ['cloud'],
        product: { name: 'witnessmark', version: '0.1.0' },
      });
      expect(line.cloud).toEqual({
        provider: 'AWS',
        region: 'eu-west-1',
        account: { uid: PLACE.account, type_id: 10, type: 'AWS Account' },
      });
      expect(line.resources).toMatchObject([{ type: 'AWS::S3::Bucket', region: 'eu-west-1' }]);
      expect(line.finding_info.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(line.finding_info.title).toBeTypeOf('string');
      expect(line.compliance.standards).toEqual(['SOC 2 Trust Services Criteria (2017, points of focus 2022)']);
    }
    expect(new Set(found.map((it) => it.finding_info.uid)).size).toBe(3);
  });

  it('tell the last state of each subject, not those before, and nothing of what is gone', async () => {
    const found = await lines(sampleReport(), [
      item({ subject: 'a', outcome: 'non_compliant' }),
      item({ subject: 'b' }),
      item({ subject: 'c', outcome: 'non_compliant' }),
      item({ subject: 'a', region: 'eu-central-1', outcome: 'non_compliant' }),
      item({ subject: 'a', change: 'changed' }),
      item({ subject: 'b', change: 'absent' }),
      item({ subject: 'c', change: 'absent', outcome: 'non_compliant' }),
      item({ subject: 'c', change: 'first' }),
      item({ subject: 'a', source: 'check:other' }),
    ]);
    const told = found.map((it) => [it.resources[0].uid, it.cloud.region, it.compliance.control, it.compliance.status]);
    expect(told).toEqual([
      ['a', 'eu-central-1', SOURCE, 'Fail'],
      ['a', 'eu-west-1', SOURCE, 'Pass'],
      ['c', 'eu-west-1', SOURCE, 'Pass'],
      ['a', 'eu-west-1', 'check:other', 'Pass'],
    ]);
  });

  it('take an event once, as it was first delivered', async () => {
    const event = { subject: 'event:1', change: 'event', source: 'cloudtrail:root-login' } as const;
    const found = await lines(sampleReport(), [
      item({ ...event, outcome: 'non_compliant', reason: 'first' }),
      item({ ...event, outcome: 'non_compliant', reason: 'again' }),
      item({ ...event, subject: 'event:2', outcome: 'not_applicable' }),
    ]);
    expect(found.map((it) => [it.message, it.compliance.status_id])).toEqual([
      ['first', 3],
      ['The policy denies plain HTTP.', 99],
    ]);
  });

  it('never call what is inconclusive a pass or a failure, and give the real error', async () => {
    const judged = { inconclusive: [inconclusive('x')], failing: [interval({ subject: 'x' })] };
    const line = await lineOf(item({ subject: 'x', outcome: 'inconclusive', change: 'changed' }), judged);
    expect(line.compliance).toMatchObject({ status_id: 0, status: 'Unknown', status_code: 'inconclusive' });
    expect(line.status_detail).toBe('s3:GetBucketPolicy: AccessDenied: not authorized');
    expect(line.compliance.status_details[1]).toContain('It failed when it was last judged');
  });

  it('do not call a state from before a list that failed a pass', async () => {
    const unlisted = { inconclusive: [inconclusive('population:AWS::S3::Bucket')] };
    const line = await lineOf(item({ subject: 'x' }), unlisted);
    expect(line.compliance).toMatchObject({ status_id: 0, status_code: 'compliant' });
    expect(line.status_detail).toContain('AccessDenied');
    const failing = await lineOf(item({ subject: 'x', outcome: 'non_compliant' }), unlisted);
    expect(failing.compliance.status_id).toBe(3);
    expect(failing.compliance.status_details[1]).toContain('could not be listed since 2026-01-19');
    const elsewhere = await lineOf(item({ subject: 'x', region: 'eu-central-1' }), unlisted);
    expect(elsewhere.compliance.status_id).toBe(1);
  });

  it('name the requirements that the source counts for, and how much it counts for all', async () => {
    const controls = [
      control({ id: 'A', sources: [source()] }),
      control({ id: 'B', sources: [source({ strength: 'partial' })] }),
      control({ id: 'C', sources: [source({ strength: 'supporting' })] }),
      control({ id: 'D', verdict: 'not_applicable', sources: [source()] }),
    ];
    const [line] = await lines(sampleReport({ controls }), [item({ subject: 'x' })]);
    expect(line.compliance.requirements).toEqual(['A', 'B']);
    expect(line.unmapped.strengths).toEqual({ A: 'direct', B: 'partial', C: 'supporting', D: 'direct' });
  });

  it('give the times of failing and who accepted it for which controls', async () => {
    const over = interval({
      subject: 'x',
      from: '2026-01-13T02:00:00.000Z',
      to: '2026-01-14T02:00:00.000Z',
      seconds: 86_400,
      entries: [1, 2],
    });
    const open = interval({ subject: 'x', from: '2026-01-18T02:00:00.000Z', entries: [3] });
    const controls = [
      control({ id: 'A', sources: [source({ failing: [over, { ...open, exception: 'EX-1' }] })] }),
      control({ id: 'B', sources: [source({ failing: [over, open] })] }),
    ];
    const [line] = await lines(sampleReport({ controls }), [item({ subject: 'x', outcome: 'non_compliant' })]);
    expect(line.compliance.status).toBe('Fail');
    expect(line.start_time).toBe(Date.parse(over.from));
    expect(line).not.toHaveProperty('end_time');
    expect(line.unmapped.failing.map((it: Line) => it.to)).toEqual(['2026-01-14T02:00:00.000Z', 'open']);
    expect(line.unmapped.exceptions).toEqual([{ id: 'EX-1', controls: ['A'] }]);
    expect(line.remediation.desc).toContain('SecureTransport');
  });

  it('do not call the region of a global service the region of a resource', async () => {
    const line = await lineOf(item({ subject: 'x', region: 'global' }));
    expect(line.resources[0]).not.toHaveProperty('region');
    expect(line.cloud.region).toBe('global');
  });

  it('keep one line each, whatever the texts hold, and the same bytes each time', async () => {
    const odd = 'a\nb\r\u2028c\u2029d\u0085e"\\\u0000</script>\ud800日本';
    const items = [item({ subject: odd, name: odd, reason: odd }), item({ subject: 'x' })];
    const rendered = await text(sampleReport(), items);
    expect(rendered.split(/[\n\r\u2028\u2029\u0085]/)).toHaveLength(3);
    const [line] = await lines(sampleReport(), items);
    expect(line.resources[0].uid).toBe(odd);
    expect(await text(sampleReport(), items)).toBe(rendered);
  });

  it('reads items that come asynchronously, in chunks, and gives nothing for nothing', async () => {
    const items = Array.from({ length: 500 }, (_, at) => item({ subject: `bucket-${at}` }));
    const stream = {
      async *[Symbol.asyncIterator]() {
        yield* items;
      },
    };
    const chunks: Uint8Array[] = [];
    for await (const chunk of format.render(sampleReport(), stream)) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(3);
    expect(Buffer.concat(chunks).toString('utf8')).toBe(await text(sampleReport(), items));
    expect(await text(sampleReport(), [])).toBe('');
  });
});

describe('evidence about the past that was written later', () => {
  it('does not replace a later state, nor bring back what is gone', async () => {
    const at = (day: number): string => `2026-01-${day}T02:00:00.000Z`;
    const found = await lines(sampleReport(), [
      item({ subject: 'a', at: at(22), outcome: 'non_compliant' }),
      item({ subject: 'b', at: at(22), change: 'absent' }),
      item({ subject: 'a', at: at(21) }),
      item({ subject: 'b', at: at(21) }),
    ]);
    expect(found.map((it) => [it.resources[0].uid, it.compliance.status])).toEqual([['a', 'Fail']]);
  });
});
