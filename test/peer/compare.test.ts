import { describe, expect, it } from 'vitest';
import type { JudgedSubject } from '../../src/app/judged.ts';
import type { Outcome } from '../../src/model/evidence.ts';
import { compare, type PeerVerdict } from './compare.ts';
import { readExplanations, readPairs } from './pairs.ts';

const ours = (name: string, outcome: Outcome): JudgedSubject => ({
  subject: `arn:aws:s3:::${name}`,
  resourceType: 'AWS::S3::Bucket',
  name,
  location: undefined,
  outcome,
  reason: 'so',
  facts: {},
  failures: {},
  judgement: undefined,
  lines: [],
});
const theirs = (name: string, status: PeerVerdict['status']): PeerVerdict => ({
  status,
  resource_id: name,
  resource_arn: `arn:aws:s3:::${name}`,
  region: 'us-east-1',
});

describe('comparing with the verdicts of a peer', () => {
  it('lays verdicts on the same resource side by side', () => {
    const found = compare(
      'resource',
      [theirs('a', 'PASS'), theirs('b', 'PASS')],
      [ours('a', 'compliant'), ours('b', 'non_compliant')],
    );
    expect(found.map((it) => [it.about, it.agrees])).toEqual([
      ['arn:aws:s3:::a', true],
      ['arn:aws:s3:::b', false],
    ]);
  });

  it('never lets a resource that only they saw go by', () => {
    expect(compare('resource', [theirs('a', 'FAIL')], [])).toMatchObject([{ ours: 'not seen', agrees: false }]);
  });

  it('takes a name that the emulator made by its pattern', () => {
    const named = { ...theirs('x', 'FAIL'), resource_arn: 'unknown', resource_id: { $regex: 'v-[0-9]+' } };
    expect(compare('resource', [named], [ours('v-12', 'non_compliant')])).toMatchObject([{ agrees: true }]);
    expect(compare('resource', [named], [ours('w-12', 'non_compliant')])).toMatchObject([{ agrees: false }]);
  });

  it('does not count what could not be judged as agreement', () => {
    expect(compare('resource', [theirs('a', 'PASS')], [ours('a', 'inconclusive')])).toMatchObject([{ agrees: false }]);
  });

  it('takes the worst of an account, or the best where one is enough', () => {
    const both = [ours('a', 'compliant'), ours('b', 'non_compliant')];
    expect(compare('account', [theirs('c', 'FAIL')], both)).toMatchObject([{ agrees: true }]);
    expect(compare('somewhere', [theirs('c', 'PASS')], both)).toMatchObject([{ agrees: true }]);
  });
});

describe('the pairs', () => {
  it('name each check of ours once, and explanations name pairs', () => {
    const pairs = readPairs();
    expect(new Set(pairs.map((it) => it.ours)).size).toBe(pairs.length);
    for (const { ours: check, theirs: peer } of readExplanations())
      expect(pairs.find((it) => it.ours === check)?.theirs).toContain(peer);
  });
});
