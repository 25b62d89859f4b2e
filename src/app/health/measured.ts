import { WitnessmarkError } from '../../model/error.ts';
import type { JsonObject } from '../../model/json.ts';

/** What measuring one SLI gave. A value that could not be had is never made up. */
export type Measured =
  | { readonly value: number; readonly says: string; readonly details?: JsonObject }
  | { readonly unknown: string; readonly details?: JsonObject }
  | { readonly notApplicable: string };

/** The time that is looked at, both ends included, as timestamps. */
export interface Span {
  readonly from: string;
  readonly to: string;
  readonly days: number;
}

const DAY_MS = 86_400_000;

/** The last `days` days up to `to`. */
export function spanOf(to: string, days: number): Span {
  return { from: new Date(Date.parse(to) - days * DAY_MS).toISOString(), to, days };
}

/** Passes rows on, and throws `health-too-many` beyond `most`: a share of a part is no share of the whole. */
export async function* atMost<T>(rows: AsyncIterable<T>, most: number, what: string): AsyncGenerator<T> {
  let count = 0;
  for await (const row of rows) {
    count += 1;
    if (count > most) {
      const message = `more than ${most} ${what} in the window`;
      throw new WitnessmarkError('health-too-many', message, { hint: 'ask for fewer days' });
    }
    yield row;
  }
}

/** Good of all, in percent. */
export const percent = (good: number, all: number): number => (100 * good) / all;

/** The value that so many percent of the others do not exceed (nearest rank); `values` is not empty. */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)] ?? 0;
}

/** p50, p95 and the largest. */
export const spread = (values: readonly number[]): { p50: number; p95: number; max: number } => ({
  p50: percentile(values, 50),
  p95: percentile(values, 95),
  max: percentile(values, 100),
});

/** `1 task`, `2 tasks`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
