import { beforeEach, describe, expect, it } from 'vitest';
import type { NotaryRecord, NotaryState } from '../../src/ledger/notary.ts';
import type { Objects } from '../../src/ports/objects.ts';

/** How to get a new memory, to open the same one as another process would, and to write what it holds behind its back. */
export interface NotaryStateUnderTest {
  open(): Promise<NotaryState>;
  reopen(): Promise<NotaryState>;
  /** Where the record lies. */
  raw(): Promise<{ objects: Objects; key: string }>;
}

const record = (size: number, signed: readonly number[] = [size]): NotaryRecord => ({
  size,
  root: Buffer.alloc(32, size).toString('base64'),
  signed: [...signed],
});

const DAMAGED = {
  nothing: '',
  'no JSON': 'garbage',
  'half of it': '{"root":"',
  'another version': JSON.stringify({ v: 2, ...record(1) }),
  'a negative size': JSON.stringify({ v: 1, ...record(1), size: -1 }),
  'no list of sizes': JSON.stringify({ v: 1, ...record(1), signed: 'all' }),
  'more than it may hold': JSON.stringify({ v: 1, ...record(1), also: 1 }),
  'no UTF-8': Buffer.from([0xff, 0xfe, 0x7b]),
};

/** What every memory of a notary promises; run against each adapter. */
export function notaryStateSuite(name: string, under: NotaryStateUnderTest): void {
  describe(`${name}: notary's memory`, () => {
    let state: NotaryState;
    beforeEach(async () => {
      state = await under.open();
    });

    it('is empty at first, and says so', async () => {
      expect(await state.read()).toBeUndefined();
    });

    it('takes a first record once', async () => {
      expect(await state.swap(undefined, record(1))).toBe(true);
      expect(await state.read()).toEqual(record(1));
      expect(await state.swap(undefined, record(2))).toBe(false);
      expect(await state.read()).toEqual(record(1));
    });

    it('goes from the record that was read to the next, and from no older one', async () => {
      await state.swap(undefined, record(1));
      expect(await state.swap(record(1), record(2, [1, 2]))).toBe(true);
      expect(await state.swap(record(1), record(3))).toBe(false);
      expect(await state.swap(record(2), record(3))).toBe(false);
      expect(await state.swap(record(2, [1, 2]), record(3, [1, 2, 3]))).toBe(true);
      expect(await state.read()).toEqual(record(3, [1, 2, 3]));
    });

    it('goes from nothing to nothing but a first record', async () => {
      expect(await state.swap(record(1), record(2))).toBe(false);
      expect(await state.read()).toBeUndefined();
    });

    it.each(['an empty one', 'a full one'])('lets one of twenty win at the same time, from %s', async (from) => {
      const first = from === 'an empty one' ? undefined : record(1);
      if (first !== undefined) await state.swap(undefined, first);
      const others = await Promise.all(Array.from({ length: 20 }, () => under.reopen()));
      const won = await Promise.all(others.map((it, at) => it.swap(first, record(at + 2))));
      expect(won.filter((it) => it)).toHaveLength(1);
      expect(await state.read()).toEqual(record(won.indexOf(true) + 2));
    });

    it('is the same when it is opened again', async () => {
      await state.swap(undefined, record(7, [3, 7]));
      const again = await under.reopen();
      expect(await again.read()).toEqual(record(7, [3, 7]));
      expect(await again.swap(record(7, [3, 7]), record(8))).toBe(true);
      expect(await state.read()).toEqual(record(8));
    });

    it.each(Object.entries(DAMAGED))('that holds %s is an error, and never an empty one', async (_, content) => {
      await state.swap(undefined, record(1));
      const { objects, key } = await under.raw();
      const present = await objects.get(key);
      expect(await objects.replace(key, Buffer.from(content), present?.version)).toBe('replaced');
      const again = await under.reopen();
      const invalid = expect.objectContaining({ code: 'notary-state-invalid' });
      await expect(again.read()).rejects.toThrow(invalid);
      await expect(again.swap(undefined, record(2))).rejects.toThrow(invalid);
      await expect(again.swap(record(1), record(2))).rejects.toThrow(invalid);
      expect(Buffer.from((await objects.get(key))?.bytes ?? [])).toEqual(Buffer.from(content));
    });
  });
}
