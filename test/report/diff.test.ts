import { describe, expect, it } from 'vitest';
import type { ControlResult, FailingInterval, Report } from '../../src/model/report.ts';
import { diffReports } from '../../src/report/diff/diff.ts';
import type { ChangeKind, DiffSide, SubjectState } from '../../src/report/diff/types.ts';
import { subjectKey } from '../../src/report/diff/types.ts';
import { control, interval, sampleReport, source } from './sample-report.ts';

const SOURCE = 'check:s3-bucket-tls-only';
const ARN = 'arn:aws:s3:::one';
const OLD = { period: { from: '2026-01-01', to: '2026-01-15' } };
const NEW = { period: { from: '2026-01-01', to: '2026-01-31' } };
const at = (day: number): string => `2026-01-${String(day).padStart(2, '0')}T02:00:00.000Z`;

const reportOf = (controls: ControlResult[], more: Partial<Report> = {}): Report =>
  sampleReport({ controls, exceptions: [], runs: [], notCollected: [], ...more });
const withFailing = (...failing: FailingInterval[]): ControlResult[] => [
  control({ id: 'CC6.7', sources: [source({ failing })] }),
];
const fails = (from: number, to: number | null = null, more: Partial<FailingInterval> = {}): FailingInterval =>
  interval({
    subject: ARN,
    from: at(from),
    to: to === null ? null : at(to),
    seconds: to === null ? null : (to - from) * 86_400,
    entries: to === null ? [from] : [from, to],
    ...more,
  });
const inconclusive = (since: number) => ({
  subject: ARN,
  account: '111122223333',
  region: 'eu-west-1',
  since: at(since),
  reason: 'the policy could not be read',
  failure: {
    operation: 's3:GetBucketPolicy',
    kind: 'denied' as const,
    name: 'AccessDenied',
    message: 'no permission',
    status: 403,
    requestId: 'REQ1',
  },
  entry: 700,
});
const states = (...list: Partial<SubjectState>[]): NonNullable<DiffSide['states']> =>
  new Map([
    [
      subjectKey(SOURCE, { account: '111122223333', region: 'eu-west-1', subject: ARN }),
      list.map((it) => ({ at: at(1), outcome: 'compliant', gone: false, unjudged: false, ...it })),
    ],
  ]);

const diff = (before: Report, after: Report, more: { old?: Partial<DiffSide>; new?: Partial<DiffSide> } = {}) =>
  diffReports({ report: before, ...more.old }, { report: after, ...more.new });
const only = (found: ReturnType<typeof diff>, kind: ChangeKind) => found.changes.filter((it) => it.kind === kind);
const failingKinds = (before: FailingInterval[], after: FailingInterval[], side: Partial<DiffSide> = {}) => {
  const found = diff(reportOf(withFailing(...before), OLD), reportOf(withFailing(...after), NEW), { new: side });
  return found.changes.filter((it) => it.subject === ARN);
};

describe('two reports', () => {
  it('that are the same have no change', () => {
    const report = sampleReport({ exceptions: [] });
    const found = diff(report, report);
    const changed = found.changes.filter((it) => !it.kind.startsWith('still_'));
    expect([changed, found.warnings, found.unchangedControls]).toEqual([[], [], report.controls.length]);
  });

  it('of different frameworks are refused', () => {
    const other = sampleReport();
    const framework = { ...other.framework, id: 'hipaa-security-rule' };
    expect(() => diff(sampleReport(), { ...other, framework })).toThrow(
      expect.objectContaining({ code: 'diff-other-framework' }),
    );
  });

  it('made with different definitions say so, and name the tests that are not the same', () => {
    const before = reportOf([control({ id: 'CC6.7', sources: [source()] })]);
    const after = reportOf([control({ id: 'CC6.7', sources: [source({ expressionSha256: 'f'.repeat(64) })] })]);
    const framework = { ...after.framework, sha256: 'e'.repeat(64) };
    const found = diff(before, { ...after, framework });
    expect(found.warnings).toEqual([expect.stringMatching(/rules themselves changed.*1 test of those/)]);
    expect(only(found, 'test_changed')).toEqual([
      expect.objectContaining({
        controls: ['CC6.7'],
        source: SOURCE,
        before: expect.stringContaining(source().expressionSha256 ?? ''),
        after: expect.stringContaining('f'.repeat(64)),
      }),
    ]);
  });

  it('warn when they are in the wrong order, leave days out, or have different scopes', () => {
    const [before, after] = [reportOf([control({ id: 'A' })], NEW), reportOf([control({ id: 'A' })], OLD)];
    expect(diff(before, after).warnings).toEqual([expect.stringContaining('wrong order')]);
    const later = reportOf([control({ id: 'A' })], { period: { from: '2026-03-01', to: '2026-03-31' } });
    expect(diff(after, later).warnings).toEqual([expect.stringContaining('days between')]);
    const next = reportOf([control({ id: 'A' })], { period: { from: '2026-01-16', to: '2026-01-31' } });
    expect(diff(after, next).warnings).toEqual([]);
    const scope = { accounts: ['111122223333'], regions: ['eu-west-1'] };
    const narrow = diff(after, { ...after, scope });
    expect(narrow.warnings).toEqual([expect.stringContaining('different accounts or regions')]);
    expect(only(narrow, 'scope')).toHaveLength(1);
  });
});

describe('a control', () => {
  it('with another verdict has the reasons of the new report and the entries of what is open', () => {
    const after = control({
      id: 'CC6.7',
      verdict: 'not_met',
      reasons: ['one fails'],
      sources: [source({ failing: [fails(12)], inconclusive: [inconclusive(3)] })],
    });
    const found = diff(reportOf([control({ id: 'CC6.7', sources: [source()] })]), reportOf([after]));
    expect(only(found, 'verdict')).toEqual([
      expect.objectContaining({
        controls: ['CC6.7'],
        before: 'Met',
        after: 'Not met (1 failing, 1 inconclusive of 42 subjects)',
        notes: ['one fails'],
        entries: [
          { report: 'new', entry: 12, file: null },
          { report: 'new', entry: 700, file: null },
        ],
      }),
    ]);
  });

  it('that only one report has is added or removed', () => {
    const found = diff(reportOf([control({ id: 'A' })]), reportOf([control({ id: 'B' })]));
    expect([only(found, 'control_added')[0]?.controls, only(found, 'control_removed')[0]?.controls]).toEqual([
      ['B'],
      ['A'],
    ]);
  });

  it('gains and loses sources', () => {
    const one = control({ id: 'A', sources: [source()] });
    const other = control({ id: 'A', sources: [source({ source: 'check:other' })] });
    const found = diff(reportOf([one]), reportOf([other]));
    expect([only(found, 'source_added')[0]?.source, only(found, 'source_removed')[0]?.source]).toEqual([
      'check:other',
      SOURCE,
    ]);
  });
});

describe('a failing subject', () => {
  it('is newly failing, once for all controls, the strongest source first', () => {
    const failing = [fails(20)];
    const after = reportOf(
      [
        control({ id: 'A', sources: [source({ failing, strength: 'supporting' })] }),
        control({ id: 'B', sources: [source({ failing, strength: 'partial' })] }),
      ],
      NEW,
    );
    const before = reportOf(
      [control({ id: 'A', sources: [source()] }), control({ id: 'B', sources: [source()] })],
      OLD,
    );
    expect(only(diff(before, after), 'newly_failing')).toEqual([
      expect.objectContaining({ controls: ['A', 'B'], strength: 'partial', before: 'not failing', after: 'failing' }),
    ]);
  });

  it('that failed before the old report ended is not told as news of the resource', () => {
    const [found] = failingKinds([], [fails(3)]);
    expect(found).toMatchObject({
      kind: 'newly_failing',
      notes: [expect.any(String), expect.stringMatching(/already/)],
    });
  });

  it.each<[string, Partial<SubjectState> | undefined, ChangeKind]>([
    ['compliant', { outcome: 'compliant' }, 'put_right'],
    ['not applicable', { outcome: 'not_applicable' }, 'no_longer_applies'],
    ['gone', { outcome: 'non_compliant', gone: true }, 'gone'],
    ['without anybody who judges it', { outcome: 'inconclusive', unjudged: true }, 'no_longer_judged'],
    ['of unknown state, without the pack', undefined, 'ended'],
  ])('that is %s afterwards is listed as such, with when and how long', (_, state, kind) => {
    const side = state ? { states: states({ at: at(1), outcome: 'non_compliant' }, { at: at(20), ...state }) } : {};
    const unsaid = { ...fails(3, 20), end: null };
    const [found, ...more] = failingKinds([fails(3)], [unsaid], side);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      kind,
      before: 'failing',
      after: expect.stringContaining('since 2026-01-20 02:00 UTC'),
      notes: [expect.stringContaining('17 d')],
      entries: [{ entry: 3 }, { entry: 20 }],
    });
  });

  it('that the new report says how it ended is listed so without the evidence', () => {
    const [found] = failingKinds([fails(3)], [{ ...fails(3, 20), end: 'gone' }]);
    expect(found).toMatchObject({ kind: 'gone', after: expect.stringContaining('gone since') });
  });

  it('that the new report does not show is not called put right', () => {
    expect(failingKinds([fails(3)], [])).toEqual([
      expect.objectContaining({
        kind: 'not_shown',
        after: 'not known',
        entries: [{ report: 'old', entry: 3, file: null }],
      }),
    ]);
  });

  it('still fails, since when it did', () => {
    expect(failingKinds([fails(3)], [fails(3)])).toEqual([
      expect.objectContaining({
        kind: 'still_failing',
        notes: ['Since 2026-01-03 02:00 UTC: bucket policy does not deny plain HTTP'],
      }),
    ]);
  });

  it('fails again after it was put right', () => {
    const found = failingKinds([fails(3)], [fails(3, 17), fails(22)]);
    expect(found.map((it) => it.kind)).toEqual(['still_failing']);
    expect(found[0]?.notes[1]).toContain('another failure');
  });

  it('that failed and was put right in between is listed', () => {
    expect(failingKinds([], [fails(17, 19)]).map((it) => it.kind)).toEqual(['failed_between']);
    expect(failingKinds([fails(3, 5)], [fails(3, 5)])).toEqual([]);
  });

  it('is accepted by an exception, or not any more', () => {
    const accepted = fails(3, null, { exception: 'EX-1' });
    expect(failingKinds([fails(3)], [accepted])[0]).toMatchObject({
      kind: 'newly_accepted',
      after: 'failing, accepted by EX-1',
    });
    expect(failingKinds([accepted], [fails(3)])[0]).toMatchObject({ kind: 'acceptance_ended', after: 'failing' });
  });

  it('is told with the file that proves its entries, of the new pack where it has one', () => {
    const before = reportOf(withFailing(fails(3)), OLD);
    const after = reportOf(withFailing(), NEW);
    const old = { fileOf: (entry: number) => `old/${entry}` };
    const refs = (now: Partial<DiffSide>, report: Report) =>
      only(diff(before, report, { old, new: now }), 'not_shown')[0]?.entries;
    expect(refs({ fileOf: (entry) => `new/${entry}` }, after)).toEqual([{ report: 'new', entry: 3, file: 'new/3' }]);
    expect(refs({ fileOf: () => null }, after)).toEqual([{ report: 'old', entry: 3, file: 'old/3' }]);
    // In another ledger the index means another entry.
    const foreign = { ...after, ledger: { ...after.ledger, origin: 'elsewhere' } };
    expect(refs({ fileOf: (entry) => `new/${entry}` }, foreign)).toEqual([{ report: 'old', entry: 3, file: 'old/3' }]);
  });

  it('of an event source is news only where the old report does not have the event', () => {
    const event = (day: number) => fails(day, day, { seconds: 0, entries: [day] });
    const events = (...failing: FailingInterval[]) => [
      control({
        id: 'A',
        sources: [source({ source: 'cloudtrail:root', events: failing.length, wanted: 'none', failing })],
      }),
    ];
    const found = diff(reportOf(events(event(3)), OLD), reportOf(events(event(3), event(20)), NEW));
    expect(only(found, 'event')).toEqual([expect.objectContaining({ after: 'at 2026-01-20 02:00 UTC' })]);
    expect(found.changes.some((it) => /put_right|still|failed_between|newly/.test(it.kind))).toBe(false);
  });
});

describe('a subject that cannot be judged', () => {
  const unknown = [control({ id: 'A', sources: [source({ inconclusive: [inconclusive(3)] })] })];
  const known = (failing: FailingInterval[] = []) => [control({ id: 'A', sources: [source({ failing })] })];

  it('is newly inconclusive, with the real error', () => {
    const found = diff(reportOf(known(), OLD), reportOf(unknown, NEW), { old: { states: states({ at: at(2) }) } });
    expect(only(found, 'newly_inconclusive')).toEqual([
      expect.objectContaining({
        before: 'compliant',
        notes: [expect.any(String), 's3:GetBucketPolicy: AccessDenied: no permission (request REQ1)'],
        entries: [{ report: 'new', entry: 700, file: null }],
      }),
    ]);
  });

  it.each<[ChangeKind, Partial<SubjectState> | undefined]>([
    ['inconclusive_to_compliant', { at: at(20) }],
    ['inconclusive_to_not_applicable', { at: at(20), outcome: 'not_applicable' }],
    ['inconclusive_to_gone', { at: at(20), gone: true }],
    ['inconclusive_to_unknown', undefined],
  ])('is %s, never unchanged', (kind, state) => {
    const now = state ? { states: states({ at: at(3), outcome: 'inconclusive' }, state) } : {};
    const found = diff(reportOf(unknown, OLD), reportOf(known(), NEW), { new: now });
    expect(found.changes.filter((it) => it.subject === ARN).map((it) => it.kind)).toEqual([kind]);
  });

  it('fails now, which is listed once', () => {
    const found = diff(reportOf(unknown, OLD), reportOf(known([fails(20)]), NEW));
    expect(found.changes.filter((it) => it.subject === ARN)).toEqual([
      expect.objectContaining({ kind: 'newly_failing', before: 'inconclusive' }),
    ]);
  });

  it('is still inconclusive', () => {
    expect(only(diff(reportOf(unknown, OLD), reportOf(unknown, NEW)), 'still_inconclusive')).toHaveLength(1);
  });
});

describe('what people said', () => {
  const [exception] = sampleReport().exceptions as [Report['exceptions'][number]];
  const kindsOf = (before: Report['exceptions'], after: Report['exceptions']) =>
    diff(
      reportOf([control({ id: 'A' })], { exceptions: before }),
      reportOf([control({ id: 'A' })], { exceptions: after }),
    ).changes;

  it('exceptions are added, removed, lapsed or changed, with the field', () => {
    expect(kindsOf([], [exception])[0]).toMatchObject({ kind: 'exception_added', subject: exception.id });
    expect(kindsOf([exception], [])[0]).toMatchObject({ kind: 'exception_removed' });
    expect(kindsOf([exception], [{ ...exception, state: 'expired' }])[0]).toMatchObject({ kind: 'exception_lapsed' });
    expect(kindsOf([exception], [{ ...exception, expires: '2026-09-30' }])).toEqual([
      expect.objectContaining({ kind: 'exception_changed', notes: ['expires: 2026-06-30 → 2026-09-30'] }),
    ]);
    expect(kindsOf([exception], [exception])).toEqual([]);
  });

  it('statements become valid, expire, go missing or are replaced', () => {
    const attestation = {
      control: 'A',
      ask: 'Policy',
      by: 'Ann',
      on: '2026-01-01',
      expires: '2027-01-01',
      statement: 'It is approved.',
    };
    const manual = (status: 'valid' | 'expired' | 'missing', by = 'Ann') => [
      control({
        id: 'A',
        manual: [
          { ask: 'Policy', renew: '1y', status, attestation: status === 'missing' ? null : { ...attestation, by } },
        ],
      }),
    ];
    const kinds = (before: ControlResult[], after: ControlResult[]) =>
      diff(reportOf(before), reportOf(after)).changes.map((it) => it.kind);
    expect(kinds(manual('missing'), manual('valid'))).toEqual(['attestation_valid']);
    expect(kinds(manual('valid'), manual('expired'))).toEqual(['attestation_expired']);
    expect(kinds(manual('valid'), manual('missing'))).toEqual(['attestation_missing']);
    expect(kinds(manual('valid'), manual('valid', 'Bob'))).toEqual(['attestation_changed']);
    expect(kinds(manual('valid'), manual('valid'))).toEqual([]);
  });

  it('reviews are added and changed; more evidence after one is no change of it', () => {
    const review = {
      control: 'A',
      reviewer: 'Kim',
      on: '2026-02-01',
      conclusion: 'effective',
      comment: 'looked at all of it',
      newer: 0,
    } as const;
    const kinds = (before: ControlResult['review'], after: ControlResult['review']) =>
      diff(
        reportOf([control({ id: 'A', review: before })]),
        reportOf([control({ id: 'A', review: after })]),
      ).changes.map((it) => it.kind);
    expect(kinds(null, review)).toEqual(['review_added']);
    expect(kinds(review, { ...review, conclusion: 'not_effective' })).toEqual(['review_changed']);
    expect(kinds(review, null)).toEqual(['review_removed']);
    expect(kinds(review, { ...review, newer: 12 })).toEqual([]);
  });
});

describe('what could be seen', () => {
  it('runs that fell short and reads that newly fail or do not any more are listed with the real error', () => {
    const full = sampleReport();
    const empty = { ...full, runs: [], notCollected: [] };
    const found = diff(empty, full);
    expect(only(found, 'run_failed')).toEqual([
      expect.objectContaining({
        after: expect.stringContaining('interrupted'),
        notes: [expect.stringContaining('AccessDenied')],
        entries: [expect.objectContaining({ entry: 5430 })],
      }),
    ]);
    expect(only(found, 'not_collected')).toHaveLength(2);
    expect(only(diff(full, empty), 'collected_again')).toHaveLength(2);
  });

  it('populations are compared by subjects, outcomes and observed days', () => {
    const before = reportOf([control({ id: 'A', sources: [source()] })]);
    const counts = { compliant: 40, non_compliant: 1, not_applicable: 0, inconclusive: 0 };
    const after = reportOf([control({ id: 'A', sources: [source({ population: 41, counts })] })]);
    expect(only(diff(before, after), 'population')).toEqual([
      expect.objectContaining({
        before: '42 subjects: 42 compliant; observed on 35 of 35 days',
        after: '41 subjects: 40 compliant, 1 failing; observed on 35 of 35 days',
      }),
    ]);
  });

  it('names from outside that are names of the language too do no harm', () => {
    const odd = (id: string) =>
      reportOf([control({ id, sources: [source({ failing: [fails(3, null, { subject: id })] })] })]);
    for (const id of ['__proto__', 'constructor', 'toString']) {
      const found = diff(reportOf([control({ id: 'A' })]), odd(id));
      expect(only(found, 'control_added')[0]?.controls).toEqual([id]);
      expect(only(found, 'newly_failing')[0]?.subject).toBe(id);
    }
  });
});
