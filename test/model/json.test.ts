import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize } from '../../src/ledger/canonical.ts';
import { Json, JsonObject } from '../../src/model/json.ts';

describe('plain JSON', () => {
  it('is what JSON.parse gives, and comes out as it went in, whatever its keys are called', () => {
    const keys = ['__proto__', 'constructor', 'toString', '', 'a'];
    const value = fc.letrec((tie) => ({
      any: fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...keys), tie('any'), { maxKeys: 3 })),
    })).any;
    fc.assert(
      fc.property(value, (given) => {
        const text = JSON.stringify(given);
        expect(JSON.stringify(Json.parse(JSON.parse(text)))).toBe(text);
      }),
    );
    const hostile = '{"__proto__":{"x":1},"a":[{"__proto__":"y"}]}';
    expect(canonicalize(JsonObject.parse(JSON.parse(hostile)))).toBe(hostile);
  });

  it('is not what JSON cannot say', () => {
    const cyclic: unknown[] = [
      undefined,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1n,
      () => 1,
      new Date(),
      new Map(),
      Buffer.from('a'),
    ];
    for (const value of cyclic) {
      expect(Json.safeParse(value).success).toBe(false);
      expect(Json.safeParse({ a: [value] }).success).toBe(false);
    }
    for (const value of [null, [], 'text', 1, true]) expect(JsonObject.safeParse(value).success).toBe(false);
  });

  it('may be nested as deeply as anybody likes', () => {
    let deep: unknown = 1;
    for (let at = 0; at < 200_000; at += 1) deep = [deep];
    expect(Json.safeParse(deep).success).toBe(true);
  });
});
