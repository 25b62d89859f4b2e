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
  readonly end?: () => Promise<void>;
}
