import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionModules } from '../../scripts/generated/roles.ts';
import { EXERCISES, type Exercise, type Problem } from './exercises.ts';
import {
  type Grant,
  grantName,
  grantsOf,
  isDenialOf,
  isKept,
  newInstance,
  type Policy,
  policyOf,
  setPolicy,
  without,
} from './grants.ts';
import { isAbout, NOT_SHOWN } from './not-shown.ts';
import { retained } from './retained.ts';

/**
 * Takes from the role of each function one grant at a time, and has the function do everything that it does: it must fail,
 * or say what it did not do. What cannot be shown here is listed with its reason, and is taken away all at once, after which
 * the function must do everything: an entry of the list that is not true fails. This empties the store of the stack and makes
 * it anew, so it comes last.
 *
 * `npm run test:grants` takes them all, of every function, and prints each. The suite takes those of three, which between
 * them make, sign and append to the ledger, and exercises every other one as it is.
 */
const TAKES_ALL = process.env.WITNESSMARK_GRANTS === 'all';
const OF_SUITE = ['init', 'notary', 'seal'];
/** Names with commas between them, for a look at some functions alone. */
const ONLY = process.env.WITNESSMARK_GRANTS_OF?.split(',');

interface Row {
  readonly function: string;
  readonly grant: string;
  /**
   * Whether the function needs it, since it fails without; or needs it, since it makes the request that AWS asks it for; or
   * it is listed as one that cannot be shown; or it is none of these.
   */
  readonly shown: 'needed' | 'asked' | 'listed' | 'idle';
  /** What the function said without it, or the reason. */
  readonly says: string;
}

const SAYS = 100;
const lineOf = (it: Row): string =>
  [
    it.function.padEnd(12),
    it.grant.padEnd(54),
    it.shown.padEnd(6),
    it.says.replaceAll(/\s+/g, ' ').slice(0, SAYS),
  ].join(' | ');

const rows: Row[] = [];
const count = (of: readonly Row[]): string =>
  (['needed', 'asked', 'listed', 'idle'] as const)
    .map((it) => `${of.filter((row) => row.shown === it).length} ${it}`)
    .join(', ');
afterAll(() => {
  const functions = [...Map.groupBy(rows, (it) => it.function)].map(
    ([name, its]) => `${name.padEnd(12)} | ${count(its)}`,
  );
  console.log([...functions, `${'all'.padEnd(12)} | ${count(rows)}`].join('\n'));
});

interface Tried {
  readonly name: string;
  readonly exercise: Exercise;
  readonly policy: Policy;
}

/** What the function did not do without these grants. The policy stands again afterwards. */
async function triedWithout({ name, exercise, policy }: Tried, taken: readonly Grant[]): Promise<Problem> {
  await setPolicy(name, without(policy, taken));
  try {
    if (taken.some(isKept)) await newInstance(name);
    return await exercise();
  } finally {
    await setPolicy(name, policy);
  }
}

/** What a function does not do without one grant; where it does not name it, twice, for another one may have left it behind. */
async function problemWithout(tried: Tried, grant: Grant): Promise<Problem> {
  const problem = await triedWithout(tried, [grant]);
  if (problem === undefined || isDenialOf(grant, problem)) return problem;
  expect(await tried.exercise(), `with ${grantName(grant)} again`).toBeUndefined();
  const again = await triedWithout(tried, [grant]);
  expect(await tried.exercise(), `with ${grantName(grant)} again`).toBeUndefined();
  return again;
}

/** A grant that is not listed. */
async function rowOf(tried: Tried, grant: Grant): Promise<Row> {
  const row = { function: tried.name, grant: grantName(grant) };
  const problem = await problemWithout(tried, grant);
  if (problem === undefined) return { ...row, shown: 'idle', says: 'nothing needs it, and nothing says why it stands' };
  return { ...row, shown: 'needed', says: problem };
}

const RETENTION = 's3:PutObjectRetention';

/** Grants to put with a retention, of which the emulator asks for none: what the function puts is looked at instead. */
async function retentionRows({ name, exercise }: Tried, grants: readonly Grant[]): Promise<Row[]> {
  if (grants.length === 0) return [];
  const { problem, keys } = await retained(name, exercise);
  expect(problem, 'with a store that is locked').toBeUndefined();
  const covers = ({ on }: Grant, key: string): boolean =>
    on.endsWith('*') ? key.startsWith(on.slice(0, -1)) : key === on;
  expect(
    keys.filter((key) => !grants.some((it) => covers(it, key))),
    'put with a retention, without the right to',
  ).toEqual([]);
  return grants.map((grant) => {
    const key = keys.find((it) => covers(grant, it));
    const row = { function: name, grant: grantName(grant) };
    if (key === undefined) return { ...row, shown: 'idle', says: 'nothing is put there with a retention' };
    return { ...row, shown: 'asked', says: `puts ${key} with a retention` };
  });
}

const reasonFor = (name: string, grant: Grant): string | undefined =>
  NOT_SHOWN.find((entry) => isAbout(entry, name, grant))?.why;

async function rowsOf(tried: Tried): Promise<Row[]> {
  const { name, policy } = tried;
  const all = grantsOf(policy);
  const listed = all.filter((it) => reasonFor(name, it) !== undefined);
  expect(await triedWithout(tried, listed), 'without all that is listed as not shown').toBeUndefined();
  const found: Row[] = listed.map((it) => ({
    ...{ function: name, grant: grantName(it) },
    ...{ shown: 'listed', says: reasonFor(name, it) ?? '' },
  }));
  const others = all.filter((it) => !listed.includes(it));
  for (const grant of others.filter((it) => it.action !== RETENTION)) found.push(await rowOf(tried, grant));
  const retention = others.filter((it) => it.action === RETENTION);
  return [...found, ...(await retentionRows(tried, retention))];
}

it('exercises every function', async () => {
  expect(EXERCISES.map((exercised) => exercised.name).sort()).toEqual([...(await functionModules()).keys()].sort());
});

describe.each(EXERCISES.filter((it) => ONLY?.includes(it.name) ?? true))('the role of $name', (exercised) => {
  const { name, exercise, prepare } = exercised;
  let policy: Policy;
  beforeAll(async () => {
    await prepare?.();
    policy = await policyOf(name);
  });

  it('is enough', async () => {
    expect(await exercise()).toBeUndefined();
  });

  it.runIf(TAKES_ALL || OF_SUITE.includes(name))('has nothing that is not needed', { timeout: 3_600_000 }, async () => {
    const found = await rowsOf({ name, exercise, policy });
    rows.push(...found);
    console.log(found.map(lineOf).join('\n'));
    expect(await exercise(), 'with all of them again').toBeUndefined();
    expect(found.filter((it) => it.shown === 'idle').map((it) => it.grant)).toEqual([]);
  });
});
