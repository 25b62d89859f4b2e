import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { compileCheck } from '../../src/evaluate/check.ts';
import { examineCheck } from '../../src/evaluate/examine.ts';
import { Check } from '../../src/model/check.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { Failure } from '../../src/model/retrieval.ts';

const FACTS = ['policy', 'versioning', 'keys', 'count', 'label'];
const digest = (value: Json) => createHash('sha256').update(JSON.stringify(value)).digest('hex');
const denied: Failure = {
  operation: 's3:GetBucketPolicy',
  kind: 'denied',
  name: 'AccessDenied',
  message: 'User is not authorized',
  status: 403,
  requestId: 'R1',
};

const check = (change: Partial<Check>): Check =>
  Check.parse({
    id: 's3-bucket-example',
    title: 'Buckets are as the example says',
    resource: 'AWS::S3::Bucket',
    severity: 'low',
    expect: 'resource.count == 1',
    reason: '"count is " + string(resource.count)',
    remediation: 'Set the count to one.',
    examples: [{ pass: {} }, { fail: {} }],
    ...change,
  });

function judge(
  change: Partial<Check>,
  facts: JsonObject,
  failures: Record<string, Failure> = {},
  params: JsonObject = {},
) {
  const resource = {
    type: 'AWS::S3::Bucket',
    id: 'a',
    name: 'a',
    account: '1',
    region: 'global',
    facts,
    failures,
    lines: {},
  };
  const context = { account: '111122223333', region: 'eu-west-1', now: '2026-04-01T00:00:00.000Z', params };
  return compileCheck(check(change), FACTS, digest).judge(resource, context);
}

const problems = (change: Partial<Check>) =>
  examineCheck(check(change), FACTS).problems.map((it) => `${it.field}@${it.offset}: ${it.message}`);

describe('judging', () => {
  it('gives compliant, non_compliant and not_applicable with a sentence', () => {
    expect(judge({}, { count: 1 })).toMatchObject({ outcome: 'compliant', reason: 'count is 1' });
    expect(judge({}, { count: 2 })).toMatchObject({ outcome: 'non_compliant', reason: 'count is 2' });
    expect(judge({ applies: 'resource.label == "x"' }, { count: 1, label: 'y' })).toMatchObject({
      outcome: 'not_applicable',
      reason: 'The check does not apply: resource.label == "x" is false.',
    });
  });

  it('is inconclusive with the real error where a fact could not be read', () => {
    const expectPolicy = { expect: 'resource.policy == null', reason: '"x"' };
    expect(judge(expectPolicy, {}, { policy: denied })).toMatchObject({
      outcome: 'inconclusive',
      reason: 'could not read policy: denied s3:GetBucketPolicy AccessDenied (403): User is not authorized',
      facts: {},
      failures: { policy: denied },
    });
    expect(judge({ ...expectPolicy, expect: 'has(resource.policy)' }, {}, { policy: denied }).outcome).toBe(
      'inconclusive',
    );
    expect(judge({ applies: 'resource.policy != null' }, { count: 1 }, { policy: denied }).outcome).toBe(
      'inconclusive',
    );
  });

  it('decides without an unread fact where logic allows it', () => {
    const either = { expect: 'resource.policy == null || resource.count == 1', reason: '"x"' };
    expect(judge(either, { count: 1 }, { policy: denied }).outcome).toBe('compliant');
    expect(judge(either, { count: 2 }, { policy: denied }).outcome).toBe('inconclusive');
  });

  it('is inconclusive with message and place for errors of the expression', () => {
    expect(judge({}, {}).reason).toBe('count was not collected for this resource');
    expect(judge({ expect: 'resource.versioning.status == "Enabled"' }, { versioning: {} })).toMatchObject({
      outcome: 'inconclusive',
      reason: 'No such key: status, at character 21',
    });
    expect(judge({ expect: 'resource.count' }, { count: 1 }).reason).toContain(
      'expected true or false from resource.count',
    );
    expect(judge({ expect: 'allowsPublic(resource.policy)' }, { policy: { Statement: 1 } }).reason).toContain(
      'malformed policy',
    );
  });

  it('never lets the sentence change the outcome', () => {
    const judged = judge(
      { expect: 'resource.label == null', reason: 'resource.policy.Version' },
      { label: null, policy: null },
    );
    expect(judged.outcome).toBe('compliant');
    expect(judged.reason).toContain('As stated: Buckets are as the example says.');
  });

  it('treats integers as integers, at any depth, and any key as a key', () => {
    expect(
      judge(
        {
          expect: 'resource.keys.all(k, k.age + 1 <= params.max)',
          params: { max: { type: 'int', default: 90, tighten: 'lower', describe: 'x' } },
        },
        { keys: [{ age: 89 }], count: 1 },
      ).outcome,
    ).toBe('compliant');
    const odd = JSON.parse('{"constructor": "c", "__proto__": {"a": 1}}') as JsonObject;
    expect(
      judge(
        { expect: 'resource.policy.constructor == "c" && resource.policy["__proto__"].a == 1' },
        { policy: odd, count: 1 },
      ).outcome,
    ).toBe('compliant');
    expect(
      judge({ expect: 'ageDays(resource.label, now) > 89' }, { label: '2026-01-01T00:00:00Z', count: 1 }).outcome,
    ).toBe('compliant');
  });

  it('carries the mentioned facts only, and what was asked', () => {
    const judged = judge(
      {
        params: { n: { type: 'int', default: 1, tighten: 'fixed', describe: 'x' } },
        expect: 'resource["count"] == params.n',
      },
      { count: 3, label: 'secret' },
      {},
      { n: 3 },
    );
    expect(judged).toMatchObject({ outcome: 'compliant', facts: { count: 3 }, failures: {} });
    expect(judged.judgement).toMatchObject({ expect: 'resource["count"] == params.n', params: { n: 3 } });
  });

  it('hashes what decides, and not what explains', () => {
    const hash = (change: Partial<Check>) => compileCheck(check(change), FACTS, digest).sha256;
    expect(hash({ remediation: 'Something else entirely.', title: 'Another title altogether' })).toBe(hash({}));
    expect(hash({ expect: 'resource.count == 2' })).not.toBe(hash({}));
    expect(hash({ applies: 'true' })).not.toBe(hash({}));
  });
});

describe('compiling', () => {
  it('names the nearest right fact, parameter, variable and function', () => {
    expect(problems({ expect: 'resource.polcy == null' })).toEqual([
      'expect@0: AWS::S3::Bucket has no fact "polcy" (did you mean "policy"?)',
    ]);
    expect(problems({ expect: 'has(resource.cuont)' })).toEqual([
      'expect@4: AWS::S3::Bucket has no fact "cuont" (did you mean "count"?)',
    ]);
    expect(problems({ expect: 'resource.count > params.n' })).toEqual([
      'expect@17: the check declares no parameter "n"',
    ]);
    expect(problems({ expect: 'true && resorce.count == 1' })).toEqual([
      'expect@8: Unknown variable: resorce (did you mean "resource"?)',
    ]);
    expect(problems({ expect: 'allowPublic(resource.policy)' })[0]).toContain('(did you mean "allowsPublic"?)');
  });

  it('refuses expressions whose facts or cost cannot be known', () => {
    expect(problems({ expect: 'size(resource) > 1' })).toEqual([
      'expect@5: "resource" may be used as resource.<name> or resource["<name>"] only',
    ]);
    expect(problems({ expect: 'resource[resource.label] == 1' })[0]).toContain('may be used as');
    expect(problems({ expect: '[1].exists(resource, true)' })[0]).toContain('may be used as');
    expect(problems({ expect: 'resource.label.matches("^(a+)+$")' })[0]).toContain('choice inside a repetition');
    expect(problems({ expect: 'resource.label.matches(account)' })[0]).toContain('literal');
    const loop = (n: number): string => (n === 0 ? 'true' : `resource.keys.all(x${n}, ${loop(n - 1)})`);
    expect(problems({ expect: loop(3) })).toEqual([]);
    expect(problems({ expect: loop(4) })[0]).toContain('at most 3 loops');
    expect(problems({ expect: `true${' || true'.repeat(600)}` })[0]).toContain('at most 4000 characters');
    expect(problems({ expect: `${'('.repeat(60)}true${')'.repeat(60)}` })).toHaveLength(1);
  });

  it('refuses the wrong type and bad syntax', () => {
    expect(problems({ expect: '"yes"' })).toEqual(['expect@0: expected an expression of type bool, found string']);
    expect(problems({ reason: 'resource.count == 1' })).toEqual([
      'reason@0: expected an expression of type string, found bool',
    ]);
    expect(problems({ expect: 'resource.count ==' })).toEqual(['expect@17: Unexpected token: EOF']);
    expect(() => compileCheck(check({ expect: '1 +' }), FACTS, digest)).toThrow(
      'check s3-bucket-example: expect, character 4: Unexpected token: EOF',
    );
  });
});
