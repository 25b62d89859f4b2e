import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JUDGES } from './judges/all.ts';
import { ALTERATIONS, type Alteration, type AlterationName } from './judges/alterations.ts';
import type { Judge, Pack } from './judges/judge.ts';
import { type Told, tableOf } from './judges/table.ts';
import { ours } from './judges/witnessmark.ts';
import { demoPacks, FRAMEWORKS, type Framework, packOf, STORE } from './support/demo.ts';
import { run, scratch } from './support/run.ts';
import { type SmallStore, smallStore } from './support/small-store.ts';

/** Judges at once: two cores are what most machines of a CI have. */
const AT_ONCE = 2;

let folder: string;
/** Of which every copy is altered in one way: some judges take a second for every hundred pages. */
let small: SmallStore;
const altered = new Map<AlterationName, { readonly pack: Pack; readonly files: readonly string[] }>();
const told = new Map<Judge, Told>();

const judged = async (name: string, at: string, store = STORE): Promise<Pack> => {
  const work = join(folder, 'work', name.replaceAll(/\W+/g, '-'));
  await mkdir(work, { recursive: true });
  return { folder: at, work, root: join(store, 'trust/root.pem'), keys: join(store, 'trust/checkpoint.vkey') };
};

/** A copy that shares the bytes of its files with the pack where that is possible; whoever changes one writes it anew. */
async function copyOf(pack: string, to: string): Promise<void> {
  const linked = await run('cp', ['-al', pack, to]);
  if (linked.code === 0) return;
  await rm(to, { recursive: true, force: true });
  expect(await run('cp', ['-a', pack, to])).toMatchObject({ code: 0 });
}

async function alter({ name, apply }: Alteration & { readonly name: AlterationName }): Promise<void> {
  const copy = join(folder, 'altered', name.replaceAll(/\W+/g, '-'));
  await copyOf(small.pack, copy);
  altered.set(name, { files: await apply(copy), pack: await judged(name, copy, small.store) });
}

beforeAll(async () => {
  folder = await scratch('judges');
  await demoPacks();
  for (const name of ['small', 'altered']) await mkdir(join(folder, name));
  small = await smallStore(join(folder, 'small'));
  for (const it of ALTERATIONS) await alter(it);
  const waiting = JUDGES.toReversed();
  await Promise.all(Array.from({ length: AT_ONCE }, () => askAll(waiting)));
}, 600_000);

/** Takes judges from those that wait until none does. */
async function askAll(waiting: Judge[]): Promise<void> {
  for (let judge = waiting.shift(); judge; judge = waiting.shift()) told.set(judge, await ask(judge));
}

async function ask(judge: Judge): Promise<Told> {
  const names = askedOf(judge);
  const absent = await judge.absent?.();
  if (absent !== undefined) return { judge, version: '', absent, seconds: 0, good: [], altered: new Map() };
  const version = await judge.version();
  const good = await asMade(judge);
  const started = performance.now();
  const verdicts = await judge.judge([...good, ...packsOf(names)]);
  const seconds = (performance.now() - started) / 1000;
  const ofAltered = names.map((name, at) => [name, verdicts[good.length + at] ?? NOTHING] as const);
  return { judge, version, seconds, good: verdicts.slice(0, good.length), altered: new Map(ofAltered) };
}

const frameworksOf = ({ frameworks = FRAMEWORKS }: Judge): readonly Framework[] => frameworks;

/** The packs as they were made: those of the demonstration, and the one of which there are altered copies. */
const asMade = (judge: Judge): Promise<Pack[]> =>
  Promise.all([...frameworksOf(judge).map((it) => judged(it, packOf(it))), judged('small', small.pack, small.store)]);

const NOTHING = { accepts: false, said: 'no verdict' };

/** The alterations of files that a judge reads: it is asked about no others. */
const askedOf = (judge: Judge): AlterationName[] =>
  ALTERATIONS.map((it) => it.name).filter((name) => altered.get(name)?.files.some(judge.reads));

const packsOf = (names: readonly AlterationName[]): Pack[] => names.flatMap((name) => altered.get(name)?.pack ?? []);

afterAll(async () => {
  console.log(
    `\nWhat tools of others say of the packs of the demonstration\n\nA blank: the judge reads none of what was altered.\n\n${tableOf(JUDGES.flatMap((it) => told.get(it) ?? []))}\n`,
  );
  await rm(folder, { recursive: true, force: true });
});

describe.each(JUDGES)('$name', (judge) => {
  const said = (): Told => {
    const found = told.get(judge);
    if (!found) throw new Error(`${judge.name} was not asked`);
    return found;
  };

  it('accepts the packs as they were made', ({ skip }) => {
    const { absent, good } = said();
    skip(absent !== undefined, absent);
    expect(good).toHaveLength(frameworksOf(judge).length + 1);
    for (const verdict of good) expect(verdict.accepts, verdict.said).toBe(true);
  });

  it('refuses every altered copy but those that it cannot notice', ({ skip }) => {
    const { absent, altered: verdicts } = said();
    skip(absent !== undefined, absent);
    expect(verdicts.size).toBeGreaterThan(0);
    for (const [name, verdict] of verdicts) {
      const expected = judge.cannotNotice[name] === undefined ? 'refuses' : 'accepts';
      expect.soft(verdict.accepts ? 'accepts' : 'refuses', `${name}: ${verdict.said}`).toBe(expected);
    }
  });

  it('gives no reason for an alteration that it is not asked about', () => {
    const asked: string[] = askedOf(judge);
    expect(Object.keys(judge.cannotNotice).filter((it) => !asked.includes(it))).toEqual([]);
  });
});

it('is noticed by witnessmark verify, whatever is altered', () => {
  const verdicts = told.get(ours)?.altered;
  for (const { name } of ALTERATIONS) expect.soft(verdicts?.get(name)?.accepts, name).toBe(false);
});
