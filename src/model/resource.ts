import type { Json } from './json.ts';
import type { Failure } from './retrieval.ts';

/**
 * One resource with the facts that were derived from recorded retrievals.
 * A fact that could not be read stands in `failures` under its name and is missing from `facts`:
 * an expression that needs it is inconclusive, never true or false.
 */
export interface Resource {
  readonly type: string;
  /** The ARN where the service has one, else an id that is unique in account and region. */
  readonly id: string;
  readonly name: string;
  readonly account: string;
  /** The region the resource is in; `global` for IAM and accounts. */
  readonly region: string;
  readonly facts: Readonly<Record<string, Json>>;
  readonly failures: Readonly<Record<string, Failure>>;
  /** Lines (from 1) of the task's retrievals that each fact was derived from; key `''`: the listing. */
  readonly lines: Readonly<Record<string, readonly number[]>>;
}

/** All resources of one type in one account and region, as far as they could be listed. */
export interface Population {
  readonly type: string;
  readonly resources: readonly Resource[];
  /** Present when the list itself could not be read to its end: the population is then unknown. */
  readonly failure?: Failure;
  readonly lines: readonly number[];
}
