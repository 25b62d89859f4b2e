import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forEachBounded } from '../../src/collect/bounded.ts';
import { COMMANDS, cli, entriesOf, type Lived, live, type Measured, randomOf, reference } from './lives.ts';

const LIVES = 6;
const DEATHS = 4;

let folder = '';
let start = '';
let collect: Measured;
let entries: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'witnessmark-kills-'));
  start = join(folder, 'start');
  const first = join(folder, 'reference');
  await cli(COMMANDS.init.args(first));
  await cp(join(first, 'store'), start, { recursive: true });
  const known = await reference(first, [COMMANDS.collect]);
  [collect] = known.measured as [Measured];
  entries = known.entries;
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a collection that is killed', () => {
  it('changes the disk in many steps, and a death at one of them is one', async () => {
    expect(collect.steps).toBeGreaterThan(300);
    const args = (await copied('one')).args;
    const { signal, stdout } = await cli(args, { death: { step: 5, how: 'before' } });
    expect([signal, stdout]).toEqual(['SIGKILL', '']);
  });

  it(`${LIVES * DEATHS} times, at random steps and times, loses nothing that was promised`, async () => {
    const lives = (seed: number) =>
      live({
        folder: join(folder, `life-${seed}`),
        start,
        commands: [collect],
        entries,
        deaths: [DEATHS, DEATHS],
        random: randomOf(seed),
      });
    const lived: Lived[] = [];
    await forEachBounded(Array(LIVES).keys(), 2, async (at) => void lived.push(await lives(at + 1)));
    expect(lived.flatMap((it) => it.lost)).toEqual([]);
    // One that comes close to its end may well be done before it dies again.
    expect(lived.reduce((sum, it) => sum + it.kills, 0)).toBeGreaterThan(LIVES);
  }, 300_000);

  it('and not run again is shown as interrupted in the report', async () => {
    const { args, store, own } = await copied('interrupted');
    // Past the plan, and before anything else of the run was sealed.
    let size = 1;
    for (let step = Math.floor(collect.steps / 8); size < 2; step += 10) {
      await cli(args, { death: { step, how: 'after' } });
      size = (await entriesOf(store)).length;
    }
    const kinds = (await entriesOf(store)).map((it) => JSON.parse(it).kind);
    expect(kinds).toEqual(['trust', 'plan']);
    const { status, stdout } = await cli(COMMANDS.report.args(own));
    expect([status, JSON.parse(stdout).summary.failing]).toEqual([3, 0]);
    const assessed = await cli(['assess', '--framework', 'soc2-2017', '--store', store, '--json']);
    const { runs, coverage } = JSON.parse(assessed.stdout);
    expect(runs).toMatchObject([{ state: 'interrupted', endedAt: null, collected: 0 }]);
    const shown = await cli(['assess', '--framework', 'soc2-2017', '--store', store]);
    expect(shown.stdout).toContain(`interrupted: the collect of ${runs[0].startedAt}`);
    expect(coverage.gaps).toMatchObject([{ cause: expect.stringContaining('started and never ended') }]);
  }, 300_000);
});

async function copied(name: string) {
  const own = join(folder, name);
  const store = join(own, 'store');
  await cp(start, store, { recursive: true });
  return { own, store, args: COMMANDS.collect.args(own) };
}
