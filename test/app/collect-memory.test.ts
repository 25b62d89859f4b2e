import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runPacker } from '../../src/adapters/recording-format.ts';
import { type CollectRequest, collect } from '../../src/app/collect.ts';
import { recordRun } from '../../src/app/record-run.ts';
import { cloudOf, on, request, service, TASK, type World } from './demo.ts';
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

  it('of a run that is recorded are those of the tasks under way; the rest is packed', async () => {
    const { add, count, most, seen, perTask } = census();
    const packer = runPacker({ at: on(1), tasks: TASKS });
    const cloud = cloudOf(WORLD);
    const { calls } = await recordRun({
      cloud: {
        ...cloud,
        call: async (it) => {
          if (it.operation === 'ListBoxes') await count();
          return cloud.call(it);
        },
      },
      tasks: TASKS,
      service: async () => service,
      at: on(1),
      secret: 's',
      keep(index, retrievals) {
        packer.keep(index, retrievals);
        add(retrievals);
      },
    });
    expect(seen()).toBe(calls);
    expect(most()).toBeLessThanOrEqual(AT_ONCE * perTask());
    const lines = gunzipSync(packer.packed().bytes).toString().trim().split('\n');
    expect(lines).toHaveLength(1 + calls);
    const accounts = lines.slice(1).map((it) => JSON.parse(it).account);
    expect(accounts).toEqual([...accounts].sort());
  });
});
