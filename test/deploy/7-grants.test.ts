import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionModules } from '../../scripts/generated/roles.ts';
import { EXERCISES, type Exercise, type Problem } from './exercises.ts';
import {
  type Grant,
  grantName,
  grantsOf,
  isKept,
  newInstance,
  type Policy,
  policyOf,
  setPolicy,
  without,
} from './grants.ts';
import { isAbout, NOT_SHOWN } from './not-shown.ts';

/**
 * Takes from the role of each function one grant at a time, and has the function do everything that it does. This empties
 * the store of the stack and makes it anew, so it comes last.
 *
 * `npm run test:grants` takes them all, of every function. The suite takes those of three, which between them make, sign
 * and append to the ledger, and exercises every other one as it is.
 */
const TAKES_ALL = process.env.WITNESSMARK_GRANTS === 'all';
const OF_SUITE = ['init', 'notary', 'seal'];
/** Names with commas between them, for a look at some functions alone. */
const ONLY = process.env.WITNESSMARK_GRANTS_OF?.split(',');

interface Row {
  readonly function: string;
  readonly grant: string;
  readonly shown: string;
}
const rows: Row[] = [];
afterAll(() =>
  console.log(rows.map((it) => `${it.function.padEnd(13)} ${it.grant.padEnd(58)} ${it.shown}`).join('\n')),
);

interface Tried {
  readonly name: string;
  readonly exercise: Exercise;
  readonly policy: Policy;
}

/** What the function did not do without the grant. The policy stands again afterwards. */
async function triedWithout({ name, exercise, policy }: Tried, grant: Grant): Promise<Problem> {
  await setPolicy(name, without(policy, grant));
  try {
    if (isKept(grant)) await newInstance(name);
    return await exercise();
  } finally {
    await setPolicy(name, policy);
  }
}

const reasonFor = (name: string, grant: Grant): string | undefined =>
  NOT_SHOWN.find((entry) => isAbout(entry, name, grant))?.why;

it('exercises every function', async () => {
  expect(EXERCISES.map((exercised) => exercised.name).sort()).toEqual([...(await functionModules()).keys()].sort());
});

/** What is wrong with a grant: nothing needs it, or it is needed though it is listed as not shown. */
async function wrongWith(tried: Tried, grant: Grant): Promise<string | undefined> {
  const { name, exercise } = tried;
  const problem = await triedWithout(tried, grant);
  const why = reasonFor(name, grant);
  const shown = problem === undefined ? `not shown: ${why}` : `needed: ${problem.replaceAll(/\s+/g, ' ').slice(0, 90)}`;
  rows.push({ function: name, grant: grantName(grant), shown });
  if (problem === undefined) return why === undefined ? `${grantName(grant)}: nothing needs it` : undefined;
  expect(await exercise(), `with ${grantName(grant)} again`).toBeUndefined();
  return why === undefined ? undefined : `${grantName(grant)} is listed as not shown, and is: ${problem}`;
}

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
    const wrong: string[] = [];
    for (const grant of grantsOf(policy)) {
      const found = await wrongWith({ name, exercise, policy }, grant);
      if (found !== undefined) wrong.push(found);
    }
    expect(wrong).toEqual([]);
  });
});
