import { forEachBounded } from '../collect/bounded.ts';
import { readTask } from '../collect/read-task.ts';
import type { Service } from '../collect/service.ts';
import { shareCallsOf } from '../collect/shared-calls.ts';
import type { Retrieval } from '../model/retrieval.ts';
import type { FailedTask, Task } from '../model/run.ts';
import type { Cloud } from '../ports/cloud.ts';
import { type TaskEnd, taskEnd } from './task-end.ts';

/** Tasks at once, as in a run that is sealed; within a task the reader bounds its own calls. */
const TASKS_AT_ONCE = 4;

export interface RecordRequest {
  readonly cloud: Cloud;
  readonly tasks: readonly Task[];
  readonly service: (id: string) => Promise<Service>;
  /** The run's time. */
  readonly at: string;
  /** Secret of the redaction digests. */
  readonly secret: string;
  /**
   * Takes the calls of a task when it ends; `index` is its place in the plan. Tasks end in any order:
   * by place, the same answers give the same recording.
   */
  readonly keep: (index: number, retrievals: readonly Retrieval[]) => void;
}

/** What the calls came to; the calls themselves were handed over. */
export interface RecordedCalls {
  /** In the order of the plan. */
  readonly failed: readonly FailedTask[];
  readonly calls: number;
  readonly throttles: number;
}

/**
 * Makes the calls of one run and judges nothing: what they gave is sealed later, elsewhere, by playing
 * it. A task that cannot be read whole is in `failed` and its failed calls are among the kept ones. No
 * more answers are in memory than those of the tasks under way.
 */
export async function recordRun(request: RecordRequest): Promise<RecordedCalls> {
  const { cloud, tasks, service, at, secret, keep } = request;
  const ends: TaskEnd[] = [];
  const calls = await shareCallsOf(cloud, tasks, service);
  await forEachBounded(tasks.entries(), TASKS_AT_ONCE, async ([index, task]) => {
    const reading = await readTask({
      service: await service(task.service),
      cloud: calls.forTask(),
      task,
      at,
      redact: { secret },
    });
    keep(index, reading.retrievals);
    ends[index] = taskEnd(reading);
  });
  return {
    failed: ends.flatMap((it) => it.failed ?? []),
    calls: ends.reduce((sum, it) => sum + it.calls, 0),
    throttles: ends.reduce((sum, it) => sum + it.throttles, 0),
  };
}
