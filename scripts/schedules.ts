import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { added, type Counts, materialOf, NOTHING, type Result, schedule } from '../test/ledger/schedules/run.ts';

/**
 * Four writers, a reader and a forger at one ledger, with faults and crashes, in an order that a seed decides:
 * `npm run test:schedules -- 10000 --seed 1`. Prints what was played and the seed of every schedule in which
 * something was lost, forked or altered; exit code 1 where there is one.
 */
interface Share {
  readonly seed: number;
  readonly count: number;
  readonly part: number;
  readonly of: number;
}

const PROGRESS_MS = 10_000;

if (isMainThread) await main();
else await play(workerData as Share);

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string', default: '1' } },
  });
  const [count, seed] = [Number(positionals[0] ?? 1000), Number(values.seed)];
  const of = Math.max(1, availableParallelism());
  let sum: Counts = NOTHING;
  const failed: Result[] = [];
  const began = performance.now();
  const told = () => `${JSON.stringify(sum)}, ${Math.round((performance.now() - began) / 1000)} s`;
  const progress = setInterval(() => console.error(told()), PROGRESS_MS);
  const onResult = (result: Result) => {
    sum = added(sum, result);
    if (result.wrongs.length === 0) return;
    failed.push(result);
    console.error(`seed ${result.seed}: ${result.wrongs.slice(0, 5).join('\n  ')}`);
  };
  await Promise.all(Array.from({ length: of }, (_, part) => inThread({ seed, count, part, of }, onResult)));
  clearInterval(progress);
  console.log(told());
  console.log(failed.length === 0 ? 'no seed fails' : `failing seeds: ${failed.map((it) => it.seed).join(' ')}`);
  process.exitCode = failed.length === 0 && sum.schedules === count ? 0 : 1;
}

function inThread(share: Share, onResult: (result: Result) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: share });
    worker.on('message', onResult);
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
}

async function play({ seed, count, part, of }: Share): Promise<void> {
  const material = await materialOf();
  for (let at = part; at < count; at += of) parentPort?.postMessage(await schedule(material, seed + at));
}
