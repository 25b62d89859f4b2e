import { beforeAll, describe, expect, it } from 'vitest';
import { lazily } from '../../src/report/pdf/elements/rows.ts';
import { timeLeft } from '../../src/report/pdf/parts/exceptions.ts';
import { difference } from '../../src/report/pdf/parts/review.ts';
import { shortCaller } from '../../src/report/pdf/parts/sampled.ts';
import { type ReadPdf, readPdf } from './read-pdf.ts';
import { renderPdf } from './render-pdf.ts';
import { control, interval, sampleReport, source } from './sample-report.ts';

const render = async (overrides: Parameters<typeof sampleReport>[0] = {}): Promise<ReadPdf> =>
  readPdf(await renderPdf(sampleReport(overrides), { attachments: [] }));

/** Text without spaces: lines and stretches break anywhere. */
const solid = (text: string): string => text.replace(/\s+/g, '');
const textOf = (pdf: ReadPdf): string => solid(pdf.pages.flatMap((page) => page.texts).join(''));
const times = (text: string, part: string): number => text.split(solid(part)).length - 1;

/** The text of the section of one control, up to the heading of the next. */
function sectionOf(text: string, heading: string, next: string): string {
  const start = text.lastIndexOf(solid(heading));
  return text.slice(start, text.indexOf(solid(next), start));
}

describe('the sections of controls', () => {
  const report = sampleReport();
  let pdf: ReadPdf;
  let text: string;
  beforeAll(async () => {
    pdf = await render();
    text = textOf(pdf);
  });

  it('show a conclusion beside the verdict that it contradicts, and what the reviewer did not see', () => {
    const section = sectionOf(text, 'CC6.7 Data is protected', 'CC6.8 Unauthorised');
    for (const part of [
      'Reviewer’s conclusion: Operating effectively · Elif Şahin, internal audit, 2026-02-09',
      'Sampled five buckets on 6 February',
      'The conclusion contradicts the verdict “Not met”; both are shown as they are.',
      'Reviewed at ledger size 4,320; 58 items of evidence are newer and were not seen.',
      'The review stands beside the verdict and does not change it.',
    ])
      expect(section).toContain(solid(part));
  });

  it('give every kind of conclusion its words, and say of every other control that there is none', () => {
    expect(text).toContain(solid('Reviewer’s conclusion: Operating effectively with exceptions noted'));
    expect(text).toContain(solid('Reviewer’s conclusion: Not concluded'));
    expect(text).toContain(solid('no evidence under this control is newer'));
    expect(text).toContain(solid('it is not known what the reviewer saw'));
    const without = report.controls.filter((it) => it.review === null).length;
    expect(times(text, 'Reviewer’s conclusion: none on record.')).toBe(without);
  });

  it('list every interval, however many there are', () => {
    const shown = new Set(text.match(/tenant-data-\d{3}-eu-west-1-production1111/g));
    expect(shown.size).toBe(47);
  });

  it('say how long it took to put right, for each source and over all of a control', () => {
    const section = sectionOf(text, 'CC6.7 Data is protected', 'CC6.8 Unauthorised');
    expect(section).toContain(
      solid('Over 2 sources: put right: 46 of 51 failures; median 5 d 1 h, longest 9 d 1 h; 5 open'),
    );
    expect(section).toContain(solid('Put right: 1 of 4 failures, after 3 d 12 h; 3 open, the oldest since 2026-01-13'));
    expect(section).toContain(solid('Put right: 45 of 47 failures; median 5 d 1 h, longest 9 d 1 h; 2 open'));
  });

  it('speak of events without a length, and of no remediation', () => {
    const section = sectionOf(text, 'CC7.3 Security events', 'Exceptions register');
    expect(section).toContain(solid('Events that should not have happened'));
    expect(section).toContain(solid('2026-01-21 17:48'));
    expect(section).not.toContain(solid('Put right'));
    expect(section).not.toContain('Lasted');
  });

  it('say nothing of remediation where nothing failed', () => {
    const section = sectionOf(text, 'CC6.6 Threats from outside', 'CC6.7 Data is protected');
    expect(section).not.toContain(solid('Put right'));
    expect(section).not.toContain(solid('Time to remediate'));
  });

  it('show each sample once, with every call that AWS answered, and lead to it from later sections', () => {
    expect(times(text, 'Recorded call, when, file of retrievals and line; AWS request id')).toBe(report.samples.length);
    for (const { items } of report.samples) {
      for (const { calls } of items) {
        for (const { requestId, object, line } of calls) {
          expect(text).toContain(solid(requestId ?? 'no request id'));
          expect(text).toContain(solid(`${object.slice(0, 12)}… line ${line}`));
        }
      }
    }
    const first = pdf.pages.findIndex((page) => solid(page.texts.join('')).includes(solid('2 of 18 subjects, drawn')));
    const later = pdf.pages.find((page) => solid(page.texts.join('')).includes(solid('Sampled evidence: see CC6.1')));
    expect(first).toBeGreaterThan(0);
    expect(later?.texts).toContain(String(first + 1));
    expect([...pdf.objects.values()].join('\n')).toMatch(/\(m000000\) \[/);
  });

  it('say how a sample was drawn, and who called: once, for each account, or for each call', async () => {
    expect(text).toContain(solid('5 of 42 subjects, drawn by their digests so that nobody chose them.'));
    expect(text).toContain(solid('All 2 subjects at the end of the period.'));
    expect(text).toContain(solid('Called as WitnessmarkReader/witnessmark.'));
    expect(text).toContain(
      solid('WitnessmarkReader/witnessmark in 111122223333, Auditor/witnessmark in 444455556666.'),
    );
    const mixed = [sampleReport().samples[2]].flatMap((it) => it ?? []);
    const items = mixed[0]?.items.map((it) => ({ ...it, account: '111122223333' })) ?? [];
    const each = textOf(await render({ samples: mixed.map((it) => ({ ...it, items })) }));
    expect(times(each, '· by WitnessmarkReader/witnessmark')).toBe(7);
    expect(times(each, '· by witnessmark')).toBe(1);
  });

  it('give the approver and the time left of each exception', () => {
    expect(text).toContain(solid('2026-06-30; at the end of the period: 135 days left'));
    expect(text).toContain(solid('2026-01-20; at the end of the period: expired 26 days before'));
    expect(times(text, 'by Priya Raman (CISO) on')).toBe(2);
  });
});

describe('the sign-off page', () => {
  const page = (pdf: ReadPdf): string => solid(pdf.pages.at(-1)?.texts.join('') ?? '');

  it('is the last, says what is signed and has lines for what nobody stated', async () => {
    const report = sampleReport();
    const pdf = await render();
    const last = page(pdf);
    for (const value of [report.id, report.ledger.origin, report.ledger.root, report.signing.sha256, '6,204 entries'])
      expect(last).toContain(solid(value));
    for (const role of ['Prepared by', 'Reviewed by', 'Approved by', 'Received by the auditor'])
      expect(times(last, role)).toBe(1);
    for (const value of ['Marta Nowak', 'Head of security operations', '2026-02-17'])
      expect(last).toContain(solid(value));
    expect(times(last, 'Signature (to be filled in by hand)')).toBe(4);
    expect(times(last, 'Name (to be filled in by hand)')).toBe(3);
    expect(pdf.outline.at(-1)).toBe('Sign-off');
  });

  it.each(['A4', 'Letter'] as const)('holds up to five people and the auditor on one page of %s', async (paper) => {
    const signOff = (['prepared', 'reviewed', 'reviewed', 'approved', 'approved'] as const).map((role, index) => ({
      role,
      name: `Person ${index}`,
      on: '2026-02-17',
    }));
    const pdf = readPdf(await renderPdf(sampleReport({ signOff }), { paper, attachments: [] }));
    const last = page(pdf);
    for (const { name } of signOff) expect(last).toContain(solid(name));
    expect(last).toContain(solid('Prepared by'));
    expect(last).toContain(solid('Received by the auditor'));
  });
});

describe('a report for readers in another time zone', () => {
  it('gives their time below UTC and names the zone above', async () => {
    const text = textOf(await render({ timeZone: 'Asia/Kolkata' }));
    expect(text).toContain(solid('Failing (UTC; Asia/Kolkata)'));
    expect(text).toContain(solid('2026-01-24 02:00 07:30 +05:30 to still failing'));
    expect(text).toContain(solid('2026-01-21 17:48 23:18 +05:30'));
  });
});

describe('reports at the edges', () => {
  it('leave a sample out whose source no control has, and one without subjects', async () => {
    const samples = [
      { source: 'check:gone', population: 3, items: sampleReport().samples[0]?.items ?? [] },
      { source: 'check:s3-bucket-tls-only', population: 0, items: [] },
    ];
    const controls = [control({ id: 'CC6.1', sources: [source()] })];
    expect(textOf(await render({ samples, controls }))).not.toContain(solid('Sampled evidence'));
  });

  it('write the rows of five thousand intervals without holding them', async () => {
    const failing = Array.from({ length: 5000 }, (_, i) => interval({ subject: `arn:aws:s3:::b${i}` }));
    const rows = lazily(failing, (it) => [it.subject]);
    const [first] = rows;
    expect(first).toEqual(['arn:aws:s3:::b0']);
    expect([...rows]).toHaveLength(5000);
    let made = 0;
    for (const _ of lazily(failing, () => [String(made++)])) if (made === 2) break;
    expect(made).toBe(2);
  });
});

describe('small words', () => {
  it.each([
    ['not_met', 'effective', 'contradicts the verdict “Not met”'],
    ['not_met', 'effective_with_exceptions', 'contradicts the verdict “Not met”'],
    ['met', 'not_effective', 'contradicts the verdict “Met”'],
    ['met_with_exceptions', 'effective', 'names no exceptions'],
    ['inconclusive', 'effective', 'does not bear the conclusion out'],
    ['not_assessed', 'not_effective', 'does not bear the conclusion out'],
  ] as const)('point out where %s and %s differ', (verdict, conclusion, part) =>
    expect(difference(verdict, conclusion)).toContain(part),
  );

  it.each([
    ['met', 'effective'],
    ['met', 'effective_with_exceptions'],
    ['not_met', 'not_effective'],
    ['not_met', 'not_concluded'],
    ['inconclusive', 'not_concluded'],
    ['met_with_exceptions', 'effective_with_exceptions'],
  ] as const)('say nothing where %s and %s agree', (verdict, conclusion) =>
    expect(difference(verdict, conclusion)).toBeUndefined(),
  );

  it('count the days of an exception to and from the last on which it is valid', () => {
    expect(timeLeft('2026-02-15', '2026-02-15')).toBe('its last day');
    expect(timeLeft('2026-02-16', '2026-02-15')).toBe('1 day left');
    expect(timeLeft('2026-02-14', '2026-02-15')).toBe('expired 1 day before');
    expect(timeLeft('2028-03-01', '2026-03-01')).toBe('731 days left');
  });

  it.each([
    ['arn:aws:sts::111122223333:assumed-role/Reader/witnessmark', 'Reader/witnessmark'],
    ['arn:aws:iam::111122223333:user/ops/ana', 'ops/ana'],
    ['arn:aws:iam::111122223333:root', 'root'],
    ['witnessmark', 'witnessmark'],
    ['arn:', 'arn:'],
  ])('shorten the caller %s to %s', (caller, name) => expect(shortCaller(caller)).toBe(name));
});
