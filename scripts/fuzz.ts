import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { FUZZ_KINDS } from '../test/fuzz/kinds.ts';
import { type FuzzResult, fuzz } from '../test/fuzz/run.ts';
import { scratchFolder } from '../test/fuzz/scratch.ts';

/**
 * Feeds every reader of input from outside with mutated inputs: `npm run test:fuzz -- --kind yaml
 * --count 100000 --seed 1 --from 0`. Prints a table; exit code 1 where something was thrown that is no
 * WitnessmarkError, or an input took more than 2 seconds of computing or 30 of waiting. Input n of a seed is always the same, so
 * `--from n --count 1` shows one again.
 */
interface Job {
  readonly kind: string;
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  readonly seconds: number;
  readonly scratch: string;
  /** Input that is under way, and since when (ms), so that the main thread sees one that never ends. */
  readonly progress: SharedArrayBuffer;
}

const SLOW_MS = 2_000;
const HANG_MS = 30_000;
const HEAP_MB = 2_048;

if (isMainThread) await main();
else await work(workerData as Job);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kind: { type: 'string', multiple: true, default: [...FUZZ_KINDS.keys()] },
      count: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      seconds: { type: 'string', default: '86400' },
    },
  });
  const [count, seed, from, seconds] = [values.count, values.seed, values.from, values.seconds].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const results: FuzzResult[] = [];
  for (const kind of values.kind) {
    const result = await inThread({ kind, seed, from, count, seconds });
    results.push(result);
    for (const crash of result.crashes) console.error(`${kind} seed ${seed} input ${crash.input}: ${crash.error}`);
    console.table(results.map(row));
  }
  process.exitCode = results.some((it) => it.crashes.length > 0 || it.slowestCpu > SLOW_MS) ? 1 : 0;
}

function row(result: FuzzResult) {
  const { kind, inputs, accepted, refused, memory, crashes } = result;
  const ms = (took: number, input: number): string => `${took.toFixed(0)} ms (${input})`;
  return {
    kind,
    inputs,
    accepted,
    refused,
    slowest: ms(result.slowest, result.slowestInput),
    computed: ms(result.slowestCpu, result.slowestCpuInput),
    'memory MiB': Math.round(memory),
    crashes: crashes.length,
  };
}

function inThread(given: Omit<Job, 'scratch' | 'progress'>): Promise<FuzzResult> {
  const progress = new SharedArrayBuffer(16);
  const [input, since] = [new Int32Array(progress, 0, 1), new Float64Array(progress, 8, 1)];
  const scratch = scratchFolder();
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { ...given, scratch, progress } satisfies Job,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  return new Promise<FuzzResult>((resolve) => {
    const failed = (error: string) =>
      resolve({
        kind: given.kind,
        inputs: (input[0] ?? 0) - given.from,
        accepted: 0,
        refused: 0,
        slowest: HANG_MS,
        slowestInput: input[0] ?? 0,
        slowestCpu: HANG_MS,
        slowestCpuInput: input[0] ?? 0,
        memory: 0,
        crashes: [{ input: input[0] ?? 0, error }],
      });
    const watch = setInterval(() => {
      if ((since[0] ?? 0) > 0 && Date.now() - (since[0] ?? 0) > HANG_MS) {
        failed(`took more than ${HANG_MS} ms`);
        void worker.terminate();
      }
    }, 500);
    worker.on('message', resolve);
    worker.on('error', (error) => failed(String(error)));
    worker.on('exit', (code) => {
      clearInterval(watch);
      rmSync(scratch, { recursive: true, force: true });
      failed(`the thread ended with ${code}`);
    });
  });
}

async function work({ kind, seed, from, count, seconds, scratch, progress }: Job): Promise<void> {
  const found = FUZZ_KINDS.get(kind);
  if (found === undefined) throw new Error(`no kind "${kind}": expected one of ${[...FUZZ_KINDS.keys()].join(', ')}`);
  const [input, since] = [new Int32Array(progress, 0, 1), new Float64Array(progress, 8, 1)];
  const before = (nth: number): void => {
    input[0] = nth;
    since[0] = Date.now();
  };
  const until = performance.now() + seconds * 1_000;
  parentPort?.postMessage(await fuzz(found, { seed, from, count, scratch, until, before }));
  since[0] = 0;
}
