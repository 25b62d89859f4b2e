import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NUMBERS } from '../../scripts/generated/vectors/json.ts';
import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';

const refused = expect.objectContaining({ code: 'canonical-not-json' });

/** Vectors of RFC 8785 and of its reference implementation, as parsed input and expected bytes. */
const VECTORS: readonly (readonly [name: string, input: string, hexOrText: string])[] = [
  ['arrays', '[56,{"d":true,"10":null,"1":[ ]}]', '[56,{"1":[],"10":null,"d":true}]'],
  [
    'french',
    '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
    '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
  ],
  [
    'structures',
    '{"1":{"f":{"f":"hi","F":5},"\\n":56.0},"10":{},"":"empty","a":{},"111":[{"e":"yes","E":"no"}],"A":{}}',
    '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}',
  ],
  ['unicode', '{"Unnormalized Unicode":"A\\u030a"}', '{"Unnormalized Unicode":"A\u030a"}'],
  [
    'values',
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  ],
  [
    'weird',
    '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\u000a":"Newline","1":"One","\\u0080":"Control\\u007f","\\ud83d\\ude02":"Smiley","\\u00f6":"Latin Small Letter O With Diaeresis","\\ufb33":"Hebrew Letter Dalet With Dagesh","</script>":"Browser Challenge"}',
    '{"\\n":"Newline","\\r":"Carriage Return","1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","\ud83d\ude02":"Smiley","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
  ],
];

describe('canonical JSON', () => {
  it.each(VECTORS)('writes the reference vector "%s"', (_name, input, expected) => {
    expect(canonicalize(JSON.parse(input))).toBe(expected);
  });

  it.each(NUMBERS)('writes the number with bits %s as %s', (bits, text) => {
    expect(canonicalize(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  it('sorts keys by UTF-16 code units, integer-like keys as text', () => {
    expect(canonicalize({ 10: 1, 9: 2, '\ufb33': 3, '\ud83d\ude02': 4 })).toBe(
      '{"10":1,"9":2,"\ud83d\ude02":4,"\ufb33":3}',
    );
  });

  it('keeps a key named __proto__', () => {
    expect(canonicalize(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}');
  });

  it.each([
    ['undefined', undefined],
    ['an undefined value', { a: undefined }],
    ['NaN', Number.NaN],
    ['Infinity', [Number.POSITIVE_INFINITY]],
    ['a lone surrogate', 'a\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    // biome-ignore lint/suspicious/noSparseArray: a sparse array is the case
    ['a sparse array', [, 1]],
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['a Buffer', Buffer.from('a')],
    ['a class instance', new (class Thing {})()],
    ['a function', { toJSON: () => 1 }],
    ['a bigint', 1n],
    ['a symbol', Symbol('a')],
    ['a symbol as key', { [Symbol('a')]: 1 }],
    ['a boxed string', Object('a')],
  ])('refuses %s', (_name, value) => {
    expect(() => canonicalize(value)).toThrow(refused);
  });

  it('refuses a value that contains itself, and one nested deeper than 100 levels', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle, cycle);
    expect(() => canonicalize(cycle)).toThrow(refused);
    const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    expect(canonicalize(nested(100))).toHaveLength(200);
    expect(() => canonicalize(nested(101))).toThrow(refused);
  });

  it('says where the value is that cannot be written', () => {
    expect(() => canonicalize({ a: [1, { b: Number.NaN }] })).toThrow('value.a[1].b cannot be written');
  });

  it('gives the same text for the same JSON, which parses to it again', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        fc.pre(JSON.stringify(value).isWellFormed());
        const text = canonicalize(JSON.parse(JSON.stringify(value)));
        const again: unknown = JSON.parse(text);
        expect(canonicalize(again)).toBe(text);
        expect(again).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 200 },
    );
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalize(reversed)).toBe(canonicalize(value));
      }),
      { numRuns: 100 },
    );
  });

  it('hashes text as UTF-8', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256Hex('é')).toBe(sha256Hex(Uint8Array.of(0xc3, 0xa9)));
  });
});
