import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Rule } from '../test/faults/compare.ts';
import { faults } from '../test/faults/faults.ts';
import { allPairs, matrix, type Tried } from '../test/faults/matrix.ts';
import { wireFaults } from '../test/faults/wire.ts';
import { firstRun } from '../test/faults/world.ts';
import { projectRoot } from './generated/root.ts';

/**
 * Every call of a recorded run, one at a time, with every fault: no verdict may turn into another and
 * no subject may vanish. Prints a table and every violation; exit code 1 where there is one.
 */
interface Share {
  readonly part: number;
  readonly of: number;
}

const RULES: readonly Rule[] = ['flip', 'vanished', 'altered', 'unexplained', 'thrown'];
const SHOWN = 100;

if (isMainThread) await main();
else parentPort?.postMessage(await share(workerData as Share));

async function main(): Promise<void> {
  const started = performance.now();
  const of = Math.max(1, availableParallelism());
  const parts = await Promise.all(Array.from({ length: of }, (_, part) => inThread({ part, of })));
  const all = parts.flat();
  const services = [...new Set(all.map((it) => it.service))].sort();
  console.table([
    ...services.map((service) =>
      row(
        service,
        all.filter((it) => it.service === service),
      ),
    ),
    row('total', all),
  ]);
  console.log(
    `${new Set(all.map((it) => it.fault)).size} faults, ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  const broken = all.filter((it) => it.violations.length > 0);
  for (const it of broken.slice(0, SHOWN)) console.error(told(it));
  if (broken.length > SHOWN) console.error(`and ${broken.length - SHOWN} more calls with a fault`);
  if (broken.length > 0 || all.length === 0) process.exitCode = 1;
}

/** What to look at to see it again, with the first thing that is wrong. */
function told({ operation, input, place, nth, fault, violations: [first, ...others] }: Tried): string {
  const lines = [
    `${first?.rule}: ${operation} ${input} in ${place} (call ${nth} of the task), ${fault}`,
    `  ${first?.source} ${first?.subject}`,
    `    before: ${first?.before}`,
    `    after:  ${first?.after}`,
    ...(others.length === 0 ? [] : [`  and ${others.length} more`]),
  ];
  return lines.join('\n');
}

/** Every `of`-th pair: neighbours are of one task and take equally long. */
async function share({ part, of }: Share): Promise<Tried[]> {
  const tasks = await firstRun(join(projectRoot, 'demo/recording'));
  const pairs = allPairs(tasks, [...faults, ...(await wireFaults(tasks.flatMap((it) => it.calls)))]);
  const run = matrix();
  const results: Tried[] = [];
  for (const [index, pair] of pairs.entries()) if (index % of === part) results.push(await run(pair));
  return results;
}

function inThread(data: Share): Promise<Tried[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: data });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a worker ended with exit code ${code} before it was done`)));
  });
}

function row(service: string, tried: readonly Tried[]): Record<string, string | number> {
  const violations = tried.flatMap((it) => it.violations);
  return {
    service,
    calls: new Set(tried.map((it) => `${it.service} ${it.place} ${it.nth}`)).size,
    tried: tried.length,
    'became inconclusive': tried.filter((it) => it.inconclusive > 0).length,
    'of these outcomes': tried.reduce((sum, it) => sum + it.inconclusive, 0),
    unchanged: tried.filter((it) => it.inconclusive === 0 && it.violations.length === 0).length,
    ...Object.fromEntries(RULES.map((rule) => [rule, violations.filter((it) => it.rule === rule).length])),
  };
}
