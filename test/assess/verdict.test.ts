import { describe, expect, it } from 'vitest';
import type { Findings } from '../../src/assess/verdict.ts';
import { openFailures, verdictOf } from '../../src/assess/verdict.ts';
import type { Control } from '../../src/model/framework.ts';
import type { ManualResult, SourceResult } from '../../src/model/report.ts';
import { Statements } from '../../src/model/scope.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { control, failure, interval, on, REGION, source } from './rows-of.ts';

const ask = 'Access policy, approved in the last twelve months';
const given = { control: 'X1', ask, by: 'Paula', on: '2026-03-01', statement: 'approved by the board' };
const valid: ManualResult = { ask, renew: '1y', status: 'valid', attestation: { ...given, expires: '2027-03-01' } };
const expired: ManualResult = { ask, renew: '1y', status: 'expired', attestation: { ...given, expires: '2026-09-01' } };
const missing: ManualResult = { ask, renew: '1y', status: 'missing', attestation: null };

const open = [interval()];
const past = [interval({ to: on(5), seconds: 2 * 86_400 })];
const excepted = [interval({ exception: 'E1' })];
const unread: SourceResult['inconclusive'] = [
  {
    subject: 'b',
    account: '111122223333',
    region: REGION,
    since: on(2),
    reason: 'denied',
    failure: failure(),
    entry: 3,
  },
];
const never = { days: '.'.repeat(20), observedDays: 0, observations: 0, population: 0 };
const noBox = { days: '0'.repeat(20), population: 0 };
const partial = (it: Partial<SourceResult> = {}) => source({ strength: 'partial', ...it });
const supporting = (it: Partial<SourceResult> = {}) => source({ strength: 'supporting', ...it });
const events = (it: Partial<SourceResult>) => source({ source: 'cloudtrail:a-b', events: 0, ...it });

interface Asked {
  sources?: SourceResult[];
  manual?: ManualResult[];
  control?: Partial<Control>;
  statements?: Partial<Statements>;
  threshold?: number;
}
function judged(asked: Asked) {
  const findings: Findings = {
    control: control(asked.control ?? {}),
    sources: asked.sources ?? [],
    manual: asked.manual ?? [],
    statements: Statements.parse(asked.statements ?? {}),
    days: 20,
    coverageThreshold: asked.threshold ?? 0.95,
  };
  return verdictOf(findings);
}
const declared = { control: 'X1', reason: 'there are no boxes in this company.', approver: 'Anton' };

describe('the verdict of a control', () => {
  it.each<[string, Asked, Verdict]>([
    // Rule 2 and its widening to partial sources.
    ['a direct source fails at the end', { sources: [source({ failing: open })] }, 'not_met'],
    ['a partial source fails at the end', { sources: [source(), partial({ failing: open })] }, 'not_met'],
    ['only a partial source is there and fails', { sources: [partial({ failing: open })] }, 'not_met'],
    [
      'it fails at the end, whatever people provided',
      { sources: [source({ failing: open })], manual: [valid] },
      'not_met',
    ],
    [
      'it fails at the end and a person is still asked',
      { sources: [source({ failing: open })], manual: [missing] },
      'not_met',
    ],
    [
      'one failure is accepted and another is not',
      { sources: [source({ failing: [...excepted, ...open] })] },
      'not_met',
    ],
    [
      'it failed before the period and was not looked at since',
      { sources: [source({ ...never, failing: open })] },
      'not_met',
    ],
    [
      'it fails at the end and subjects could not be read',
      { sources: [source({ failing: open, inconclusive: unread })] },
      'not_met',
    ],
    // Rule 3.
    ['a failure was remediated in the period', { sources: [source({ failing: past })] }, 'met_with_exceptions'],
    ['a failure is accepted', { sources: [source({ failing: excepted })] }, 'met_with_exceptions'],
    [
      'a partial source failed and was remediated',
      { sources: [source(), partial({ failing: past })] },
      'met_with_exceptions',
    ],
    [
      'a failure is accepted and people provided',
      { sources: [source({ failing: excepted })], manual: [valid] },
      'met_with_exceptions',
    ],
    // Rule 4.
    ['all is compliant and observed', { sources: [source()] }, 'met'],
    ['every direct source is', { sources: [source(), source({ source: 'check:a-c' })] }, 'met'],
    ['all is compliant and people provided', { sources: [source()], manual: [valid, valid] }, 'met'],
    ['coverage is exactly at the threshold', { sources: [source({ observedDays: 19 })] }, 'met'],
    // Rule 5.
    ['coverage is below the threshold', { sources: [source({ observedDays: 18 })] }, 'inconclusive'],
    ['a subject remains inconclusive', { sources: [source({ inconclusive: unread })] }, 'inconclusive'],
    ['it does under a partial source', { sources: [source(), partial({ inconclusive: unread })] }, 'inconclusive'],
    ['one of two direct sources was never observed', { sources: [source(), source(never)] }, 'inconclusive'],
    [
      'a failure was remediated, but coverage is too low',
      { sources: [source({ failing: past, observedDays: 3 })] },
      'inconclusive',
    ],
    // Rule 6.
    ['a person is asked and nothing was given', { sources: [source()], manual: [missing] }, 'awaiting_attestation'],
    ['what was given has expired', { sources: [source()], manual: [expired] }, 'awaiting_attestation'],
    ['one of two things was given', { manual: [valid, missing] }, 'awaiting_attestation'],
    ['only a person can show it and nothing was given', { manual: [missing] }, 'awaiting_attestation'],
    ['only a person can show it and it is given', { manual: [valid] }, 'met'],
    [
      'nothing was observed and a person is asked',
      { sources: [source(never)], manual: [missing] },
      'awaiting_attestation',
    ],
    ['nothing was observed', { sources: [source(never)] }, 'not_assessed'],
    ['nothing was observed, though people provided', { sources: [source(never)], manual: [valid] }, 'not_assessed'],
    [
      'it is declared not applicable',
      { sources: [source({ failing: open })], statements: { not_applicable: [declared] } },
      'not_applicable',
    ],
    [
      'another control is declared so',
      { sources: [source()], statements: { not_applicable: [{ ...declared, control: 'X2' }] } },
      'met',
    ],
    [
      'it is for issuers and the entity is none',
      { sources: [source({ failing: open })], control: { applies_if: 'issuer' } },
      'not_applicable',
    ],
    [
      'it is for issuers and the entity is one',
      { sources: [source()], control: { applies_if: 'issuer' }, statements: { entity: ['issuer'] } },
      'met',
    ],
    // Rule 7.
    ['only a partial source is there and compliant', { sources: [partial()] }, 'inconclusive'],
    ['a partial source is compliant and people add the rest', { sources: [partial()], manual: [valid] }, 'met'],
    [
      'a partial source is compliant and people have not added the rest',
      { sources: [partial()], manual: [missing] },
      'awaiting_attestation',
    ],
    ['a supporting source fails beside a direct one', { sources: [source(), supporting({ failing: open })] }, 'met'],
    ['a supporting source is all there is', { sources: [supporting()] }, 'not_assessed'],
    ['a supporting source fails and is all there is', { sources: [supporting({ failing: open })] }, 'not_assessed'],
    [
      'a supporting source fails beside what people provided',
      { sources: [supporting({ failing: open })], manual: [valid] },
      'met',
    ],
    ['a supporting source was never observed', { sources: [source(), supporting(never)] }, 'met'],
    // Zero subjects.
    ['there is nothing that a direct source could look at', { sources: [source(noBox)] }, 'inconclusive'],
    [
      'a direct source applies to nothing that is there',
      { sources: [source({ counts: { compliant: 0, non_compliant: 0, not_applicable: 4, inconclusive: 0 } })] },
      'inconclusive',
    ],
    ['one of two direct sources has nothing to look at', { sources: [source(noBox), source()] }, 'met'],
    ['there is nothing that a partial source could look at', { sources: [source(), partial(noBox)] }, 'met'],
    // Config rules that nobody deployed.
    [
      'a partial Config rule is not deployed beside what was observed and what people provided',
      { sources: [partial(), partial({ ...never, source: 'config_rule:A_B' })], manual: [valid] },
      'met',
    ],
    [
      'a Config rule that is not deployed is all there is, and people have answered',
      { sources: [partial({ ...never, source: 'config_rule:A_B' })], manual: [valid] },
      'met',
    ],
    [
      'a Config rule that is not deployed is all there is, and nobody is asked',
      { sources: [partial({ ...never, source: 'config_rule:A_B' })] },
      'not_assessed',
    ],
    [
      'a Config rule was deployed and then observed too rarely',
      { sources: [partial(), partial({ source: 'config_rule:A_B', observedDays: 3 })], manual: [valid] },
      'inconclusive',
    ],
    [
      'a Config rule that is gone said last that something fails',
      { sources: [partial({ ...never, source: 'config_rule:A_B', failing: open })], manual: [valid] },
      'not_met',
    ],
    // Events.
    [
      'an unwanted event happened',
      { sources: [events({ wanted: 'none', events: 1, failing: past })] },
      'met_with_exceptions',
    ],
    ['no unwanted event happened', { sources: [events({ wanted: 'none' })] }, 'met'],
    ['a wanted event happened', { sources: [events({ wanted: 'some', events: 1 })] }, 'met'],
    ['a wanted event did not happen', { sources: [events({ wanted: 'some' })] }, 'inconclusive'],
    [
      'a wanted event of a partial source did not happen',
      { sources: [source(), partial({ wanted: 'some', events: 0 })] },
      'inconclusive',
    ],
    [
      'events are a population and none happened',
      { sources: [source(), partial({ wanted: 'any', events: 0 })] },
      'met',
    ],
    ['an event could not be judged', { sources: [events({ wanted: 'none', inconclusive: unread })] }, 'inconclusive'],
  ])('where %s', (_what, asked, verdict) => {
    expect(judged(asked).verdict).toBe(verdict);
  });

  it.each([
    [0, 0.95, 'not_assessed'],
    [19, 0.95, 'met'],
    [19, 0.951, 'inconclusive'],
    [1, 0.05, 'met'],
    [20, 1, 'met'],
    [19, 1, 'inconclusive'],
  ] as const)('with %d of 20 days observed and a threshold of %d is %s', (observedDays, threshold, verdict) => {
    const it = source(observedDays === 0 ? never : { observedDays });
    expect(judged({ sources: [it], threshold }).verdict).toBe(verdict);
  });
});

describe('the reasons of a verdict', () => {
  const reasons = (asked: Asked): string => judged(asked).reasons.join('\n');

  it('are full sentences, at least one whatever the verdict', () => {
    const all = [{}, { sources: [source()] }, { manual: [missing] }, { sources: [source({ failing: open })] }];
    for (const asked of all) {
      expect(judged(asked).reasons.length).toBeGreaterThan(0);
      for (const reason of judged(asked).reasons) expect(reason).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('name the source, its strength and how many subjects fail', () => {
    expect(reasons({ sources: [source({ failing: open })] })).toContain(
      'Boxes are locked (direct): 1 subject failing at the end of the period.',
    );
  });

  it('say of a failure that nobody looked at since that it was there', () => {
    const text = reasons({ sources: [source({ ...never, failing: open })] });
    expect(text).toContain('1 subject failing when last observed, before the period.');
    expect(text).toContain('Not observed in the period: Boxes are locked (direct).');
  });

  it('say who approved that a control does not apply, and why', () => {
    const text = reasons({ statements: { not_applicable: [declared] } });
    expect(text).toContain(declared.reason);
    expect(text).toContain('Anton');
    expect(reasons({ control: { applies_if: 'multi_tenant_service_provider' } })).toContain(
      'multi tenant service provider',
    );
  });

  it('say what keeps a control from being met', () => {
    expect(reasons({ sources: [source({ observedDays: 3 })] })).toMatch(/3 of 20 days.*95 %/);
    expect(reasons({ sources: [source({ inconclusive: unread })] })).toContain('1 subject could not be judged');
    expect(reasons({ sources: [source(noBox)] })).toContain(
      'No resources of this type, which is recorded and no pass: Boxes are locked (direct).',
    );
    expect(reasons({ sources: [source({ ...noBox, failing: past })] })).toContain('No resources of this type');
    const unjudged = { failing: [interval({ to: on(4), seconds: 9, end: 'unjudged' })] };
    expect(reasons({ sources: [source(unjudged)] })).toContain('1 failure of which nobody can say whether it ended');
    expect(reasons({ sources: [source(unjudged)] })).not.toContain('remediated');
    expect(reasons({ sources: [events({ wanted: 'some' })] })).toContain('at least one is needed');
    expect(reasons({ sources: [partial()] })).toContain('part of the test only');
    expect(reasons({ sources: [source(never)] })).toContain('Not observed in the period');
  });

  it('tell accepted and remediated failures', () => {
    const text = reasons({ sources: [source({ failing: [...past, ...excepted] })] });
    expect(text).toContain('1 failure covered by an approved exception');
    expect(text).toContain('1 failure in the period, remediated before its end');
    expect(reasons({ sources: [events({ wanted: 'none', events: 2, failing: [...past, ...past] })] })).toContain(
      '2 events that should not have happened',
    );
  });
});

describe('open failures', () => {
  it('are neither remediated nor accepted', () => {
    expect(openFailures(source({ failing: [...past, ...excepted, ...open] }))).toEqual(open);
  });
});
