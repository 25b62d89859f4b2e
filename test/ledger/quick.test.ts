import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize, isCanonical } from '../../src/ledger/canonical.ts';
import { parseEntry } from '../../src/ledger/entry.ts';
import { inclusionVerifier } from '../../src/ledger/inclusion-verifier.ts';
import { fromLeaves, inclusionProof, leafHash, rootOf, verifyInclusion } from '../../src/ledger/merkle.ts';
import { formatProof, parseProof, proofParser } from '../../src/ledger/proof.ts';
import { Entry } from '../../src/model/entry.ts';
import { messageOf } from '../../src/model/error.ts';

/** What takes a short way must say what the long one says. */
describe('whether a text is canonical', () => {
  const outcome = (work: () => boolean): boolean | string => {
    try {
      return work();
    } catch (thrown) {
      return (thrown as { code?: string }).code ?? String(thrown);
    }
  };
  const agrees = (text: string): void => {
    const value: unknown = JSON.parse(text);
    expect(outcome(() => isCanonical(value, text))).toBe(outcome(() => canonicalize(value) === text));
  };

  it('is told as writing it again would, for any JSON in any spelling', () => {
    fc.assert(
      fc.property(fc.json(), fc.boolean(), (text, canonical) => {
        const value: unknown = JSON.parse(text);
        const written = outcome(() => canonicalize(value) !== '') === true && canonical ? canonicalize(value) : text;
        agrees(written);
        agrees(JSON.stringify(value));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    '{"b":1,"a":2}',
    '{"a":1,"a":1}',
    '{"10":1,"9":2}',
    '{"9":2,"10":1}',
    '{"a":{"z":1,"y":2}}',
    '[{"b":1,"a":2}]',
    '"\\ud800"',
    '"\\ud83d\\ude00"',
    '"\\\\ud800"',
    '"\\u0041"',
    '-0',
    '1e0',
    '{"__proto__":1}',
    '['.repeat(100) + ']'.repeat(100),
    '['.repeat(101) + ']'.repeat(101),
  ])('is told of %s', agrees);
});

describe('proofs of one tree in turn', () => {
  const entries = Array.from({ length: 300 }, (_, at) => Buffer.from(`entry ${at}`));
  const leaves = entries.map(leafHash);

  async function treeOf(size: number) {
    const hashAt = fromLeaves(leaves.slice(0, size));
    const head = { size, root: await rootOf(size, hashAt) };
    return { head, proofOf: (index: number) => inclusionProof(index, size, hashAt) };
  }

  it('are verified as each by itself, whatever came before and whatever is changed in them', async () => {
    const trees = await Promise.all([1, 2, 3, 7, 8, 100, 256, 257, 300].map(treeOf));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...trees),
        fc.array(fc.record({ index: fc.nat(299), by: fc.integer({ min: 0, max: 2 }), spoil: fc.nat(20) }), {
          maxLength: 40,
        }),
        async ({ head, proofOf }, asked) => {
          const isIncluded = inclusionVerifier(head);
          let index = 0;
          for (const { index: jump, by, spoil } of asked) {
            index = by === 2 ? jump % head.size : (index + by) % head.size;
            const proof = (await proofOf(index)).map((it, at) => (at === spoil ? Buffer.from(it).fill(at, 0, 1) : it));
            const leaf = leaves[(spoil === 20 ? index + 1 : index) % head.size] ?? Buffer.of();
            expect(isIncluded(leaf, index, proof)).toBe(verifyInclusion(leaf, index, head, proof));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are parsed as each by itself', async () => {
    const { proofOf } = await treeOf(257);
    const parse = proofParser();
    for (const [index, checkpoint] of [
      [0, 'a — b\n'],
      [1, 'a — b\n'],
      [255, 'another\n'],
      [256, 'a — b\n'],
    ] as const) {
      const bytes = formatProof({
        index,
        hashes: await proofOf(index),
        checkpoint,
        extra: entries[index] ?? Buffer.of(),
      });
      expect(parse(bytes)).toEqual(parseProof(bytes));
    }
  });

  const HASH = `${'A'.repeat(43)}=\n`;

  it('are parsed as each by itself, whatever is put in, taken out or cut', async () => {
    const { proofOf } = await treeOf(257);
    const proofs = await Promise.all(
      [0, 1, 2, 3, 254, 255, 256].map(async (index) =>
        Buffer.from(
          formatProof({ index, hashes: await proofOf(index), checkpoint: 'a — b\n', extra: Buffer.of(index % 256) }),
        ),
      ),
    );
    const edit = fc.record({
      line: fc.nat(14),
      at: fc.constantFrom(0, 0, 0, 1, 43, 44),
      gone: fc.constantFrom(0, 0, 1, 44, 45, 46, 90),
      put: fc.constantFrom('', '\n', '\n\n', 'A', '=', ' ', '\u00e9', HASH, HASH.repeat(60), 'index 3\n'),
    });
    const outcome = (parse: typeof parseProof, bytes: Uint8Array): unknown => {
      try {
        return parse(bytes);
      } catch (thrown) {
        return messageOf(thrown);
      }
    };
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...proofs), fc.option(edit)), { maxLength: 20 }), (given) => {
        const parse = proofParser();
        for (const [proof, edit] of given) {
          const { line = 0, at = 0, gone = 0, put = '' } = edit ?? {};
          const lines = proof.toString().split(/(?<=\n)/);
          const from = Buffer.byteLength(lines.slice(0, line).join('')) + at;
          const bytes = Buffer.concat([proof.subarray(0, from), Buffer.from(put), proof.subarray(from + gone)]);
          expect(outcome(parse, bytes)).toEqual(outcome(parseProof, bytes));
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('an entry in its usual form', () => {
  it('is one that the schema takes, and one that it does not take is refused', () => {
    const usual = {
      at: '2026-10-01T02:00:00.000Z',
      body: `sha256:${'a'.repeat(64)}`,
      id: 'b00d6d43-15f2-8ead-ad14-3694b9210837',
      in: 'b'.repeat(64),
      kind: 'plan',
      run: '12351ba6-46a9-8828-9822-8cad6df70349',
      v: 1,
    };
    const text = JSON.stringify(usual);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('0', 'f', 'g', '9', '"', 'A', ' '), (at, char) => {
        const changed = `${text.slice(0, at)}${char}${text.slice(at + 1)}`;
        let expected: unknown;
        try {
          const value: unknown = JSON.parse(changed);
          expected = isCanonical(value, changed) ? Entry.parse(value) : undefined;
        } catch {
          expected = undefined;
        }
        if (expected === undefined) expect(() => parseEntry(Buffer.from(changed))).toThrow();
        else expect(parseEntry(Buffer.from(changed))).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
