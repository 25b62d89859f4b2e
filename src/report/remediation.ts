import type { FailingInterval } from '../model/report.ts';

/** What became of the failures of a source or a control, and how long it took. */
export interface Remediation {
  /** Intervals in which something failed; events have no length and are not among them. */
  readonly total: number;
  /** Those that ended: the subject passed, was no longer concerned, or was gone. */
  readonly putRight: number;
  /** Seconds from first seen failing to first seen otherwise, over those put right; null if there are none. */
  readonly median: number | null;
  readonly longest: number | null;
  /** Those of which nobody can say whether they ended, because what judged them is gone. */
  readonly unknown: number;
  readonly open: number;
  /** Open ones that an exception covers. */
  readonly accepted: number;
  /** When the oldest open one was first seen; null if none is open. */
  readonly openSince: string | null;
}

/** Counts failures that were put right, with the times it took, and those still open. Events (no length of time) do not count. */
export function remediationOf(intervals: Iterable<FailingInterval>): Remediation {
  const open: FailingInterval[] = [];
  const seconds: number[] = [];
  let unknown = 0;
  for (const it of intervals) {
    if (it.to === null) open.push(it);
    else if (it.end === 'unjudged') unknown++;
    else if (it.from !== it.to) seconds.push(it.seconds ?? 0);
  }
  seconds.sort((a, b) => a - b);
  return {
    total: seconds.length + open.length + unknown,
    putRight: seconds.length,
    median: median(seconds),
    longest: seconds.at(-1) ?? null,
    unknown,
    open: open.length,
    accepted: open.filter((it) => it.exception !== null).length,
    openSince: open.reduce<string | null>(
      (oldest, { from }) => (oldest !== null && oldest < from ? oldest : from),
      null,
    ),
  };
}

/** The middle of sorted numbers, or the mean of the two in the middle, in whole seconds. */
function median(sorted: readonly number[]): number | null {
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)];
  const lower = sorted[Math.ceil(half) - 1];
  return upper === undefined || lower === undefined ? null : Math.round((lower + upper) / 2);
}
