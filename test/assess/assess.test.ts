import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../src/assess/assess.ts';
import type { Evidence, Outcome } from '../../src/model/evidence.ts';
import type { EvidenceSource, Strength } from '../../src/model/framework.ts';
import { Report } from '../../src/model/report.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import type { EvidenceRow } from '../../src/ports/evidence-index.ts';
import { DEFINITION, FRAMEWORK, fortnight } from './fortnight.ts';
import { ACCOUNT, assessRows, control, failure, OTHER, observed, on, REGION, type RowsInput, row } from './rows-of.ts';

const GOLDEN = new URL('../golden/assessment.json', import.meta.url);
const verdictsOf = ({ controls }: Assessment) => Object.fromEntries(controls.map((it) => [it.id, it.verdict]));
const controlOf = (result: Assessment, id: string) => {
  const found = result.controls.find((it) => it.id === id);
  if (!found) throw new RangeError(`no control ${id}`);
  return found;
};

const result = await assessRows(fortnight());

describe('an assessment of a fortnight', () => {
  it('is the golden one, byte by byte (UPDATE_GOLDEN=1 writes it)', () => {
    const text = `${JSON.stringify(result, undefined, 2)}\n`;
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(GOLDEN, text);
    expect(text).toBe(readFileSync(GOLDEN, 'utf8'));
  });

  it('fits the report', () => {
    expect(Report.pick(pickAll(result)).parse(result)).toEqual(result);
  });

  it('gives each control its verdict', () => {
    expect(verdictsOf(result)).toEqual({
      'B1.1': 'met_with_exceptions',
      'B1.2': 'met_with_exceptions',
      'B1.10': 'awaiting_attestation',
      'B2.1': 'met_with_exceptions',
      'B2.2': 'met',
      'B2.3': 'not_applicable',
    });
  });

  it('looks no further than the end of the period, though the evidence goes on', () => {
    const [source] = controlOf(result, 'B1.1').sources;
    expect(source?.failing.map((it) => [it.subject, it.from, it.to])).toEqual([['box-b', on(1), on(8)]]);
  });

  it('counts events by when they happened, and each once', () => {
    const [source] = controlOf(result, 'B2.1').sources;
    expect(source).toMatchObject({ events: 1, population: 14 * 200, days: 'ccfccccccccccc' });
    expect(source?.failing).toHaveLength(1);
  });

  it('shows days without a run as gaps, with the cause', () => {
    expect(result.coverage.days).toBe('cccccp.ppc.ccc');
    expect(result.coverage.gaps.map((it) => [it.from, it.to])).toEqual([
      ['2026-10-11', '2026-10-11'],
      ['2026-10-15', '2026-10-15'],
    ]);
    expect(result.coverage.gaps[0]?.cause).toContain('never ended');
  });

  it('tells which controls a failed read leaves open, though the state was written before the period', () => {
    expect(result.notCollected).toMatchObject([{ subjects: 1, controls: ['B1.2', 'B1.10'], runs: 3 }]);
  });

  it('says which exceptions are in force and which have expired', () => {
    expect(result.exceptions.map(({ id, state, subjects }) => [id, state, subjects])).toEqual([
      ['E1', 'in_force', ['box-a']],
      ['E2', 'expired', ['box-b']],
    ]);
  });
});

const pickAll = (result: Assessment) =>
  Object.fromEntries(Object.keys(result).map((key) => [key, true])) as Record<keyof Assessment, true>;

describe('an exception that was approved after the period', () => {
  it('covers nothing in it, and has not expired either', async () => {
    const input = fortnight();
    const exceptions = input.statements.exceptions.map((it) => ({
      ...it,
      approved: '2026-10-19',
      expires: '2026-12-31',
    }));
    const result = await assessRows({ ...input, statements: { ...input.statements, exceptions } });
    expect(result.exceptions.map((it) => it.state)).toEqual(['unused', 'unused']);
    expect(controlOf(result, 'B1.2').verdict).toBe('not_met');
  });
});

describe('the summary', () => {
  it('counts a failure that is excepted under one control only', async () => {
    const input = fortnight();
    const own = control({
      id: 'B1.3',
      sources: [{ check: 'box-lid-painted', strength: 'direct', why: 'as under B1.2' }],
    });
    const [first, ...others] = FRAMEWORK.control_sets;
    const framework = {
      ...FRAMEWORK,
      control_sets: [{ id: 'B1', title: 'Lids', controls: [own, ...(first?.controls ?? [])] }, ...others],
    };
    const exceptions = input.statements.exceptions.map((it) => ({ ...it, control: 'B1.2' }));
    const result = await assessRows({ ...input, framework, statements: { ...input.statements, exceptions } });
    expect(verdictsOf(result)).toMatchObject({ 'B1.3': 'not_met', 'B1.2': 'met_with_exceptions' });
    expect(result.summary.failing).toBe(1);
  });

  it('counts resources, not the subject that stands for an unknown population', async () => {
    const unknown = row(1, { subject: 'population:AWS::S3::Bucket', outcome: 'inconclusive' });
    expect((await assessRows(small([row(0, {}), unknown]))).summary).toMatchObject({ resources: 1, evidence: 2 });
  });
});

describe('the scope', () => {
  it('leaves out evidence, observations and failed tasks of other accounts and regions', async () => {
    const away = [{ account: OTHER }, { region: 'us-east-1' }];
    const evidence = away.map((place, at) => row(at, { ...place, outcome: 'non_compliant' }));
    const observations = away.map((place) => observed({ ...place, counts: { non_compliant: 1 } }));
    const result = await assessRows({ ...small([]), evidence, observations });
    expect(result.controls[0]).toMatchObject({ verdict: 'not_assessed', sources: [{ observations: 0, failing: [] }] });
  });

  it('always holds what is global', async () => {
    const evidence = [row(0, { region: 'global', outcome: 'non_compliant' })];
    expect((await assessRows({ ...small([]), evidence })).controls[0]?.verdict).toBe('not_met');
  });
});

describe('an event that could not be judged', () => {
  it('keeps its control from being met', async () => {
    const event = fortnight().evidence.find((it) => it.evidence.event)?.evidence.event;
    if (!event) throw new RangeError('no event');
    const source = 'cloudtrail:root-console-login';
    const at = { source, region: 'global', day: '2026-10-01' };
    const unsure = row(0, {
      ...at,
      at: on(2),
      change: 'event',
      outcome: 'inconclusive',
      event: { ...event, eventTime: on(1) },
    });
    const { day: _day, ...rest } = unsure.evidence as Evidence & { day?: string };
    const input = small([{ ...unsure, evidence: rest }], { cloudtrail: 'root-console-login' });
    const result = await assessRows({
      ...input,
      observations: [observed({ ...at, counts: { compliant: 9, inconclusive: 1 } })],
    });
    expect(result.controls[0]).toMatchObject({
      verdict: 'inconclusive',
      sources: [{ events: 0, inconclusive: [{ since: on(1) }] }],
    });
  });
});

/** One control over 1 October, complete and observed. */
function small(evidence: EvidenceRow[], asked: object = { check: 'a-b' }): RowsInput {
  const counts: Record<string, number> = {};
  for (const it of evidence) counts[it.evidence.outcome] = (counts[it.evidence.outcome] ?? 0) + 1;
  const source = { ...asked, strength: 'direct', why: 'it looks at every box' } as EvidenceSource;
  const controls = [control({ sources: [source] })];
  return {
    framework: { ...FRAMEWORK, control_sets: [{ id: 'B', title: 'Boxes', controls }] },
    definitions: new Map([
      ['check:a-b', DEFINITION],
      ['check:a-c', DEFINITION],
      ['cloudtrail:root-console-login', { ...DEFINITION, scope: 'global', kind: 'events', wanted: 'none' }],
    ]),
    scope: { accounts: [ACCOUNT], regions: [REGION] },
    period: { from: '2026-10-01', to: '2026-10-01' },
    statements: { entity: [], exceptions: [], attestations: [], not_applicable: [], reviews: [], sign_off: [] },
    coverageThreshold: 0.95,
    evidence,
    observations: [observed({ counts })],
    runs: [],
    root: '',
  };
}

const outcome = fc.constantFrom<Outcome>('compliant', 'non_compliant', 'not_applicable', 'inconclusive');
/** Histories of a few subjects on one day, in order of (time, index). */
const evidence = fc
  .array(fc.record({ subject: fc.constantFrom('a', 'b', 'c', 'd'), hour: fc.integer({ min: 0, max: 3 }), outcome }), {
    maxLength: 12,
  })
  .map((states) =>
    states
      .sort((a, b) => a.hour - b.hour)
      .map(({ subject, hour, outcome: what }, index) =>
        row(index, {
          subject,
          outcome: what,
          at: on(1, `0${hour}:00:00.000`),
          failures: what === 'inconclusive' ? { policy: failure() } : {},
        }),
      ),
  );
const verdictOf = async (input: RowsInput): Promise<Verdict | undefined> =>
  (await assessRows(input)).controls[0]?.verdict;

describe('assess', () => {
  it('is a pure function: the same input twice gives the same result and is left as it was', async () => {
    await fc.assert(
      fc.asyncProperty(evidence, async (rows) => {
        const input = small(rows);
        const before = structuredClone(input);
        expect(await assessRows(input)).toEqual(await assessRows(input));
        expect(input).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });

  it('does not depend on the order of different subjects that were seen at the same time', async () => {
    const shuffled = evidence.chain((rows) =>
      fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length })),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([rows, mixed]) => {
        // Time stays in order, and each subject's own evidence too.
        const rank = new Map(mixed.map((it, at) => [it.evidence.subject, at]));
        const other = rows.toSorted(
          (a, b) =>
            a.evidence.at.localeCompare(b.evidence.at) ||
            (rank.get(a.evidence.subject) ?? 0) - (rank.get(b.evidence.subject) ?? 0) ||
            a.index - b.index,
        );
        expect(await verdictOf(small(other))).toBe(await verdictOf(small(rows)));
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same verdict with a supporting source more, whatever that one found', async () => {
    await fc.assert(
      fc.asyncProperty(evidence, outcome, fc.boolean(), async (rows, what, isObserved) => {
        const input = small(rows);
        const more = withSource(input, 'supporting', [row(90, { source: 'check:a-c', outcome: what })], isObserved);
        expect(await verdictOf(more)).toBe(await verdictOf(input));
      }),
      { numRuns: 60 },
    );
  });

  it('is not_met, the worst there is, with one more open failure of a direct or partial source', async () => {
    await fc.assert(
      fc.asyncProperty(
        evidence,
        fc.constantFrom<Strength>('direct', 'partial'),
        fc.boolean(),
        async (rows, strength, isOwn) => {
          const input = small(rows);
          const worse = isOwn
            ? {
                ...input,
                evidence: [...rows, row(90, { subject: 'e', outcome: 'non_compliant', at: on(1, '04:00:00.000') })],
              }
            : withSource(input, strength, [row(90, { source: 'check:a-c', outcome: 'non_compliant' })], true);
          expect(await verdictOf(worse)).toBe('not_met');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuses a framework whose sources it was told nothing of', async () => {
    await expect(assessRows({ ...small([]), definitions: new Map() })).rejects.toThrow('check:a-b');
  });
});

function withSource(input: RowsInput, strength: Strength, rows: EvidenceRow[], isObserved: boolean): RowsInput {
  const [set] = input.framework.control_sets;
  const [asked] = set?.controls ?? [];
  if (!set || !asked) throw new RangeError('no control');
  const sources: EvidenceSource[] = [...asked.sources, { check: 'a-c', strength, why: 'something else is seen' }];
  const counts = Object.fromEntries(rows.map((it) => [it.evidence.outcome, 1]));
  return {
    ...input,
    framework: { ...input.framework, control_sets: [{ ...set, controls: [{ ...asked, sources }] }] },
    evidence: [...input.evidence, ...rows],
    observations: [...input.observations, ...(isObserved ? [observed({ source: 'check:a-c', counts })] : [])],
  };
}
