import { describe, expect, it } from 'vitest';
import { compileCheck } from '../../src/evaluate/check.ts';
import { compileSelector } from '../../src/evaluate/event.ts';
import { limitedCheck, limitedSelector, within } from '../../src/evaluate/time-limit.ts';
import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';
import { Check, EventSelector } from '../../src/model/check.ts';
import type { Json } from '../../src/model/json.ts';

const FACTS = ['names'];
const SLOW = 'resource.names.all(a, resource.names.all(b, resource.names.all(c, a + b + c != "x")))';

const checkOf = (expect: string) =>
  compileCheck(
    Check.parse({
      id: 'custom-s3-bucket-tried',
      title: 'Names of buckets are looked at',
      resource: 'AWS::S3::Bucket',
      severity: 'low',
      expect,
      reason: '"as it is"',
      remediation: 'nothing to be done',
      examples: [{ pass: {} }, { fail: {} }],
    }),
    FACTS,
    (value) => sha256Hex(canonicalize(value)),
  );

const resourceOf = (names: Json) => ({
  type: 'AWS::S3::Bucket',
  id: 'b',
  name: 'b',
  account: '111122223333',
  region: 'eu-west-1',
  facts: { names },
  failures: {},
  lines: {},
});
const GIVEN = { account: '111122223333', region: 'eu-west-1', now: '2026-01-01T00:00:00.000Z' };

describe('a time limit', () => {
  it('ends loops and patterns, and gives what ends in time', () => {
    expect(within(1000, () => 7)).toBe(7);
    const from = performance.now();
    expect(() =>
      within(50, () => {
        for (;;);
      }),
    ).toThrow('took longer than 50 ms');
    expect(() => within(50, () => /^(a|a)*$/.test(`${'a'.repeat(50)}b`))).toThrow('took longer');
    expect(performance.now() - from).toBeLessThan(5000);
    expect(() =>
      within(1000, () => {
        throw new RangeError('own');
      }),
    ).toThrow('own');
  });

  it('can stand within another one, whichever ends first', () => {
    const forever = () => {
      for (;;);
    };
    expect(() => within(50, () => within(5000, forever))).toThrow('50 ms');
    expect(within(5000, () => [1, 2].map((it) => within(1000, () => it)))).toEqual([1, 2]);
    expect(() =>
      within(5000, () => {
        expect(() => within(50, forever)).toThrow('50 ms');
        throw new RangeError('after');
      }),
    ).toThrow('after');
  });
});

describe('a check of a user’s own', () => {
  it('is inconclusive where it takes too long, at once after that, and says on what it rests', () => {
    const compiled = checkOf(SLOW);
    const limited = limitedCheck(compiled);
    const small = resourceOf(['a', 'b']);
    expect(limited.judge(small, GIVEN)).toEqual(compiled.judge(small, GIVEN));
    const large = limited.judge(resourceOf(Array.from({ length: 3000 }, (_, index) => `n${index}`)), GIVEN);
    expect(large).toMatchObject({ outcome: 'inconclusive', judgement: { expect: SLOW, sha256: compiled.sha256 } });
    expect(large.reason).toContain('took longer than 500 ms');
    const from = performance.now();
    expect(limited.judge(small, GIVEN)).toMatchObject({ outcome: 'inconclusive', facts: { names: ['a', 'b'] } });
    expect(performance.now() - from).toBeLessThan(100);
  });

  it('may not have a pattern in which a repeated group has a choice', () => {
    expect(() => checkOf('resource.names.all(it, it.matches("^(a|a)*$"))')).toThrow('choice inside a repetition');
    expect(checkOf('resource.names.all(it, it.matches("^(a|b)$"))').facts).toEqual(['names']);
  });
});

describe('a selector of a user’s own', () => {
  it('is an error where it takes too long, and is not asked again', () => {
    const limited = limitedSelector(
      compileSelector(
        EventSelector.parse({
          name: 'custom-slow',
          title: 'Something that takes for ever',
          match: 'event.list.all(a, event.list.all(b, event.list.all(c, a + b + c != 1)))',
          expect: 'any',
          remediation: 'nothing to be done',
          examples: [{ match: {} }, { ignore: {} }],
        }),
      ),
    );
    expect(limited.matches({ list: [3, 4] })).toBe(true);
    expect(() => limited.matches({ list: Array.from({ length: 3000 }, (_, index) => index + 1) })).toThrow('500 ms');
    const from = performance.now();
    expect(() => limited.matches({ list: [3, 4] })).toThrow('500 ms');
    expect(performance.now() - from).toBeLessThan(100);
  });
});
