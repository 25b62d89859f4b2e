import { makeStore, runMachine, stepsOf } from '../test/deploy/stack.ts';
import { type Played, play } from './game-day/incident.ts';
import { listen } from './game-day/messages.ts';
import { objectIncidents } from './game-day/objects.ts';
import { runIncidents } from './game-day/runs.ts';

/**
 *   npm run game-day [-- word …]       all incidents, or those whose names have one of the words
 *
 * Things go wrong in a deployment on the emulator, on purpose: each has to be noticed by what people look at, and mended
 * by the commands of its runbook in docs/OPERATIONS.md. Started by `npm run game-day`; exit code 1 where one was not.
 */
await makeStore();
await listen();
stepsOf(await runMachine({}));

const words = process.argv.slice(2);
const asked = [...runIncidents, ...objectIncidents].filter(
  ({ name }) => words.length === 0 || words.some((it) => name.includes(it)),
);
const played: Played[] = [];
for (const incident of asked) {
  const result = await play(incident);
  played.push(result);
  console.log(`${result.ok ? 'ok  ' : 'NOT '} ${result.name} (${result.seconds} s)`);
  console.log(`     noticed: ${result.noticed}\n     mended:  ${result.mended}`);
}
console.table(
  played.map(({ name, runbook, ok, seconds }) => ({ incident: name, runbook, noticedAndMended: ok, seconds })),
);
if (played.length === 0 || played.some((it) => !it.ok)) process.exitCode = 1;
