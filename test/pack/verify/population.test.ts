import { describe, expect, it } from 'vitest';
import { populationDigest } from '../../../src/ledger/population.ts';
import { type Outcome, populationSubject, zeroCounts } from '../../../src/model/evidence.ts';
import type { EvidenceState } from '../../../src/pack/verify/bodies.ts';
import { type Placed, replayPopulation } from '../../../src/pack/verify/population.ts';

const PLACE = { source: 'check:a-b', account: '111122223333', region: 'global' };
const TYPE = 'AWS::S3::Bucket';
const time = (day: number): string => `2026-10-0${day}T02:00:00.000Z`;
const hashOf = (index: number): string => index.toString(16).padStart(64, '0');

function state(index: number, day: number, subject: string, more: Partial<EvidenceState> = {}): EvidenceState {
  const fixed = { run: `run ${day}`, at: time(day), eventTime: undefined, shown: undefined, told: undefined, ...PLACE };
  return { ...fixed, index, hash: hashOf(index), subject, outcome: 'compliant', change: 'first', ...more };
}

function observed(index: number, day: number, states: readonly EvidenceState[], more = {}): Placed {
  const counts = zeroCounts();
  for (const { outcome } of states) counts[outcome] += 1;
  const digest = populationDigest(states.map((it) => [it.subject, it.hash]));
  const { source, account, region } = PLACE;
  const common = { source, resourceType: TYPE, day: time(day).slice(0, 10), complete: true };
  const observation = { ...common, population: states.length, counts, digest, ...more };
  return { index, line: index + 1, run: `run ${day}`, at: time(day), account, region, observation };
}

const wrong = (evidence: readonly EvidenceState[], observations: readonly Placed[]): string[] =>
  [...replayPopulation(evidence, observations)].map(({ at, message }) => `${at.index}: ${message}`);

describe('population replay', () => {
  const [a, b] = [state(0, 1, 'a'), state(1, 1, 'b', { outcome: 'non_compliant' })];

  it('holds the latest state of each subject, without those that are gone', () => {
    const changed = state(3, 2, 'b', { change: 'changed' });
    const gone = state(5, 3, 'a', { change: 'absent' });
    const observations = [observed(2, 1, [a, b]), observed(4, 2, [a, changed]), observed(6, 3, [changed])];
    expect(wrong([gone, changed, b, a], observations)).toEqual([]);
    expect(wrong([changed, b, a], observations)).toEqual([
      '6: population: it says 1, the evidence of the pack gives 2',
    ]);
  });

  it('compares counts and hashes too', () => {
    const worse: Outcome = 'inconclusive';
    expect(wrong([a, { ...b, outcome: worse }], [observed(2, 1, [a, b])])[0]).toContain('non_compliant: it says 1');
    expect(wrong([a, { ...b, hash: hashOf(9) }], [observed(2, 1, [a, b])])[0]).toContain('digest');
    expect(wrong([], [observed(2, 1, [])])).toEqual([]);
  });

  it('counts only the subject that says so while a population cannot be listed', () => {
    const unknown = state(3, 2, populationSubject(TYPE), { outcome: 'inconclusive' });
    const again = state(5, 3, populationSubject(TYPE), { change: 'absent' });
    const observations = [observed(2, 1, [a]), observed(4, 2, [unknown], { complete: false }), observed(6, 3, [a])];
    expect(wrong([a, unknown, again], observations)).toEqual([]);
    expect(wrong([a], observations)[0]).toContain('4: population: it says 1, the evidence of the pack gives 0');
  });

  it('does not hold what was found out later, by judging an old recording, against an observation before it', () => {
    const late = state(7, 1, 'c');
    const observations = [observed(2, 1, [a]), observed(8, 1, [a, late])];
    expect(wrong([a, late], observations)).toEqual([]);
  });

  it('takes events by run and day, and leaves room for those that did not match', () => {
    const source = 'cloudtrail:root-activity';
    const event = { source, change: 'event', outcome: 'non_compliant', eventTime: '2026-10-01' } as const;
    const [one, two] = [state(0, 2, 'event:1', event), state(1, 2, 'event:2', { ...event, eventTime: '2026-10-02' })];
    const counts = { ...zeroCounts(), non_compliant: 1, compliant: 9 };
    const more = { source, day: '2026-10-01', population: 10, counts };
    expect(wrong([one, two], [observed(2, 2, [one], more)])).toEqual([]);
    expect(wrong([two], [observed(2, 2, [one], more)])[0]).toContain('digest');
    expect(wrong([one], [observed(2, 2, [one], { ...more, population: 11 })])[0]).toContain('add up to 10');
    const none = { ...more, counts: { ...zeroCounts(), compliant: 10 } };
    expect(wrong([one], [observed(2, 2, [one], none)])[0]).toContain('gives at least 1');
  });
});
