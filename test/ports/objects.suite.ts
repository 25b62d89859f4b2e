import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Objects } from '../../src/ports/objects.ts';

/** How to get a new store, and how to open the same store once more, as another process would. */
export interface ObjectsUnderTest {
  open(): Promise<Objects>;
  reopen(): Promise<Objects>;
}

const bytes = (text: string) => Buffer.from(text);

async function keys(objects: Objects, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const key of objects.list(prefix)) found.push(key);
  return found;
}

async function text(objects: Objects, key: string): Promise<string | undefined> {
  const stored = await objects.get(key);
  return stored && Buffer.from(stored.bytes).toString();
}

/** What every object store promises; run against each adapter. */
export function objectsSuite(name: string, under: ObjectsUnderTest): void {
  describe(`${name}: objects`, () => {
    let objects: Objects;
    beforeEach(async () => {
      objects = await under.open();
    });

    it('gives back what was created, and undefined for what is not there', async () => {
      expect(await objects.get('a/b')).toBeUndefined();
      expect(await objects.create('a/b', bytes('one'))).toBe('created');
      expect(await text(objects, 'a/b')).toBe('one');
      expect(await objects.get('a')).toBeUndefined();
      expect(await objects.get('a/b/c')).toBeUndefined();
    });

    it('keeps empty objects and all byte values', async () => {
      await objects.create('empty', new Uint8Array());
      await objects.create(
        'all',
        Uint8Array.from({ length: 256 }, (_, at) => at),
      );
      expect((await objects.get('empty'))?.bytes.length).toBe(0);
      expect([...((await objects.get('all'))?.bytes ?? [])]).toEqual(Array.from({ length: 256 }, (_, at) => at));
    });

    it('never replaces by creating', async () => {
      await objects.create('a', bytes('one'));
      expect(await objects.create('a', bytes('two'))).toBe('exists');
      expect(await text(objects, 'a')).toBe('one');
    });

    it('lets one of twenty creators win', async () => {
      const attempts = Array.from({ length: 20 }, (_, at) => objects.create('race/x', bytes(`writer ${at}`)));
      const results = await Promise.all(attempts);
      expect(results.filter((it) => it === 'created')).toHaveLength(1);
      expect(await text(objects, 'race/x')).toBe(`writer ${results.indexOf('created')}`);
    });

    it('replaces only the version that was read', async () => {
      expect(await objects.replace('c', bytes('one'), undefined)).toBe('replaced');
      expect(await objects.replace('c', bytes('two'), undefined)).toBe('conflict');
      const first = await objects.get('c');
      expect(await objects.replace('c', bytes('two'), first?.version)).toBe('replaced');
      expect(await objects.replace('c', bytes('three'), first?.version)).toBe('conflict');
      expect(await objects.replace('d', bytes('one'), first?.version)).toBe('conflict');
      expect(await text(objects, 'c')).toBe('two');
    });

    it.each(['once', 'again'])('lets one of twenty replacers win, %s', async (round) => {
      await objects.create('race', bytes('start'));
      const version = (await objects.get('race'))?.version;
      const attempts = Array.from({ length: 20 }, (_, at) => objects.replace('race', bytes(`${round} ${at}`), version));
      const results = await Promise.all(attempts);
      expect(results.filter((it) => it === 'replaced')).toHaveLength(1);
      expect(await text(objects, 'race')).toBe(`${round} ${results.indexOf('replaced')}`);
    });

    it('lets one win of those who create and those who replace what is absent', async () => {
      const attempts = Array.from({ length: 10 }, (_, at) =>
        at % 2 === 0 ? objects.create('mixed', bytes(`${at}`)) : objects.replace('mixed', bytes(`${at}`), undefined),
      );
      const results = await Promise.all(attempts);
      const winners = results.flatMap((it, at) => (it === 'created' || it === 'replaced' ? [String(at)] : []));
      expect(winners).toEqual([await text(objects, 'mixed')]);
    });

    it('counts every increment of many writers that read and replace', async () => {
      await objects.create('counter', bytes('0'));
      const increment = async () => {
        for (;;) {
          const stored = await objects.get('counter');
          const next = String(Number(Buffer.from(stored?.bytes ?? []).toString()) + 1);
          if ((await objects.replace('counter', bytes(next), stored?.version)) === 'replaced') return;
        }
      };
      await Promise.all(Array.from({ length: 5 }, increment));
      expect(await text(objects, 'counter')).toBe('5');
    });

    it.each(['', '/a', 'a/', 'a//b', '.', '..', 'a/../b', './a', 'a b', 'a\\b', 'a\0', 'ä', 'a~b', 'a'.repeat(1000)])(
      'refuses the key %j',
      async (key) => {
        const refused = expect.objectContaining({ code: 'objects-key-invalid' });
        await expect(objects.get(key)).rejects.toThrow(refused);
        await expect(objects.create(key, bytes('x'))).rejects.toThrow(refused);
        await expect(objects.replace(key, bytes('x'), undefined)).rejects.toThrow(refused);
      },
    );

    it.each(['../', '/', 'a/../', 'a//b', '~'])('refuses to list the prefix %j', async (prefix) => {
      await expect(keys(objects, prefix)).rejects.toThrow(expect.objectContaining({ code: 'objects-key-invalid' }));
    });

    it('lists the keys under a prefix in byte order', async () => {
      const all = [
        'a/b',
        'a/b.p/1',
        'a/b-c',
        'a.b',
        'a-b',
        'ab/c',
        'A',
        'tile/0/000',
        'tile/0/000.p/7',
        'tile/0/x001/000',
      ];
      for (const key of all.toReversed()) await objects.create(key, bytes(key));
      expect(await keys(objects, '')).toEqual(all.toSorted());
      expect(await keys(objects, 'a/')).toEqual(['a/b', 'a/b-c', 'a/b.p/1']);
      expect(await keys(objects, 'a')).toEqual(['a-b', 'a.b', 'a/b', 'a/b-c', 'a/b.p/1', 'ab/c']);
      expect(await keys(objects, 'tile/0/00')).toEqual(['tile/0/000', 'tile/0/000.p/7']);
      expect(await keys(objects, 'a/b')).toEqual(['a/b', 'a/b-c', 'a/b.p/1']);
      expect(await keys(objects, 'none/')).toEqual([]);
    });

    it('lists what was created, whatever the keys', async () => {
      const segment = fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,3}$/);
      const some = fc.uniqueArray(
        fc.tuple(segment, segment).map(([a, b]) => `p/d${a}/f${b}`),
        { minLength: 1, maxLength: 8 },
      );
      await fc.assert(
        fc.asyncProperty(some, async (created) => {
          const store = await under.open();
          for (const key of created) await store.create(key, bytes(key));
          expect(await keys(store, '')).toEqual(created.toSorted());
        }),
        { numRuns: 5 },
      );
    });

    it('is the same store when it is opened again', async () => {
      await objects.create('a/b', bytes('one'));
      await objects.replace('checkpoint', bytes('two'), undefined);
      const version = (await objects.get('checkpoint'))?.version;
      const again = await under.reopen();
      expect(await keys(again, '')).toEqual(['a/b', 'checkpoint']);
      expect(await again.create('a/b', bytes('other'))).toBe('exists');
      expect((await again.get('checkpoint'))?.version).toBe(version);
      expect(await again.replace('checkpoint', bytes('three'), version)).toBe('replaced');
      expect(await text(objects, 'checkpoint')).toBe('three');
    });

    it('keeps its own copy of the bytes', async () => {
      const mine = bytes('one');
      await objects.create('a', mine);
      mine[0] = 0;
      const read = await objects.get('a');
      read?.bytes.fill(0);
      expect(await text(objects, 'a')).toBe('one');
    });
  });
}
