import { WitnessmarkError } from '../../src/model/error.ts';
import { type Rng, rngOf } from '../collect/planted/rng.ts';
import type { FuzzKind, FuzzTarget } from './kind.ts';
import { mutate } from './mutate.ts';

export interface FuzzOptions {
  readonly seed: number;
  /** Number of the first input: an input depends on the seed and its number alone, so a run can go on where another ended. */
  readonly from: number;
  readonly count: number;
  readonly scratch: string;
  /** Stops before this time, of `performance.now()`. */
  readonly until?: number;
  /** Told before each input. */
  readonly before?: (nth: number) => void;
}

export interface FuzzResult {
  readonly kind: string;
  readonly inputs: number;
  readonly accepted: number;
  readonly refused: number;
  /** Longest time for one input, in milliseconds, and which it was: all that passed, and of that what this thread computed. */
  readonly slowest: number;
  readonly slowestInput: number;
  readonly slowestCpu: number;
  readonly slowestCpuInput: number;
  /** Growth of the resident memory above that at the start, in MiB. */
  readonly memory: number;
  /** Defects: anything thrown that is no WitnessmarkError, with the number of the input. */
  readonly crashes: readonly { readonly input: number; readonly error: string }[];
}

const MIB = 2 ** 20;
const MAX_CRASHES = 20;

/** Feeds a kind with mutated inputs and counts what becomes of them. */
export async function fuzz(kind: FuzzKind, options: FuzzOptions): Promise<FuzzResult> {
  const target = await kind.start(options.scratch);
  await warmUp(target);
  const base = process.memoryUsage.rss();
  const found = {
    accepted: 0,
    refused: 0,
    slowest: 0,
    slowestInput: -1,
    slowestCpu: 0,
    slowestCpuInput: -1,
    memory: 0,
  };
  const crashes: { input: number; error: string }[] = [];
  let inputs = 0;
  for (; inputs < options.count && performance.now() < (options.until ?? Infinity); inputs += 1) {
    const nth = options.from + inputs;
    const input = target.instead?.(nth) ?? inputOf(target, rngOf(Math.imul(options.seed, 0x9e3779b1) ^ nth));
    options.before?.(nth);
    const [started, cpu] = [performance.now(), cpuMs()];
    try {
      found[await target.read(input, nth)] += 1;
    } catch (thrown) {
      if (thrown instanceof WitnessmarkError) found.refused += 1;
      else crashes.push({ input: nth, error: shown(thrown) });
    }
    const [took, computed] = [performance.now() - started, cpuMs() - cpu];
    if (took > found.slowest) [found.slowest, found.slowestInput] = [took, nth];
    if (computed > found.slowestCpu) [found.slowestCpu, found.slowestCpuInput] = [computed, nth];
    found.memory = Math.max(found.memory, (process.memoryUsage.rss() - base) / MIB);
    if (crashes.length >= MAX_CRASHES) break;
  }
  await target.end?.();
  return { kind: kind.name, inputs, ...found, crashes };
}

const inputOf = (target: FuzzTarget, rng: Rng): Buffer => (target.mutate ?? mutate)(target.seeds, rng);

/** Loads what is loaded once (clients of the SDK take seconds), so that no input is said to be slow by that. */
async function warmUp({ seeds, read }: FuzzTarget): Promise<void> {
  for (const [nth, seed] of seeds.slice(0, 100).entries()) {
    try {
      await read(seed, nth);
    } catch (thrown) {
      if (!(thrown instanceof WitnessmarkError)) throw thrown;
    }
  }
}

/** Of this thread: other processes that take the cores do not count. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function shown(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return `${thrown.name}: ${thrown.message.slice(0, 200)} ${thrown.stack?.split('\n').slice(1, 5).join(' <').replaceAll(/\s+/g, ' ')}`;
}
