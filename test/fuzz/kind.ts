import type { Rng } from '../collect/planted/rng.ts';

/** What became of an input. */
export type Verdict = 'accepted' | 'refused';

/** One kind of input from outside, and the code of the product that reads it. */
export interface FuzzKind {
  readonly name: string;
  /** Prepares the seeds and gives the reader. `scratch` is a folder of its own. */
  readonly start: (scratch: string) => Promise<FuzzTarget>;
}

export interface FuzzTarget {
  readonly seeds: readonly Buffer[];
  /**
   * Reads one input as the product does. Refused: a listed problem, or a WitnessmarkError thrown out of
   * it. Anything else that it throws is a defect.
   */
  readonly read: (input: Buffer, nth: number) => Verdict | Promise<Verdict>;
  /** How inputs are made of the seeds, where spoiling their bytes alone would not lead far. */
  readonly mutate?: (seeds: readonly Buffer[], rng: Rng) => Buffer;
  /** An input that stands in place of the mutated one, such as a bomb; making it is no part of reading it. */
  readonly instead?: (nth: number) => Buffer | undefined;
  readonly end?: () => Promise<void>;
}
