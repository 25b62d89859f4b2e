import { forEachBounded } from '../collect/bounded.ts';
import { readTask } from '../collect/read-task.ts';
import type { TaskReading } from '../collect/reading.ts';
import type { Service } from '../collect/service.ts';
import type { Retrieval } from '../model/retrieval.ts';
import type { FailedTask, Task } from '../model/run.ts';
import type { Cloud } from '../ports/cloud.ts';
import { failedTask } from './collect.ts';

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
}

export interface RecordedCalls {
  /** In the order of the plan. */
  readonly retrievals: readonly Retrieval[];
  readonly failed: readonly FailedTask[];
  readonly calls: number;
  readonly throttles: number;
}

/**
 * Makes the calls of one run and judges nothing: what they gave is sealed later, elsewhere, by playing
 * it. A task that cannot be read whole is in `failed` and its failed calls are in `retrievals`.
 */
export async function recordRun({ cloud, tasks, service, at, secret }: RecordRequest): Promise<RecordedCalls> {
  const readings: TaskReading[] = [];
  await forEachBounded(tasks.entries(), TASKS_AT_ONCE, async ([index, task]) => {
    // By place in the plan and not by who finished first: the same answers give the same recording.
    readings[index] = await readTask({ service: await service(task.service), cloud, task, at, redact: { secret } });
  });
  const retrievals = readings.flatMap((it) => it.retrievals);
  return {
    retrievals,
    failed: readings.flatMap((it) => failedTask(it) ?? []),
    calls: retrievals.length,
    throttles: retrievals.filter((it) => it.error?.kind === 'throttled').length,
  };
}
