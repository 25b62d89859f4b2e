import { WitnessmarkError } from '../../src/model/error.ts';
import { rngOf } from '../collect/planted/rng.ts';
import type { FuzzKind } from './kind.ts';
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
  /** Longest time for one input, in milliseconds, and which it was. */
  readonly slowest: number;
  readonly slowestInput: number;
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
  const base = process.memoryUsage.rss();
  const found = { accepted: 0, refused: 0, slowest: 0, slowestInput: -1, memory: 0 };
  const crashes: { input: number; error: string }[] = [];
  let inputs = 0;
  for (; inputs < options.count && performance.now() < (options.until ?? Infinity); inputs += 1) {
    const nth = options.from + inputs;
    const input = mutate(target.seeds, rngOf(Math.imul(options.seed, 0x9e3779b1) ^ nth));
    options.before?.(nth);
    const started = performance.now();
    try {
      found[await target.read(input, nth)] += 1;
    } catch (thrown) {
      if (thrown instanceof WitnessmarkError) found.refused += 1;
      else crashes.push({ input: nth, error: shown(thrown) });
    }
    const took = performance.now() - started;
    if (took > found.slowest) [found.slowest, found.slowestInput] = [took, nth];
    found.memory = Math.max(found.memory, (process.memoryUsage.rss() - base) / MIB);
    if (crashes.length >= MAX_CRASHES) break;
  }
  await target.end?.();
  return { kind: kind.name, inputs, ...found, crashes };
}

function shown(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return `${thrown.name}: ${thrown.message.slice(0, 200)} ${thrown.stack?.split('\n').slice(1, 5).join(' <').replaceAll(/\s+/g, ' ')}`;
}
