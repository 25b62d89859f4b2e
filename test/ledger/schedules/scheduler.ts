import { setImmediate } from 'node:timers/promises';

/** Waits until the scheduler lets this actor go on. */
export type Turn = (actor: string) => Promise<void>;

interface Waiting {
  readonly actor: string;
  readonly go: () => void;
}

/** How much slower than others an actor may become, for a while: long waits between a read and a write show races. */
const WEIGHTS = [1, 1, 0.1, 0.01];
/** Turns after which the weights are drawn again, on average. */
const WEATHER = 40;

/**
 * Runs actors whose every operation waits for its turn, one operation at a time. Who is next is drawn from `random`
 * alone, so a seed gives the same order on every machine: between turns there may be computing, but no waiting.
 */
export async function interleave(random: () => number, actors: (turn: Turn) => Promise<unknown>): Promise<void> {
  const waiting: Waiting[] = [];
  let weights = new Map<string, number>();
  const weightOf = (actor: string): number => {
    const weight = weights.get(actor) ?? WEIGHTS[Math.floor(random() * WEIGHTS.length)] ?? 1;
    weights.set(actor, weight);
    return weight;
  };
  const next = (): Waiting | undefined => {
    if (random() < 1 / WEATHER) weights = new Map();
    const sums: number[] = [];
    for (const { actor } of waiting) sums.push((sums.at(-1) ?? 0) + weightOf(actor));
    const drawn = random() * (sums.at(-1) ?? 0);
    const at = sums.findIndex((sum) => drawn < sum);
    return at < 0 ? undefined : waiting.splice(at, 1)[0];
  };
  const ended = { value: false };
  const turn: Turn = (actor) => new Promise<void>((go) => waiting.push({ actor, go }));
  const all = actors(turn).finally(() => (ended.value = true));
  while (!ended.value) {
    // All that can run without a turn has run by then.
    await setImmediate();
    next()?.go();
  }
  await all;
}
