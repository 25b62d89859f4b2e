import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type CollectRequest, collect } from '../../src/app/collect.ts';
import { request, TASK, type World } from './demo.ts';
import { storeOf } from './store-of.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const TASKS = Array.from({ length: 40 }, (_, at) => ({ ...TASK, account: String(100_000_000_000 + at) }));
/** Tasks that are read at once. */
const AT_ONCE = 4;

const WORLD: World = { boxes: { a: { locked: true }, b: { locked: false } } };

/** Counts how many of the retrievals that were seen are still in memory. */
function census() {
  const seen: WeakRef<object>[] = [];
  let most = 0;
  return {
    add: (retrievals: readonly object[]) => {
      for (const it of retrievals) seen.push(new WeakRef(it));
    },
    async count() {
      // What a reference gave stays alive until the job is done.
      await setImmediate();
      collectGarbage();
      most = Math.max(most, seen.filter((it) => it.deref() !== undefined).length);
    },
    most: () => most,
    seen: () => seen.length,
    perTask: () => seen.length / TASKS.length,
  };
}

describe('answers in memory', () => {
  it('of a collection are those of the tasks under way, however many tasks there are', async () => {
    const { add, count, most, seen, perTask } = census();
    const onTask: CollectRequest['onTask'] = async (_done, _of, { retrievals }) => {
      await count();
      add(retrievals);
    };
    const { calls } = await collect(storeOf(), request(1, WORLD, { tasks: TASKS, onTask }));
    expect(seen()).toBe(calls);
    expect(perTask()).toBeGreaterThan(4);
    expect(most()).toBeLessThanOrEqual(AT_ONCE * perTask());
  });
});
