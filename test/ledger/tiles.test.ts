import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appender, type TileObject } from '../../src/ledger/append.ts';
import { decodeBundle, encodeBundle, leavesOf, parseBundle } from '../../src/ledger/bundle.ts';
import { peaksOf, splitHashes } from '../../src/ledger/hashes.ts';
import { foldPeaks, fromLeaves, leafHash, rootOf } from '../../src/ledger/merkle.ts';
import { checkTile, parseTileKey, partialsOf, tileKey } from '../../src/ledger/tiles.ts';

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
    expect(() => checkTile(new Uint8Array(64), 1)).toThrow(expect.objectContaining({ code: 'ledger-tile-malformed' }));
    expect(checkTile(new Uint8Array(64), 2)).toHaveLength(64);
  });
});

describe('many hashes at once', () => {
  const entry = fc.uint8Array({ minLength: 1, maxLength: 1024 });

  it('gives the leaf hash of each entry, and leaves the bundle as it was', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 20 }), (entries) => {
        const bytes = encodeBundle(entries);
        const before = Uint8Array.from(bytes);
        const leaves = splitHashes(leavesOf(parseBundle(bytes, BOUNDS)));
        expect(leaves).toEqual(entries.map(leafHash));
        expect(Uint8Array.from(bytes)).toEqual(before);
      }),
      { numRuns: 200 },
    );
    const longest = new Uint8Array(0xffff).fill(7);
    const bundle = parseBundle(encodeBundle([longest]), { maxEntries: 1, maxEntryBytes: 0xffff });
    expect(leavesOf(bundle)).toEqual(leafHash(longest));
  });

  it('gives the root of the definition over any number of hashes, and leaves them as they were', async () => {
    const all = Buffer.concat(Array.from({ length: 257 }, (_, at) => leafHash(Uint8Array.of(at & 255))));
    const before = Uint8Array.from(all);
    for (const count of [0, 1, 2, 3, 5, 8, 100, 255, 256, 257]) {
      const hashes = all.subarray(0, count * 32);
      const root = await rootOf(count, fromLeaves(splitHashes(hashes)));
      expect(Buffer.from(foldPeaks(peaksOf(hashes)))).toEqual(Buffer.from(root));
    }
    expect(Uint8Array.from(all)).toEqual(before);
  });
});

describe('appending', () => {
  const entries = Array.from({ length: 700 }, (_, at) => Buffer.from(`entry ${at}`));
  const batchOf = (from: number, to?: number) =>
    parseBundle(encodeBundle(entries.slice(from, to)), { maxEntries: 4096, maxEntryBytes: 1024 });
  const fromNothing = () => appender({ size: 0, levels: [], bundle: Buffer.of() });

  it('leads to the root of the definition at every size', async () => {
    const source = fromLeaves(entries.map(leafHash));
    const tree = fromNothing();
    for (const at of entries.keys()) {
      tree.append(batchOf(at, at + 1));
      expect(tree.head()).toEqual({ size: at + 1, root: expect.anything() });
      expect(Buffer.from(tree.head().root)).toEqual(Buffer.from(await rootOf(at + 1, source)));
    }
  });

  it('writes the same objects wherever it was stopped in between, in batches of any size', () => {
    const straight = fromNothing();
    const all = straight.append(batchOf(0));
    expect(all.map((it) => it.key)).toEqual(['tile/entries/000', 'tile/entries/001', 'tile/0/000', 'tile/0/001']);
    expect(all.map((it) => it.bytes)).toEqual([
      encodeBundle(entries.slice(0, 256)),
      encodeBundle(entries.slice(256, 512)),
      Buffer.concat(entries.slice(0, 256).map(leafHash)),
      Buffer.concat(entries.slice(256, 512).map(leafHash)),
    ]);
    const sorted = (objects: readonly TileObject[]) => objects.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 699 }), fc.integer({ min: 1, max: 699 }), (one, other) => {
        const stop = Math.min(one, other);
        const first = fromNothing();
        const before = first.append(batchOf(0, stop));
        const source = [...before, ...first.partials()];
        const bytesOf = (level: number | 'entries') =>
          source.find((it) => it.key.startsWith(`tile/${level}/`) && it.key.includes('.p/'))?.bytes ?? Buffer.of();
        const levels = [0, 1].map(bytesOf);
        const second = appender({ size: stop, levels, bundle: bytesOf('entries') });
        const after = [stop, Math.max(one, other)].flatMap((from, at, cuts) =>
          from === cuts[at + 1] ? [] : second.append(batchOf(from, cuts[at + 1])),
        );
        expect(sorted([...before, ...after])).toEqual(sorted(all));
        expect(second.partials()).toEqual(straight.partials());
        expect(second.size()).toBe(700);
      }),
      {
        numRuns: 50,
        examples: [
          [255, 699],
          [256, 300],
          [257, 257],
          [512, 513],
        ],
      },
    );
  });
});
