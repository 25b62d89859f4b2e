import { describe, expect, it } from 'vitest';
import { collect } from '../../src/app/collect.ts';
import { evaluate } from '../../src/app/evaluate.ts';
import { listEvidence } from '../../src/app/list-evidence.ts';
import type { Store } from '../../src/app/store.ts';
import { again, CATALOGUE, catalogueOf, on, request, type World } from './demo.ts';
import { answersOf, auditOf, brokenDigests, emptyDisk, storeOf } from './store-of.ts';

const LOCKED = await catalogueOf(['locked']);
const ALL = await catalogueOf(['locked', 'young', 'labelled']);
const YOUNG = 'check:demo-box-young';
const WORLDS: World[] = [
  { boxes: { old: { locked: true, age: 95 }, new: { locked: true, age: 1 } } },
  { boxes: { old: { locked: true, age: 95 }, new: { locked: false, age: 2 }, gone: { locked: true, age: 99 } } },
  { boxes: { old: { locked: true, age: 50 }, new: { locked: false, age: 2 } } },
];

/** Three days that were judged by one check. */
async function threeDays(store: Store, catalogue = LOCKED) {
  for (const [at, world] of WORLDS.entries()) await collect(store, request(at + 1, world, { catalogue }));
}
const rowsOf = async (store: Store, source = YOUNG) =>
  (await Array.fromAsync(store.index.evidence({ source }))).map(({ evidence }) => [
    evidence.at.slice(8, 10),
    evidence.name,
    evidence.change,
    evidence.outcome,
  ]);

describe('judging earlier runs by a new check', () => {
  it('gives the evidence that those runs would have given, dated then', async () => {
    const store = storeOf();
    await threeDays(store);
    const result = await evaluate(store, again(CATALOGUE));
    expect(result).toMatchObject({ tasks: 3, sources: [YOUNG, `${YOUNG}@maxAge=60`] });
    expect(await rowsOf(store)).toEqual([
      ['01', 'new', 'first', 'compliant'],
      ['01', 'old', 'first', 'non_compliant'],
      ['02', 'gone', 'first', 'non_compliant'],
      ['02', 'new', 'changed', 'compliant'],
      ['03', 'old', 'changed', 'compliant'],
      ['03', 'gone', 'absent', 'non_compliant'],
    ]);
    expect(await brokenDigests(store)).toEqual([]);
  });

  it('gives the very states and observations that a check of the time gives', async () => {
    const [then, later] = [storeOf(), storeOf()];
    await threeDays(then, CATALOGUE);
    await threeDays(later);
    await evaluate(later, again(CATALOGUE));
    const observed = async (store: Store) =>
      (await answersOf(store)).observations
        .map(({ at, observation: { digest: _own, ...rest } }) => JSON.stringify({ at, ...rest }))
        .sort();
    expect(await rowsOf(later)).toEqual(await rowsOf(then));
    expect(await observed(later)).toEqual(await observed(then));
  });

  it('rests on the calls of then, calls nobody, and leaves a ledger that holds', async () => {
    const disk = emptyDisk();
    const store = storeOf(disk);
    await threeDays(store);
    const retrievals = () => [...disk.objects.keys()].filter((key) => key.startsWith('retrievals/'));
    const before = retrievals();
    await evaluate(store, again(CATALOGUE));
    expect(retrievals()).toEqual(before);
    for await (const { evidence } of store.index.evidence({ source: YOUNG })) {
      expect(evidence.retrievals.map((it) => it.operation)).toEqual(
        evidence.change === 'absent' ? ['demo:ListBoxes'] : ['demo:GetBox', 'demo:ListBoxes'],
      );
    }
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('finds the recorded calls again though a secret was taken out of their answers', async () => {
    const disk = emptyDisk();
    const store = storeOf(disk);
    const label = { Password: 'hunter2', note: 'AKIAIOSFODNN7EXAMPLE' };
    await collect(store, request(1, { boxes: { a: { locked: true, label } } }, { catalogue: LOCKED }));
    await evaluate(store, again(await catalogueOf(['locked', 'labelled'])));
    const [row] = await Array.fromAsync(store.index.evidence({ source: 'check:demo-box-labelled' }));
    expect(row?.evidence.retrievals.map((it) => it.operation)).toEqual([
      'demo:GetBox',
      'demo:GetLabel',
      'demo:ListBoxes',
    ]);
    expect(JSON.stringify(row)).not.toMatch(/hunter2|IOSFODNN7/);
    expect((await auditOf(disk)).ok).toBe(true);
  });

  it('adds nothing the second time', async () => {
    const disk = emptyDisk();
    const store = storeOf(disk);
    await threeDays(store);
    await evaluate(store, again(CATALOGUE));
    const before = new Map(disk.objects);
    expect(await evaluate(store, again(CATALOGUE))).toMatchObject({ tasks: 0, entries: 0, sources: [] });
    expect(await evaluate(storeOf(disk, { now: '2026-12-01T00:00:00.000Z' }), again(CATALOGUE))).toMatchObject({
      entries: 0,
    });
    expect(disk.objects).toEqual(before);
  });

  it('judges by the asked sources only', async () => {
    const store = storeOf();
    await threeDays(store);
    expect((await evaluate(store, again(ALL, [YOUNG]))).sources).toEqual([YOUNG]);
    expect((await evaluate(store, again(ALL))).sources).toEqual(['check:demo-box-labelled', `${YOUNG}@maxAge=60`]);
  });

  it('gives every body an id of its own, though one run judges a subject many times', async () => {
    const store = storeOf();
    await threeDays(store);
    const { run } = await evaluate(store, again(CATALOGUE));
    const { evidence, bodies } = await answersOf(store);
    const ids = [...evidence.map((it) => it.evidence), ...bodies.flat().map((it) => it.body)].map((it) => it.id);
    expect(evidence.filter((it) => it.evidence.run === run).length).toBeGreaterThan(6);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('goes on where it was interrupted', async () => {
    const disk = emptyDisk();
    await threeDays(storeOf(disk));
    let batches = 0;
    const crashing = storeOf(disk, {
      fault: (operation, key) => {
        if (operation === 'create' && key.startsWith('batch/')) batches += 1;
        return batches >= 3 ? 'fail' : 'ok';
      },
    });
    await expect(evaluate(crashing, again(CATALOGUE))).rejects.toThrow('injected');
    const store = storeOf(disk, { now: '2026-11-02T00:00:00.000Z' });
    expect((await evaluate(store, again(CATALOGUE))).tasks).toBe(2);
    expect(await rowsOf(store)).toHaveLength(6);
    expect(await brokenDigests(store)).toEqual([]);
    expect((await auditOf(disk)).ok).toBe(true);
  });

  it('judges a population that could not be listed as unknown then', async () => {
    const store = storeOf();
    await collect(store, request(1, { boxes: {}, list: 'denied' }, { catalogue: LOCKED }));
    await collect(store, request(2, { boxes: { a: { locked: true } } }, { catalogue: LOCKED }));
    await evaluate(store, again(await catalogueOf(['locked', 'labelled'])));
    expect(await rowsOf(store, 'check:demo-box-labelled')).toEqual([
      ['01', 'AWS::Demo::Box', 'first', 'inconclusive'],
      ['02', 'a', 'first', 'compliant'],
      ['02', 'AWS::Demo::Box', 'absent', 'inconclusive'],
    ]);
    expect(await brokenDigests(store)).toEqual([]);
  });
});

describe('a check that was judged at the time from some day on', () => {
  const [first, second, third] = WORLDS as [World, World, World];

  it('says of the days before what has gone since, and so agrees with the days after', async () => {
    const store = storeOf();
    await collect(store, request(1, first, { catalogue: LOCKED }));
    await collect(store, request(2, second, { catalogue: LOCKED }));
    await collect(store, request(3, third));
    await collect(store, request(4, third));
    await evaluate(store, again(CATALOGUE));
    expect(await brokenDigests(store)).toEqual([]);
    expect((await rowsOf(store)).at(-1)).toEqual(['03', 'gone', 'absent', 'non_compliant']);
    expect((await evaluate(store, again(CATALOGUE))).entries).toBe(0);
  });

  it('waits with that for the first day on which everything could be listed', async () => {
    const store = storeOf();
    await collect(store, request(1, second, { catalogue: LOCKED }));
    await collect(store, request(2, { boxes: {}, list: 'denied' }));
    await collect(store, request(3, third));
    await evaluate(store, again(CATALOGUE));
    expect(await brokenDigests(store)).toEqual([]);
    expect((await rowsOf(store)).filter(([, name]) => name === 'gone')).toEqual([
      ['01', 'gone', 'first', 'non_compliant'],
      ['03', 'gone', 'absent', 'non_compliant'],
    ]);
  });

  it('is settled by a second call where the first was interrupted in between', async () => {
    const disk = emptyDisk();
    const healthy = storeOf(disk);
    await collect(healthy, request(2, second, { catalogue: LOCKED }));
    await collect(healthy, request(3, third));
    let batches = 0;
    const crashing = storeOf(disk, {
      fault: (operation, key) => {
        if (operation === 'create' && key.startsWith('batch/')) batches += 1;
        return batches >= 3 ? 'fail' : 'ok';
      },
    });
    await expect(evaluate(crashing, again(CATALOGUE))).rejects.toThrow('injected');
    const store = storeOf(disk, { now: '2026-11-02T00:00:00.000Z' });
    expect(await evaluate(store, again(CATALOGUE))).toMatchObject({ tasks: 0 });
    expect(await brokenDigests(store)).toEqual([]);
    expect((await evaluate(store, again(CATALOGUE))).entries).toBe(0);
  });
});

describe('listing evidence', () => {
  const listed = async (store: Store, filter: Parameters<typeof listEvidence>[1]) =>
    (await listEvidence(store, { source: 'check:demo-box-locked', ...filter })).map((it) => [
      it.subject.split(':').at(-1),
      it.outcome,
      it.since.slice(8, 10),
      it.lastObserved.slice(8, 10),
    ]);

  it('gives the states at a time, with since when they are so and when that was last seen', async () => {
    const store = storeOf();
    await threeDays(store);
    expect(await listed(store, { at: on(1) })).toEqual([
      ['new', 'compliant', '01', '01'],
      ['old', 'compliant', '01', '01'],
    ]);
    expect(await listed(store, { at: on(2) })).toEqual([
      ['gone', 'compliant', '02', '02'],
      ['new', 'non_compliant', '02', '02'],
      ['old', 'compliant', '01', '02'],
    ]);
    expect(await listed(store, {})).toEqual([
      ['new', 'non_compliant', '02', '03'],
      ['old', 'compliant', '01', '03'],
    ]);
    expect(await listed(store, { at: '2026-09-30T00:00:00.000Z' })).toEqual([]);
  });

  it('does not take a failed listing for a look at the subject', async () => {
    const store = storeOf();
    await collect(store, request(1, WORLDS[0] ?? { boxes: {} }));
    await collect(store, request(2, { boxes: {}, list: 'denied' }));
    expect(await listed(store, {})).toEqual([
      ['new', 'compliant', '01', '01'],
      ['old', 'compliant', '01', '01'],
      ['Box', 'inconclusive', '02', '02'],
    ]);
  });

  it('can be narrowed by source, outcome, account and the beginning of a subject', async () => {
    const store = storeOf();
    await threeDays(store);
    expect(await listed(store, { outcome: 'non_compliant' })).toHaveLength(1);
    expect(await listed(store, { subject: 'arn:aws:demo:::o*' })).toHaveLength(1);
    expect(await listed(store, { subject: 'arn:aws:demo:::o' })).toEqual([]);
    expect(await listed(store, { account: '444455556666' })).toEqual([]);
    expect(await listEvidence(store, { source: YOUNG })).toEqual([]);
  });
});

describe('a day on which a check was not judged, between days on which it was', () => {
  const day = (...names: string[]): World => ({
    boxes: Object.fromEntries(
      names.map((it) => [it.replace(/[!?]/, ''), { locked: true, age: it.endsWith('!') ? 99 : 1 }]),
    ),
  });
  const unlisted: World = { boxes: {}, list: 'denied' };
  /** The days in order; those given as a list are collected without the check. */
  async function story(...worlds: readonly (World | [World])[]) {
    const disk = emptyDisk();
    const store = storeOf(disk);
    for (const [at, world] of worlds.entries()) {
      const isHole = Array.isArray(world);
      await collect(store, request(at + 1, isHole ? world[0] : world, isHole ? { catalogue: LOCKED } : {}));
    }
    const result = await evaluate(store, again(CATALOGUE));
    expect(await brokenDigests(store)).toEqual([]);
    expect((await auditOf(disk)).ok).toBe(true);
    // What was refused once is refused again, and nothing else is left to do.
    const second = await evaluate(store, again(CATALOGUE));
    expect([second.entries, second.committed]).toEqual([0, result.committed]);
    return { store, result, refused: [...new Set(result.committed.map((it) => it.at.slice(8, 10)))] };
  }

  it('is judged where it saw what the days around it saw', async () => {
    expect(await story(day('a'), [day('a')], day('a'))).toMatchObject({ refused: [], result: { tasks: 1 } });
  });

  it('is judged where the later day wrote down what had changed', async () => {
    expect(await story(day('a'), [day('a!')], day())).toMatchObject({ refused: [], result: { tasks: 1 } });
    expect(await story([day('a!')], [day('a')], day('a'))).toMatchObject({ refused: [], result: { tasks: 2 } });
  });

  it('is judged where a subject came and went in between', async () => {
    const { store, refused } = await story(day('a'), [day('a', 'b!')], [day('a')], day('a'));
    expect(refused).toEqual([]);
    expect((await rowsOf(store)).filter(([, name]) => name === 'b').map(([at, , change]) => [at, change])).toEqual([
      ['02', 'first'],
      ['03', 'absent'],
    ]);
  });

  it.each<[string, World]>([
    ['a state changed and came back', day('a!')],
    ['a subject was gone and came back', day()],
  ])('is left unjudged, and said to be, where %s: the later day commits to what was before', async (_what, between) => {
    const { store, result, refused } = await story(day('a'), [between], day('a'), [day('a', 'c!')]);
    expect(refused).toEqual(['02']);
    expect(result.committed).toEqual([
      { account: '111122223333', region: 'eu-west-1', service: 'demo', source: YOUNG, at: on(2) },
      { account: '111122223333', region: 'eu-west-1', service: 'demo', source: `${YOUNG}@maxAge=60`, at: on(2) },
    ]);
    expect(result.tasks).toBe(1);
    expect((await rowsOf(store)).map(([at]) => at)).toEqual(['01', '04']);
  });

  it('looks past a later day that could not list, to the first that could', async () => {
    expect(await story(day('a'), [day('a!')], unlisted, day('a'))).toMatchObject({ refused: ['02'] });
    expect(await story(unlisted, [day('a!')], unlisted, day('a'))).toMatchObject({ refused: ['02'] });
  });

  it('of two, the one is left that contradicts what the other and the days around them say', async () => {
    expect(await story(day('a'), [day('a!')], [day('a')], day('a'))).toMatchObject({ refused: ['02'] });
    expect(await story(day('a'), [day('a')], [day('a!')], day('a'))).toMatchObject({ refused: ['03'] });
  });
});
