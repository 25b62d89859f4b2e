import type { ReportedReview } from '../model/report.ts';
import type { Review } from '../model/scope.ts';

/**
 * The newest review of a control: it comes after the period, so its day is not bounded. Of two on one day the later in the file counts. `entries` are
 * the ledger indices of the evidence under the control.
 */
export function reviewOf(
  control: string,
  reviews: readonly Review[],
  entries: Iterable<number>,
): ReportedReview | null {
  const given = reviews.filter((it) => it.control === control).reduce<Review | null>(newer, null);
  if (given === null) return null;
  const { ledger_size: size } = given;
  return { ...given, newer: size === undefined ? null : countFrom(entries, size) };
}

const newer = (known: Review | null, it: Review): Review => (known !== null && known.on > it.on ? known : it);

function countFrom(entries: Iterable<number>, size: number): number {
  let count = 0;
  for (const entry of entries) if (entry >= size) count += 1;
  return count;
}
