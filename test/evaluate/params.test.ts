import { describe, expect, it } from 'vitest';
import { declarationProblems, mergeParams } from '../../src/evaluate/params.ts';
import type { Json } from '../../src/model/json.ts';

const check = {
  id: 'iam-key-age',
  params: {
    maxAgeDays: { type: 'int', default: 90, tighten: 'lower', describe: 'x' },
    minLength: { type: 'int', default: 14, tighten: 'higher', describe: 'x' },
    ports: { type: 'list', default: [22, 3389], tighten: 'higher', describe: 'x' },
    strict: { type: 'bool', default: false, tighten: 'higher', describe: 'x' },
    name: { type: 'string', default: 'a', tighten: 'fixed', describe: 'x' },
  },
} as const;
const merge = (given: Record<string, Json>) => mergeParams(check, given);

describe('parameters', () => {
  it('stand at their defaults, and may be tightened', () => {
    const given = { maxAgeDays: 60, minLength: 16, ports: [22, 3389, 23], strict: true, name: 'a' };
    expect(merge({})).toMatchObject({ params: { maxAgeDays: 90, name: 'a' }, problems: [] });
    expect(merge(given)).toEqual({ params: given, problems: [] });
  });

  it.each<[string, Json, string]>([
    ['maxAgeDays', 91, 'expected 90 or lower, found 91'],
    ['minLength', 8, 'expected 14 or higher, found 8'],
    ['ports', [22], 'expected [22,3389] or higher, found [22]'],
    ['name', 'b', 'expected "a", found "b"'],
  ])('may not be loosened: %s', (name, value, message) => {
    const merged = merge({ [name]: value });
    expect(merged.problems).toEqual([
      { code: 'evaluate-param-looser', name, message: `"${name}" may only be tightened: ${message}` },
    ]);
    expect(merged.params).toEqual(merge({}).params);
  });

  it('must exist and have their type', () => {
    expect(merge({ maxAgeDay: 60 }).problems[0]?.message).toBe(
      'check iam-key-age has no parameter "maxAgeDay" (did you mean "maxAgeDays"?)',
    );
    expect(merge({ maxAgeDays: '60' }).problems[0]?.message).toBe('"maxAgeDays": expected int, found the text "60"');
    expect(merge({ maxAgeDays: 1.5 }).problems[0]?.message).toBe('"maxAgeDays": expected int, found the number 1.5');
  });

  it('must be declared so that tightening has a meaning', () => {
    expect(declarationProblems(check)).toEqual([]);
    const wrong = {
      params: {
        a: { type: 'int', default: 'x', tighten: 'fixed', describe: 'x' },
        b: { type: 'string', default: 'x', tighten: 'lower', describe: 'x' },
      },
    } as const;
    expect(declarationProblems(wrong).map((it) => it.message)).toEqual([
      '"a": expected int, found the text "x"',
      'a text has no order: expected tighten: fixed for "b"',
    ]);
  });
});
