import { describe, expect, it } from 'vitest';
import { collect } from '../../src/app/collect.ts';
import type { Store } from '../../src/app/store.ts';
import { ACCOUNT, REGION, request, TASK, type World } from './demo.ts';
import { auditOf, brokenDigests, copyOf, type Disk, emptyDisk, storeOf } from './store-of.ts';

const TAGGED = 'config_rule:BOX_TAGGED';
const BOXES = { a: { locked: true }, b: { locked: true } };
const withRules = (rules: World['rules']): World => ({ boxes: BOXES, ...(rules ? { rules } : {}) });
const both = withRules({ BOX_TAGGED: 'non_compliant', BOX_PAINTED: 'compliant' });
const onlyPainted = withRules({ BOX_PAINTED: 'compliant' });
const none = withRules({});
const denied = withRules('denied');

const currentOf = async ({ index }: Store) => [...(await index.current(TAGGED, ACCOUNT, REGION)).keys()];
const observed = async ({ index }: Store) =>
  (await Array.fromAsync(index.observations({ source: TAGGED }))).map(({ at, observation }) => [
    at.slice(8, 10),
    observation.population,
    observation.complete,
  ]);

/** These days, one after another from the first of the month. */
async function days(store: Store, worlds: readonly World[]): Promise<Store> {
  for (const [at, world] of worlds.entries()) await collect(store, request(at + 1, world));
  return store;
}

describe('a rule of AWS that is not listed any more', () => {
  it.each<[string, World]>([
    ['while others are', onlyPainted],
    ['and neither is any other', none],
  ])('%s leaves what failed inconclusive, with the list that shows it, and says so once', async (_how, after) => {
    const disk = emptyDisk();
    const store = await days(storeOf(disk), [both, both, after, after]);
    expect(await currentOf(store)).toHaveLength(2);
    expect(await observed(store)).toEqual([
      ['01', 2, true],
      ['02', 2, true],
      ['03', 2, true],
    ]);
    const rows = await Array.fromAsync(store.index.evidence({ source: TAGGED, from: '2026-10-03' }));
    expect(rows.map(({ evidence }) => [evidence.name, evidence.change, evidence.outcome])).toEqual([
      ['a', 'changed', 'inconclusive'],
      ['b', 'changed', 'inconclusive'],
    ]);
    for (const { evidence } of rows)
      expect(evidence.failures.source).toMatchObject({ name: 'SourceRemoved', operation: 'demo:ListRules' });
    expect(rows.flatMap(({ evidence }) => evidence.retrievals.map((it) => it.operation))).toEqual([
      'demo:ListRules',
      'demo:ListRules',
    ]);
    expect(await brokenDigests(store)).toEqual([]);
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('leaves what passed absent, with its reason', async () => {
    const store = await days(storeOf(), [withRules({ BOX_TAGGED: 'compliant' }), none, none]);
    expect(await currentOf(store)).toEqual([]);
    expect((await observed(store)).map(([day, population]) => [day, population])).toEqual([
      ['01', 2],
      ['02', 0],
    ]);
    const rows = await Array.fromAsync(store.index.evidence({ source: TAGGED, from: '2026-10-02' }));
    for (const { evidence } of rows)
      expect(evidence).toMatchObject({ change: 'absent', reason: expect.stringContaining('does not list') });
  });

  it('changes nothing while the list cannot be read, and is seen on the first day on which it can', async () => {
    const store = await days(storeOf(), [both, denied, denied]);
    expect(await currentOf(store)).toHaveLength(2);
    expect(await observed(store)).toHaveLength(1);
    await collect(store, request(4, onlyPainted));
    expect((await observed(store)).at(-1)).toEqual(['04', 2, true]);
    expect(await brokenDigests(store)).toEqual([]);
  });

  it('is not one whose findings alone could not be read', async () => {
    const store = await days(storeOf(), [both, withRules({ BOX_TAGGED: 'denied' })]);
    expect(await currentOf(store)).toHaveLength(3);
  });

  it('ends the subject that stood for its unread findings too', async () => {
    const store = await days(storeOf(), [withRules({ BOX_TAGGED: 'denied' }), onlyPainted]);
    expect(await currentOf(store)).toEqual([]);
    expect(await observed(store)).toEqual([
      ['01', 1, false],
      ['02', 0, true],
    ]);
  });

  it('begins anew when it comes back, and can go again', async () => {
    const store = await days(storeOf(), [both, none, both, both, none]);
    expect((await observed(store)).map(([, population]) => population)).toEqual([2, 2, 2, 2, 2]);
    const rows = await Array.fromAsync(store.index.evidence({ source: TAGGED, subject: 'arn:aws:demo:::a' }));
    expect(rows.map(({ evidence }) => evidence.change)).toEqual(['first', 'changed', 'changed', 'changed']);
    expect(rows.map(({ evidence }) => evidence.outcome).filter((it) => it === 'inconclusive')).toHaveLength(2);
    expect(await brokenDigests(store)).toEqual([]);
  });

  it('in one place says nothing of the same rule in another', async () => {
    const store = storeOf();
    const tasks = [TASK, { ...TASK, region: 'us-east-1' }];
    await collect(store, request(1, both, { tasks }));
    await collect(store, request(2, none));
    expect((await store.index.current(TAGGED, ACCOUNT, 'us-east-1')).size).toBe(2);
  });

  it('is told the same by a run that was interrupted at any step and made again', async () => {
    const start = emptyDisk();
    await days(storeOf(start), [both]);
    const whole = copyOf(start);
    let steps = 0;
    const fault = () => {
      steps += 1;
      return 'ok' as const;
    };
    const counting = storeOf(whole, { fault });
    await collect(counting, request(2, none));
    for (let at = 0; at < steps; at += 1) {
      const disk = await interrupted(start, at);
      const store = storeOf(disk);
      await collect(store, request(2, none));
      expect(await observed(store)).toEqual(await observed(counting));
      expect([await store.index.size(), await brokenDigests(store)]).toEqual([await counting.index.size(), []]);
    }
  });
});

/** What is left of a second day without the rule that died at this step. */
async function interrupted(start: Disk, at: number): Promise<Disk> {
  const disk = copyOf(start);
  let step = -1;
  const fault = () => {
    step += 1;
    return step < at ? ('ok' as const) : ('fail' as const);
  };
  await expect(collect(storeOf(disk, { fault }), request(2, none))).rejects.toThrow('injected');
  return disk;
}
