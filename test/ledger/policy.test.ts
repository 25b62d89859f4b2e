import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWitnessKey, type WitnessKey, witnessKeyOf } from '../../src/ledger/cosignature.ts';
import { isMet, type Policy, parsePolicy, wordsOf } from '../../src/ledger/policy.ts';
import { testSigner, VKEY } from './helpers.ts';

const keyOf = async (byte: number): Promise<WitnessKey> =>
  witnessKeyOf(`witness.example/w${byte}`, await testSigner(byte).publicKey());
const keys = await Promise.all([1, 2, 3, 4, 5, 6].map(keyOf));
const [w1, w2, w3, w4] = keys as [WitnessKey, WitnessKey, WitnessKey, WitnessKey];

const parse = (text: string): Policy => parsePolicy(Buffer.from(text));
const WITNESSES = `witness X1 ${w1.vkey}\nwitness X2 ${w2.vkey}\twitness\nwitness Y1 ${w3.vkey} https://w.example/\n`;

describe('a policy', () => {
  it('is parsed with comments, tabs and white space', () => {
    const { logs, witnesses, quorum } = parse(
      `# ours\n \t\nlog ${VKEY} https://log.example/\n${WITNESSES}group\tX  2 X1 X2 \n  group all-of all X Y1\nquorum all-of\n`,
    );
    expect(logs.map(({ key, url }) => [key.vkey, url])).toEqual([[VKEY, 'https://log.example/']]);
    expect(witnesses.map(({ name, url }) => [name, url])).toEqual([
      ['X1', undefined],
      ['X2', 'witness'],
      ['Y1', 'https://w.example/'],
    ]);
    expect(quorum && wordsOf(quorum)).toBe('2 of (2 of (X1, X2), Y1)');
    expect(isMet(quorum, [w1, w2, w3])).toBe(true);
    for (const few of [[], [w1], [w1, w3], [w1, w2], [w4, w3]]) expect(isMet(quorum, few)).toBe(false);
  });

  it('of no witness is met by none', () => {
    expect(isMet(parse('quorum none\n').quorum, [])).toBe(true);
  });

  it.each([
    ['quorum none', /last line has no line feed/],
    ['', /expected a line `quorum/],
    ['# nothing\n', /expected a line `quorum/],
    ['quorum none\nquorum none\n', /line 2: .*second/],
    ['quorum w\n', /line 1: no line before this one defines "w"/],
    [`witness w ${w1.vkey}\nquorum w x\n`, /line 2: expected `quorum <name>`/],
    [`witness none ${w1.vkey}\nquorum none\n`, /line 1: the name `none` is taken/],
    [`witness w ${w1.vkey}\nwitness w ${w2.vkey}\nquorum none\n`, /line 2: "w" is defined already/],
    [`witness v ${w1.vkey}\nwitness w ${w1.vkey}\nquorum none\n`, /line 2: the public key/],
    [`witness w ${VKEY}\nquorum none\n`, /line 1: .*type byte 4/],
    [`log ${w1.vkey}\nquorum none\n`, /line 1: .*type byte 1/],
    [`log ${VKEY}\nlog ${VKEY}\nquorum none\n`, /line 2: the public key/],
    ['log\nquorum none\n', /line 1: expected `log <vkey>/],
    [`witness w ${w1.vkey} u v\nquorum none\n`, /line 1: expected `witness/],
    [`${WITNESSES}group g 3 X1 X2\nquorum g\n`, /line 4: expected any, all, or a number from 1 to the 2/],
    [`${WITNESSES}group g 0 X1 X2\nquorum g\n`, /line 4/],
    [`${WITNESSES}group g 01 X1 X2\nquorum g\n`, /line 4/],
    [`${WITNESSES}group g any\nquorum g\n`, /line 4: expected `group/],
    [`${WITNESSES}group g any X1 X1\nquorum g\n`, /line 4: "X1" is a member/],
    [`${WITNESSES}group g any X1\ngroup h any X1\nquorum h\n`, /line 5: "X1" is a member/],
    [`${WITNESSES}group g any g\nquorum g\n`, /line 4: no line before/],
    [`${WITNESSES}group g any none\nquorum g\n`, /line 4: no line before/],
    ['log\rx\nquorum none\n', /line 1: .*control character/],
    ['Quorum none\n', /line 1: expected log, witness, group or quorum/],
    ['constructor x\nquorum none\n', /line 1: expected log/],
    [`${'#'.repeat(70_000)}\nquorum none\n`, /bytes, more than/],
  ])('%#: %j is refused', (text, said) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'policy-malformed', message: expect.stringMatching(said) }),
    );
  });

  it('takes 128 logs, witnesses and groups, and not one more', async () => {
    const vkeys = await Promise.all(Array.from({ length: 129 }, (_, at) => keyOf(at)));
    const text = (count: number) =>
      `${vkeys
        .slice(0, count)
        .map(({ vkey }, at) => `witness w${at} ${vkey}\ngroup g${at} any w${at}\n`)
        .join('')}quorum none\n`;
    expect(parse(text(128)).witnesses).toHaveLength(128);
    expect(() => parse(text(129))).toThrow(/more than 128/);
  });

  it('tells names apart by their octets', () => {
    const text = Buffer.concat([
      Buffer.from('witness '),
      Buffer.from([0xff]),
      Buffer.from(` ${w1.vkey}\nwitness `),
      Buffer.from([0xfe]),
      Buffer.from(` ${w2.vkey}\nquorum `),
      Buffer.from([0xfe, 0x0a]),
    ]);
    expect(isMet(parsePolicy(text).quorum, [w2])).toBe(true);
    expect(isMet(parsePolicy(text).quorum, [w1])).toBe(false);
  });

  it('of k of n is met by exactly the sets of k and more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.subarray(keys), (k, have) => {
        const lines = keys.map(({ vkey }, at) => `witness w${at} ${vkey}\n`).join('');
        const policy = parse(`${lines}group g ${k} ${keys.map((_, at) => `w${at}`).join(' ')}\nquorum g\n`);
        return isMet(policy.quorum, have) === have.length >= k;
      }),
    );
  });

  it('counts a witness by its key, whatever its name in the note', () => {
    const { quorum } = parse(`witness w ${w1.vkey}\nquorum w\n`);
    expect(isMet(quorum, [parseWitnessKey(w1.vkey)])).toBe(true);
  });
});
