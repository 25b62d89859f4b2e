import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appender } from '../../src/ledger/append.ts';
import { fromLeaves, leafHash, rootOf } from '../../src/ledger/merkle.ts';
import { decodeBundle, decodeTile, encodeBundle, parseTileKey, partialsOf, tileKey } from '../../src/ledger/tiles.ts';

const BOUNDS = { maxEntries: 256, maxEntryBytes: 1024 };

describe('tiles', () => {
  it.each([
    [{ level: 0, number: 0, width: 256 }, 'tile/0/000'],
    [{ level: 0, number: 1234067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 1, number: 0, width: 1 }, 'tile/1/000.p/1'],
    [{ level: 'entries', number: 1000, width: 112 }, 'tile/entries/x001/000.p/112'],
  ] as const)('names %j', (tile, key) => {
    expect(tileKey(tile)).toBe(key);
    expect(parseTileKey(key)).toEqual(tile);
  });

  it.each([
    'tile/0/0',
    'tile/0/x000/001',
    'tile/00/000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/1234',
    'tile/entries/000/',
    'tile/8/0/000',
    'tile/data/000',
  ])('takes %s for no tile', (key) => {
    expect(parseTileKey(key)).toBeUndefined();
  });

  it('reads every name it writes', () => {
    const level = fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 }));
    fc.assert(
      fc.property(level, fc.nat(10 ** 12), fc.integer({ min: 1, max: 256 }), (level, number, width) => {
        expect(parseTileKey(tileKey({ level, number, width }))).toEqual({ level, number, width });
      }),
    );
  });

  it('knows the partial tiles of 70,000 entries', () => {
    const keys = partialsOf(70_000).map(tileKey);
    expect(keys).toEqual(['tile/0/273.p/112', 'tile/entries/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1']);
    expect(partialsOf(256).map(tileKey)).toEqual(['tile/1/000.p/1']);
    expect(partialsOf(0)).toEqual([]);
  });

  it('reads every bundle it writes', () => {
    const entry = fc.uint8Array({ minLength: 1, maxLength: 1024 });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 20 }), (entries) => {
        const decoded = decodeBundle(encodeBundle(entries), BOUNDS);
        expect(decoded.map((it) => Uint8Array.from(it))).toEqual(entries);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a length', Buffer.from([0])],
    ['an empty entry', Buffer.from([0, 0])],
    ['a cut entry', Buffer.from([0, 3, 1, 2])],
    ['an entry that is too long', Buffer.concat([Uint8Array.of(4, 1), Buffer.alloc(1025)])],
    ['an entry too many', Buffer.concat(Array.from({ length: 257 }, () => Uint8Array.of(0, 1, 7)))],
  ])('refuses a bundle with %s', (_name, bytes) => {
    expect(() => decodeBundle(bytes, BOUNDS)).toThrow(expect.objectContaining({ code: 'ledger-bundle-malformed' }));
  });

  it('refuses a tile of another width', () => {
    expect(() => decodeTile(new Uint8Array(64), 1)).toThrow(expect.objectContaining({ code: 'ledger-tile-malformed' }));
    expect(decodeTile(new Uint8Array(64), 2)).toHaveLength(2);
  });
});

describe('appending', () => {
  const entries = Array.from({ length: 700 }, (_, at) => Buffer.from(`entry ${at}`));

  it('leads to the root of the definition at every size', async () => {
    const source = fromLeaves(entries.map(leafHash));
    const tree = appender({ size: 0, levels: [], entries: [] });
    for (const [at, entry] of entries.entries()) {
      tree.push(entry);
      expect(tree.head()).toEqual({ size: at + 1, root: Buffer.from(await rootOf(at + 1, source)) });
    }
  });

  it('writes the same objects wherever it was stopped in between', () => {
    const straight = appender({ size: 0, levels: [], entries: [] });
    const all = entries.flatMap((entry) => straight.push(entry));
    expect(all.map((it) => it.key)).toEqual(['tile/entries/000', 'tile/0/000', 'tile/entries/001', 'tile/0/001']);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 699 }), (stop) => {
        const first = appender({ size: 0, levels: [], entries: [] });
        const before = entries.slice(0, stop).flatMap((entry) => first.push(entry));
        const source = [...before, ...first.partials()];
        const bytesOf = (level: number | 'entries') =>
          source.find((it) => it.key.startsWith(`tile/${level}/`) && it.key.includes('.p/'))?.bytes;
        const levels = [0, 1].map((level) => {
          const bytes = bytesOf(level);
          return bytes === undefined ? [] : decodeTile(bytes, bytes.length / 32);
        });
        const bundle = bytesOf('entries');
        const second = appender({ size: stop, levels, entries: bundle ? decodeBundle(bundle, BOUNDS) : [] });
        const after = entries.slice(stop).flatMap((entry) => second.push(entry));
        expect([...before, ...after]).toEqual(all);
        expect(second.partials()).toEqual(straight.partials());
      }),
      { numRuns: 20, examples: [[255], [256], [257], [512]] },
    );
  });
});
