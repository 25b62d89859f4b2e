import type { Population } from '../model/resource.ts';
import type { Failure, Retrieval } from '../model/retrieval.ts';
import type { Task } from '../model/run.ts';
import type { Finding } from './service.ts';

/** The findings of one source in one task, or the failure that kept them from being read. */
export interface FindingsRead {
  readonly source: string;
  readonly resourceType: string;
  readonly findings: readonly Finding[];
  readonly failure?: Failure;
  /** Lines (from 1) of the task's retrievals. */
  readonly lines: readonly number[];
}

/** Everything that one task gave: what was called, and what was derived from the answers. */
export interface TaskReading {
  readonly task: Task;
  /** The run's time, the same for all tasks of a run. */
  readonly at: string;
  /** One for each resource type of the service, in the service's order. */
  readonly populations: readonly Population[];
  readonly findings: readonly FindingsRead[];
  /** Lines of the list of finding sources; left out where the service has none or they could not be listed. */
  readonly findingsListed?: readonly number[];
  /** Set when the list of finding sources itself could not be read. */
  readonly findingsFailure?: Failure;
  readonly retrievals: readonly Retrieval[];
}
