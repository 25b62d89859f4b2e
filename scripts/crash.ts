import { cp, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS, cli, type Lived, live, randomOf, reference } from '../test/crash/lives.ts';

// Kills the command line with SIGKILL, at random steps and times, until 200 have died (or as many as the
// first argument says; the second is the seed), and checks that nothing that was promised is lost.
const [wanted = 200, seed = 1] = process.argv.slice(2).map(Number);
const { init, collect, evaluate, report, replay } = COMMANDS;
const folder = await mkdtemp(join(tmpdir(), 'witnessmark-crash-'));
const began = performance.now();

const first = join(folder, 'reference');
await cli(init.args(first));
const start = join(folder, 'start');
await cp(join(first, 'store'), start, { recursive: true });
const { measured, entries } = await reference(first, [collect, evaluate, report, replay]);
const fresh = await reference(join(folder, 'fresh-reference'), [init]).catch(() => undefined);

const sum = { lives: 0, commands: 0, kills: 0, repairs: 0, lost: [] as string[] };
async function worker(): Promise<void> {
  while (sum.kills < wanted) {
    const number = sum.lives;
    sum.lives += 1;
    const own = join(folder, `life-${number}`);
    const random = randomOf(seed * 1000 + number);
    // Every fourth begins with nothing, so that the making of a store dies too; its keys are its own.
    const lived: Lived =
      number % 4 === 3 && fresh
        ? await live({ folder: own, commands: [...fresh.measured, ...measured.slice(0, 1)], deaths: [0, 4], random })
        : await live({ folder: own, start, commands: measured, entries, deaths: [0, 4], random });
    sum.commands += lived.commands;
    sum.kills += lived.kills;
    sum.repairs += lived.repairs;
    process.stderr.write(
      `life ${number}: ${lived.kills} kills, lost ${lived.lost.length}; ${sum.kills} of ${wanted}\n`,
    );
    sum.lost.push(...lived.lost.map((it) => `life ${number}: ${it}`));
    if (lived.lost.length === 0) await rm(own, { recursive: true });
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, worker));

const seconds = Math.round((performance.now() - began) / 1000);
for (const it of sum.lost) process.stderr.write(`${it}\n`);
const { lives, commands, kills, repairs, lost } = sum;
process.stdout.write(
  `${kills} kills in ${lives} lives, ${commands} commands run again to their end, ${repairs} deaths left something to be made good, lost ${lost.length}, ${seconds} s\n`,
);
if (lost.length === 0) await rm(folder, { recursive: true });
else process.stderr.write(`what they left is in ${folder}; the same again with seed ${seed}\n`);
process.exitCode = lost.length === 0 ? 0 : 1;
