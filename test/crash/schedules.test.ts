import { afterAll, describe, expect, it } from 'vitest';
import { BUGS } from '../ledger/schedules/bugs.ts';
import { added, materialOf, NOTHING, schedule } from '../ledger/schedules/run.ts';

const SCHEDULES = 200;
/** Schedules within which a bug must show. */
const WITHIN = 60;

const material = await materialOf();
const found: string[] = [];
afterAll(() => console.log(`planted bugs, and the first schedule that finds each:\n${found.join('\n')}`));

it(`${SCHEDULES} schedules of four writers lose, fork and alter nothing`, async () => {
  let sum = NOTHING;
  const wrongs: string[] = [];
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    const result = await schedule(material, seed);
    sum = added(sum, result);
    wrongs.push(...result.wrongs.map((it) => `seed ${seed}: ${it}`));
  }
  console.log(`schedules: ${JSON.stringify(sum)}`);
  expect(wrongs).toEqual([]);
  expect(sum.faults).toBeGreaterThan(SCHEDULES);
  expect(sum.crashes).toBeGreaterThan(SCHEDULES / 10);
});

it('plays a seed the same way again', async () => {
  expect(await schedule(material, 3)).toEqual(await schedule(material, 3));
});

describe('a planted bug', () => {
  it.each(BUGS)('is found: $name', async (bug) => {
    for (let seed = 1; seed <= WITHIN; seed++) {
      const { wrongs } = await schedule(material, seed, bug);
      if (wrongs[0] === undefined) continue;
      found.push(`${String(seed).padStart(3)}  ${bug.name}: ${wrongs[0].slice(0, 160)}`);
      return;
    }
    expect.unreachable(`${WITHIN} schedules went by without a sign of it`);
  });
});
