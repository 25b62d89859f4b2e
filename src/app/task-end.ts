import type { TaskReading } from '../collect/reading.ts';
import type { Failure } from '../model/retrieval.ts';
import type { FailedTask } from '../model/run.ts';

/** Failures kept per task in the run's record. The evidence itself keeps every one. */
const FAILURES_PER_TASK = 100;

/** What a run remembers of a task once its answers are written: no answer is in here. */
export interface TaskEnd {
  readonly failed: FailedTask | undefined;
  readonly calls: number;
  readonly throttles: number;
  /** End of the last call; empty where none was made. */
  readonly endedAt: string;
}

/** The numbers of a reading, which may then be forgotten. */
export function taskEnd(reading: TaskReading): TaskEnd {
  const { retrievals } = reading;
  return {
    failed: failedTask(reading),
    calls: retrievals.length,
    throttles: retrievals.filter((it) => it.error?.kind === 'throttled').length,
    endedAt:
      retrievals
        .map((it) => it.endedAt)
        .sort()
        .at(-1) ?? '',
  };
}

/** A task is failed when anything it was to read could not be read; the failures say what. */
export function failedTask({ task, populations, findings, findingsFailure }: TaskReading): FailedTask | undefined {
  const failures = [
    ...populations.flatMap((it) => it.failure ?? []),
    ...populations.flatMap((it) => it.resources.flatMap((resource) => Object.values(resource.failures))),
    ...findings.flatMap((it) => it.failure ?? []),
    ...(findingsFailure ? [findingsFailure] : []),
  ];
  if (failures.length === 0) return undefined;
  return { ...task, failures: distinct(failures).slice(0, FAILURES_PER_TASK) };
}

function distinct(failures: readonly Failure[]): Failure[] {
  return [...new Map(failures.map((it) => [`${it.operation}\t${it.kind}\t${it.name}\t${it.message}`, it])).values()];
}
