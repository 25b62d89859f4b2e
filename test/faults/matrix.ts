import type { Retrieval } from '../../src/model/retrieval.ts';
import { type Comparison, compare } from './compare.ts';
import type { Fault } from './faults.ts';
import { play, type RecordedTask, type Told } from './world.ts';

/** One call with one fault. */
export interface Pair {
  readonly task: RecordedTask;
  readonly call: Retrieval;
  readonly fault: Fault;
}

export interface Tried extends Comparison {
  readonly service: string;
  /** `s3:GetBucketPolicy` */
  readonly operation: string;
  readonly place: string;
  /** Which of the task's calls, from 1. */
  readonly nth: number;
  readonly input: string;
  readonly fault: string;
}

/** Every call of these tasks with every fault that it can have. */
export function allPairs(tasks: readonly RecordedTask[], faults: readonly Fault[]): Pair[] {
  const pairs = tasks.flatMap((task) => task.calls.flatMap((call) => faults.map((fault) => ({ task, call, fault }))));
  return pairs.filter(({ task, call, fault }) => fault.make(call, task.largest) !== undefined);
}

/** Tries pairs; what a task comes to without a fault is found out once for each. */
export function matrix(): (pair: Pair) => Promise<Tried> {
  const baselines = new Map<RecordedTask, Promise<Told>>();
  return async (pair) => {
    const { task, call, fault } = pair;
    const baseline = baselines.get(task) ?? play(task, task.calls);
    baselines.set(task, baseline);
    return {
      service: call.service,
      operation: `${call.service}:${call.operation}`,
      place: `${call.account}/${call.region}`,
      nth: task.calls.indexOf(call) + 1,
      input: JSON.stringify(call.input),
      fault: fault.id,
      ...(await tried(pair, await baseline)),
    };
  };
}

async function tried({ task, call, fault }: Pair, before: Told): Promise<Comparison> {
  const faulted = fault.make(call, task.largest);
  if (faulted === undefined) return { inconclusive: 0, violations: [] };
  const calls = task.calls.flatMap((it) => (it === call ? faulted.calls : [it]));
  const error = faulted.error === undefined ? {} : { error: faulted.error };
  try {
    const after = await play(task, calls, faulted.limits);
    return compare(before, after, [{ operation: `${call.service}:${call.operation}`, ...error }]);
  } catch (thrown) {
    const violation = { rule: 'thrown', source: '', subject: '', before: 'a reading', after: String(thrown) } as const;
    return { inconclusive: 0, violations: [violation] };
  }
}
