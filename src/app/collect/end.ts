import type { Outcome } from '../../model/evidence.ts';
import { zeroCounts } from '../../model/evidence.ts';
import type { FailedTask, Task } from '../../model/run.ts';
import { runBody } from '../run-bodies.ts';
import { type Sealed, sealStored, storeBodies } from '../seal.ts';
import type { Store } from '../store.ts';
import type { TaskEnd } from '../task-end.ts';
import { keyOf } from './plan.ts';
import type { CollectedTask } from './task.ts';

/** A run with what each of its tasks came to, in the order of the plan. */
export interface EndedRun {
  readonly run: string;
  readonly at: string;
  readonly tasks: readonly Task[];
  readonly results: readonly CollectedTask[];
}

/** What a run came to. */
export interface RunCounts {
  readonly expected: number;
  readonly collected: number;
  readonly failed: readonly FailedTask[];
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly calls: number;
  readonly throttles: number;
}

/**
 * Seals what the tasks of a run have stored, and its end, in the order of the plan: the same answers give the same
 * ledger, whichever task ended first.
 */
export async function sealRunEnd(store: Store, ended: EndedRun): Promise<Sealed & RunCounts> {
  const { run, at, tasks, results } = ended;
  const counts = countsOf({ tasks, results });
  const ends = [at, ...results.map((it) => it.end.endedAt)].sort();
  const told = { run, at, mode: 'collect', endedAt: ends.at(-1) ?? at, ...counts } as const;
  const last = await storeBodies(store, [runBody(store, told)]);
  const sealed = await sealStored(store, [...results.flatMap((it) => it.stored), ...last]);
  return { ...sealed, ...counts, outcomes: sumOf(results.map((it) => it.outcomes)) };
}

function countsOf({ tasks, results }: Pick<EndedRun, 'tasks' | 'results'>) {
  const ends = results.map((it) => it.end);
  const failed = ends.flatMap((it) => it.failed ?? []);
  return {
    expected: tasks.length,
    collected: tasks.length - failed.length,
    failed: failed.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    calls: total(ends, (it) => it.calls),
    throttles: total(ends, (it) => it.throttles),
  };
}

const total = (ends: readonly TaskEnd[], pick: (it: TaskEnd) => number): number =>
  ends.reduce((sum, it) => sum + pick(it), 0);

function sumOf(all: readonly Readonly<Record<Outcome, number>>[]): Record<Outcome, number> {
  const sum = zeroCounts();
  for (const counts of all) for (const outcome of Object.keys(sum) as Outcome[]) sum[outcome] += counts[outcome];
  return sum;
}
