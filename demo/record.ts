import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeRun } from '../src/adapters/local/recording.ts';
import type { Change } from './organisation/change.ts';
import { days, MISSING_DAY, runTime } from './organisation/days.ts';
import { CHANGES } from './organisation/drift.ts';
import { type Emulator, startEmulator } from './organisation/emulator.ts';
import { recordRun } from './organisation/run.ts';
import { seedOrganisation } from './organisation/seed.ts';
import type { Done } from './organisation/trail-events.ts';
import { writeTrail } from './organisation/trail-files.ts';
import { type World, worldOf } from './organisation/world.ts';

// Makes demo/recording anew: `node demo/record.ts`. It needs moto_server on the PATH (or in MOTO) with
// time-machine beside it; see demo/recording/README.md for what is real in it and what is made up.

const RECORDING = fileURLToPath(new URL('recording', import.meta.url));
/** The old recording stays until the new one is whole. */
const FOLDER = `${RECORDING}.new`;
const PARTS = ['runs', 'trail', 'recording.json'];
const DESCRIPTION =
  'Example Health, a fictitious company: two accounts, two regions, one run a day from 2026-09-28 to 2026-11-08. Answers of an emulator; see README.md.';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function record(): Promise<void> {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER);
  const emulator = await startEmulator('2024-02-01T00:00:00Z');
  try {
    await emulator.seed(1);
    const world = await worldOf(emulator);
    await seedOrganisation(world);
    const done = await recordDays(emulator, world);
    const files = await writeTrail(join(FOLDER, 'trail'), world, done);
    say(`${files} CloudTrail files`);
  } finally {
    await emulator.stop();
  }
  for (const part of PARTS) {
    await rm(join(RECORDING, part), { recursive: true, force: true });
    await rename(join(FOLDER, part), join(RECORDING, part));
  }
  await rm(FOLDER, { recursive: true });
}

async function recordDays(emulator: Emulator, world: World): Promise<Done[]> {
  const done: Done[] = [];
  for (const day of days()) {
    for (const change of CHANGES.filter((it) => it.at < runTime(day) && !done.some((past) => past.change === it))) {
      done.push(await makeChange(emulator, world, change, done.length));
    }
    if (day === MISSING_DAY) continue;
    const at = runTime(day);
    const { tasks, retrievals } = await recordRun(emulator, world, at);
    const { file } = await writeRun({ folder: FOLDER, at, tasks, retrievals, description: DESCRIPTION });
    const { size } = await stat(join(FOLDER, file));
    say(`${day}: ${retrievals.length} calls, ${retrievals.filter((it) => it.error).length} errors, ${size} bytes`);
  }
  return done;
}

async function makeChange(emulator: Emulator, world: World, change: Change, number: number): Promise<Done> {
  await emulator.seed(1000 + number);
  await emulator.setTime(change.at);
  return { change, calls: await change.make(world, world.in(change.account, change.region)) };
}

await record();
