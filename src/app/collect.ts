import type { Catalogue } from '../catalog/catalogue.ts';
import { forEachBounded } from '../collect/bounded.ts';
import type { TaskReading } from '../collect/reading.ts';
import type { Service } from '../collect/service.ts';
import { shareCallsOf } from '../collect/shared-calls.ts';
import type { Cloud } from '../ports/cloud.ts';
import { catalogueDigest } from './catalogue.ts';
import { type RunCounts, sealRunEnd } from './collect/end.ts';
import { type PlanRequest, planRun } from './collect/plan.ts';
import { sealedOutcomes } from './collect/sealed-run.ts';
import { type CollectedTask, taskCollector } from './collect/task.ts';
import type { Store } from './store.ts';

/** Tasks at once; within a task the reader bounds its own calls. */
const TASKS_AT_ONCE = 4;

export interface CollectRequest extends Omit<PlanRequest, 'catalogue'> {
  readonly cloud: Cloud;
  readonly service: (id: string) => Promise<Service>;
  readonly catalogue: Catalogue;
  readonly onTask?: (done: number, of: number, reading: TaskReading) => void | Promise<void>;
}

export interface CollectResult extends RunCounts {
  readonly run: string;
  readonly at: string;
  /** Ledger entries written. */
  readonly entries: number;
  /** Whether the ledger held this run already, so that nothing was collected. */
  readonly known: boolean;
}

/**
 * One collection run on one machine: plan, read every task, judge, seal. A run that the ledger holds already (a
 * recording played twice) is not made again. Whoever calls it stamps the newest checkpoint once all is done
 * (`stampNewest`).
 */
export async function collect(store: Store, request: CollectRequest): Promise<CollectResult> {
  const { tasks, service, catalogue, at } = request;
  const { run, done } = await planRun(store, { ...request, catalogue: catalogueDigest(catalogue) });
  if (done) return { run, at, ...done, outcomes: await sealedOutcomes(store, run), entries: 0, known: true };
  const collectTask = taskCollector(store, { run, at, catalogue: async () => catalogue, service });
  const calls = await shareCallsOf(request.cloud, tasks, service);
  const results: CollectedTask[] = [];
  let ended = 0;
  await forEachBounded(tasks.entries(), TASKS_AT_ONCE, async ([index, task]) => {
    // The reading ends with this function: answers are big, and a run has thousands of tasks.
    const { reading, collected } = await collectTask(task, calls.forTask());
    // By place in the plan, not by who finished first: the same answers give the same ledger.
    results[index] = collected;
    ended += 1;
    await request.onTask?.(ended, tasks.length, reading);
  });
  const { size: _size, ...sealed } = await sealRunEnd(store, { run, at, tasks, results });
  return { run, at, ...sealed, known: false };
}
