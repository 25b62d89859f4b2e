import { beforeAll, describe, expect, it } from 'vitest';
import type { ControlState, PreviousReport } from '../../src/model/change.ts';
import type { Report } from '../../src/model/report.ts';
import { FailureKind } from '../../src/model/retrieval.ts';
import { type Verdict, Verdict as VerdictSchema } from '../../src/model/verdict.ts';
import { addDays } from '../../src/report/numbers.ts';
import { barOperators } from '../../src/report/pdf/elements/chart.ts';
import { monthsOf } from '../../src/report/pdf/parts/calendar.ts';
import { changesOf, exceptionMoves, kindOf } from '../../src/report/pdf/parts/change-kinds.ts';
import { causesOf, completenessOf, completenessSentences } from '../../src/report/pdf/parts/completeness.ts';
import { FAILURES, TERMS } from '../../src/report/words.ts';
import { type ReadPdf, readPdf } from './read-pdf.ts';
import { renderPdf } from './render-pdf.ts';
import { control, sampleReport, source } from './sample-report.ts';

const state = (verdict: Verdict, failing = 0, inconclusive = 0): ControlState => ({
  verdict,
  subjects: 10,
  failing,
  inconclusive,
});

const previous: PreviousReport = {
  id: 'soc2-2017-2026-01-11',
  period: { from: '2025-12-12', to: '2026-01-11' },
  at: '2026-01-12T09:00:00.000Z',
  entry: 2990,
  treeSize: 2989,
  unchanged: 6,
  controls: [
    { control: 'CC6.7', before: state('met'), after: state('not_met', 4, 1) },
    { control: 'CC1.2', before: state('awaiting_attestation'), after: state('met') },
    { control: 'CC6.2', before: state('met'), after: state('inconclusive') },
    { control: 'CC6.3', before: state('met_with_exceptions', 2), after: state('met_with_exceptions', 1) },
    { control: 'CC7.2', before: null, after: state('met') },
    { control: 'CC9.9', before: state('not_met', 2), after: null },
  ],
  exceptions: [
    { exception: 'EX-2026-004', before: null, after: 'in_force' },
    { exception: 'EX-2025-019', before: 'in_force', after: 'expired' },
    { exception: 'EX-2024-001', before: 'unused', after: null },
    { exception: 'EX-2024-002', before: 'expired', after: 'in_force' },
  ],
};

const render = async (report: Report, paper: 'A4' | 'Letter' = 'A4'): Promise<ReadPdf> =>
  readPdf(await renderPdf(report, { attachments: [], paper }));
/** The pages of a part by the words in their header, in one text each. */
const pagesOf = (pdf: ReadPdf, label: string): string[] =>
  pdf.pages
    .filter(({ texts }, index) => index > 1 && texts.includes(label) && texts.some((it) => it.startsWith('Page ')))
    .map(({ texts }) => texts.join(' ').replace(/ +/g, ' '))
    .filter((text) => text.includes(label));
const altsOf = (pdf: ReadPdf): string[] =>
  [...pdf.objects.values()].flatMap((it) =>
    it.includes('/S /Figure') ? [/\/Alt \(([\s\S]*?)\)\n/.exec(it)?.[1] ?? ''] : [],
  );

describe('the executive page', () => {
  const report = sampleReport({ previous });
  let pdf: ReadPdf;
  let page: string;
  beforeAll(async () => {
    pdf = await render(report);
    page = (pdf.pages[2]?.texts ?? []).join(' ').replace(/ +/g, ' ');
  });

  it.each(['A4', 'Letter'] as const)('is one page on %s, right after the contents', async (paper) => {
    const read = await render(report, paper);
    expect(read.pages[1]?.texts).toContain('Contents');
    expect(read.pages[2]?.texts).toContain('Executive summary');
    expect(read.pages[2]?.texts).toContain('What needs a person');
    expect(read.pages[2]?.texts).toContain('Exceptions that have expired');
    expect(read.pages[3]?.texts).toContain('Findings');
  });

  it('says which report it is compared with, and what is newly not met, newly met, come and lapsed', () => {
    expect(page).toContain(
      'soc2-2017-2026-01-11 (2025-12-12 to 2026-01-11), made 2026-01-12 09:00 UTC, ledger entry #2990',
    );
    expect(page).toMatch(/Newly not met 1: CC6\.7 /);
    expect(page).toMatch(/Newly met 1: CC1\.2 /);
    expect(page).toContain(
      '1 with another change of verdict; 1 with other counts only; 1 added; 1 removed; 6 as before',
    );
    expect(page).toMatch(
      /1 came \( ?EX-2026-004 ?\); 1 lapsed \( ?EX-2025-019 ?\); 1 withdrawn \( ?EX-2024-001 ?\); 1 exception in another state/,
    );
  });

  it('says that a report is the first one, and has no part about changes then', async () => {
    const first = await render(sampleReport({ previous: null }));
    expect(first.pages[2]?.texts.join(' ')).toContain('This is the first report of this framework and scope.');
    expect(first.outline).not.toContain('Changes since the last report');
    expect(first.pages[1]?.texts).not.toContain('Changes since the last report');
    expect(pdf.outline).toContain('Changes since the last report');
    expect(pdf.pages[1]?.texts).toContain('Changes since the last report');
  });

  it('counts what needs a person, with the page on which it is told', () => {
    const findings =
      pdf.pages.findIndex(
        ({ texts }) =>
          texts.includes('What people have to provide') &&
          texts.includes('What fails now') &&
          texts.includes('Findings'),
      ) + 1;
    expect(findings).toBeGreaterThan(3);
    expect(page).toContain(`Failures without a valid exception ${report.summary.failing} What fails now`);
    expect(page).toContain('Statements and documents to provide: 3 missing, 1 expired 4 What people have to provide');
    expect(page).toContain('Controls left open: 1 inconclusive, 1 not assessed 2 What could not be determined');
    expect(page).toContain('Exceptions that have expired 1 Exceptions register');
    expect(pdf.pages[2]?.texts).toContain(String(findings));
  });

  it('tells the verdicts in words, and by bars that differ without colour', () => {
    const chart = 'Controls by verdict: Not met 1, Inconclusive 1, Awaiting attestation 3';
    expect(altsOf(pdf).some((it) => it.startsWith(chart))).toBe(true);
    const box = { x: 0, y: 0, width: 60, height: 11 };
    const bars = VerdictSchema.options.map((it) => barOperators(it, box).replaceAll(/(?:[\d.]+ ){3}(rg|RG)/g, '$1'));
    expect(new Set(bars).size).toBe(VerdictSchema.options.length);
  });
});

describe('changes since the last report', () => {
  it('sorts each change into one kind', () => {
    expect(previous.controls.map(kindOf)).toEqual([
      'newly_not_met',
      'newly_met',
      'other_verdict',
      'same_verdict',
      'added',
      'removed',
    ]);
    const softer = { control: 'X', before: state('met_with_exceptions'), after: state('met') };
    expect(kindOf(softer)).toBe('other_verdict');
    expect(kindOf({ control: 'X', before: null, after: state('not_met', 1) })).toBe('added');
    expect(changesOf(previous, 'newly_met').map((it) => it.control)).toEqual(['CC1.2']);
  });

  it('calls an exception lapsed even if it had expired when it came', () => {
    const moves = exceptionMoves([...previous.exceptions, { exception: 'EX-LATE', before: null, after: 'expired' }]);
    expect(moves).toEqual({
      came: ['EX-2026-004'],
      lapsed: ['EX-2025-019', 'EX-LATE'],
      withdrawn: ['EX-2024-001'],
      other: ['EX-2024-002'],
    });
  });

  it('lists every change with verdicts and failing counts before and now', async () => {
    const text = pagesOf(await render(sampleReport({ previous })), 'Changes since the last report').join(' ');
    expect(text).toMatch(/CC6\.7 Data is protected.* Met +Not met 0 → 4 0 → 1/);
    expect(text).toMatch(/CC9\.9 +Not met none 2 → – 0 → –/);
    expect(text).toMatch(/CC7\.2 .* none +Met – → 0 – → 0/);
    expect(text).toMatch(/EX-2025-019 In force Expired/);
    expect(text).toContain('6, which are not listed');
  });
});

describe('the calendar', () => {
  it('splits a period into months whose weeks begin on Monday', () => {
    const codes = 'c'.repeat(35);
    expect(monthsOf('2026-01-12', codes)).toEqual([
      { from: '2026-01-12', to: '2026-01-31', codes: 'c'.repeat(20), column: 0, weeks: 3 },
      { from: '2026-02-01', to: '2026-02-15', codes: 'c'.repeat(15), column: 6, weeks: 3 },
    ]);
    expect(monthsOf('2024-02-29', 'p')).toEqual([
      { from: '2024-02-29', to: '2024-02-29', codes: 'p', column: 3, weeks: 1 },
    ]);
  });

  it('loses no day of any length of period', () => {
    for (const days of [1, 28, 31, 90, 366, 396]) {
      const months = monthsOf('2023-12-31', Array.from({ length: days }, (_, i) => 'cp.'.charAt(i % 3)).join(''));
      expect(months.map((it) => it.codes).join('')).toHaveLength(days);
      expect(months.at(-1)?.to).toBe(addDays('2023-12-31', days - 1));
      for (const month of months) expect(month.column + month.codes.length).toBeLessThanOrEqual(month.weeks * 7);
    }
  });

  it('shows 13 months on one page, with every day in words', async () => {
    const days = 396;
    const codes = `${'c'.repeat(200)}.p${'c'.repeat(days - 202)}`;
    const report = sampleReport({ period: { from: '2025-12-01', to: addDays('2025-12-01', days - 1) }, days });
    const pdf = await render({ ...report, coverage: { ...report.coverage, days: codes } });
    const page = pdf.pages.find(({ texts }) => texts.includes('Runs day by day'))?.texts ?? [];
    for (const title of ['December 2025', 'January 2026', 'December 2026']) expect(page).toContain(title);
    expect(page).toContain('a complete run: 394 days');
    expect(page).toContain('no run: 1 day');
    const calendars = altsOf(pdf).filter((it) => it.startsWith('Calendar.'));
    expect(calendars).toHaveLength(4);
    expect(calendars.join(' ')).toContain('2026-06-19 no run; 2026-06-20 incomplete runs only');
  });
});

describe('the completeness statement', () => {
  it('adds up tasks, days and subjects, and keeps tasks that failed apart from those without an answer', () => {
    const report = sampleReport();
    const it = completenessOf(report);
    expect(it).toMatchObject({ runs: 34, interrupted: 1, planned: 952, collected: 944, failed: 1, unanswered: 7 });
    expect(it.days).toEqual({ complete: 33, incomplete: 1, none: 1 });
    expect(it.collected + it.failed + it.unanswered).toBe(it.planned);
    expect(completenessSentences(it, report.days)[0]).toBe(
      'Of 952 tasks that were planned in 34 collection runs of the period, 944 (99 %) were carried out without a failed read, 1 had at least one read that failed, and 7 have no answer on record, because the run never ended.',
    );
  });

  it('claims nothing where nothing was planned or seen', () => {
    const coverage = { ...sampleReport().coverage, days: '.'.repeat(35), expectedTasks: 0, collectedTasks: 0 };
    const empty = sampleReport({ runs: [], coverage: { ...coverage, failedTasks: 0, observedDays: 0 } });
    expect(completenessSentences(completenessOf(empty), 35)).toEqual([
      'No task was planned in the period: this report knows nothing of the state of the accounts in it.',
    ]);
  });

  it('counts a source once, however many controls use it, and says when a population is unknown', () => {
    const unlisted = {
      subject: 'population:AWS::S3::Bucket',
      account: '111122223333',
      region: 'eu-west-1',
      since: '2026-01-20T02:00:00.000Z',
      reason: 'the list could not be read',
      failure: null,
      entry: 4000,
    };
    const shared = source({ population: 1, inconclusive: [unlisted] });
    const report = sampleReport({
      controls: [control({ id: 'CC6.1', sources: [shared] }), control({ id: 'CC6.2', sources: [shared] })],
    });
    const it = completenessOf(report);
    expect(it).toMatchObject({ sources: 1, subjects: 1, inconclusive: 1, unlisted: 1 });
    expect(completenessSentences(it, 35)[2]).toContain(
      '1 could not be judged, of which 1 is a population that could not be listed, with an unknown number of subjects',
    );
    expect(causesOf(report).find((cause) => cause.kind === null)).toEqual({
      kind: null,
      reads: 0,
      subjects: 0,
      atEnd: 1,
      controls: ['CC6.1', 'CC6.2'],
    });
  });

  it('groups what was left open by cause, with reads, subjects and controls', () => {
    const causes = causesOf(sampleReport());
    expect(causes.map(({ kind, reads, subjects }) => [kind, reads, subjects])).toEqual([
      ['denied', 1, 1],
      ['throttled', 1, 0],
    ]);
    expect(causes[1]?.controls).toEqual(['CC6.7', 'CC6.8']);
  });

  it('has words for every kind of failure', () => {
    expect(Object.keys(FAILURES).toSorted()).toEqual(FailureKind.options.toSorted());
  });
});

describe('scope, responsibilities and words', () => {
  it('says who answers for what, and what to obtain from AWS Artifact', async () => {
    const text = pagesOf(await render(sampleReport()), 'Who answers for what').join(' ');
    expect(text).toContain('Shared with AWS (1)');
    expect(text).toContain('Inherited from AWS (1)');
    expect(text).toContain('AWS Artifact');
    expect(text).toMatch(/CC6\.4 +Physical access to facilities is restricted +0 of 1 request valid/);
  });

  it('gives the local time beside UTC where a time zone is asked for', async () => {
    const pdf = await render(sampleReport({ previous, timeZone: 'Europe/Berlin' }));
    const cover = pdf.pages[0]?.texts.join(' ') ?? '';
    expect(cover).toContain('2026-02-15 02:07 UTC (03:07 Europe/Berlin)');
    expect(pagesOf(pdf, 'Scope and method').join(' ')).toContain('Days are counted in UTC only.');
    expect(pagesOf(pdf, 'Findings').join(' ')).toContain('+01:00');
  });

  it('states method, sampling and limits in two pages at most, before the results', async () => {
    const pdf = await render(sampleReport());
    expect(pagesOf(pdf, 'Scope and method').length).toBeLessThanOrEqual(2);
    const text = pagesOf(pdf, 'Scope and method').join(' ');
    for (const part of ['How a check judges', 'What sampling means here', 'What this report does not say']) {
      expect(text).toContain(part);
    }
    const [method, results] = ['Scope and method', 'Control results'].map((it) => pdf.outline.indexOf(it));
    expect(method).toBeLessThan(results ?? 0);
    const undrawn = await render(sampleReport({ samples: [] }));
    expect(pagesOf(undrawn, 'Scope and method').join(' ')).toContain('No subjects were drawn for this report.');
  });

  it('explains its words in the order of the alphabet', async () => {
    const words = TERMS.map((it) => it.word);
    expect(words).toEqual([...words].sort());
    const needed = ['Subject', 'Source', 'Population', 'Observation', 'Run', 'Entry', 'Ledger', 'Checkpoint'];
    for (const word of [...needed, 'Exception', 'Attestation', 'Coverage', 'Sample', 'Retrieval', 'Keyframe']) {
      expect(words).toContain(word);
    }
  });

  it.each([
    ['a first report', sampleReport({ previous: null, samples: [] })],
    ['one with changes', sampleReport({ previous })],
    ['one with many accounts', sampleReport({ scope: manyAccounts() })],
    [
      'one without anything',
      sampleReport({ controls: [control({ id: 'CC6.1' })], exceptions: [], runs: [], notCollected: [], samples: [] }),
    ],
  ])('leads every link of %s to a place that exists', async (_, report) => {
    const pdf = await render(report);
    const all = [...pdf.objects.values()].join('\n');
    const names = new Set([...all.matchAll(/\((\w\d{6})\) \[/g)].map(([, name]) => name));
    const targets = [...all.matchAll(/\/Dest \((\w+)\)/g)].map(([, name]) => name);
    expect(targets.filter((name) => !names.has(name))).toEqual([]);
    expect(targets.length).toBeGreaterThan(10);
  });
});

function manyAccounts(): Report['scope'] {
  const accounts = Array.from({ length: 40 }, (_, index) => String(100_000_000_000 + index));
  return { accounts, regions: ['eu-central-1', 'eu-west-1'] };
}
