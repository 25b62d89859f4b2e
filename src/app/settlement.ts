import type { Observations } from '../model/evidence.ts';

/** A task of an earlier run with what it has been judged by already. */
export interface RecordedTask {
  readonly body: Observations;
  readonly retrievals: string;
  readonly judgedBy: ReadonlyMap<string, Judged>;
}

/** That a task has been judged by a source. */
export interface Judged {
  readonly run: string;
  /** Whether the population could be listed. */
  readonly complete: boolean;
  /** Ledger index of the observation, which commits to the states before it. */
  readonly index: number;
}

/** Follows, task by task in order of time, which sources were last judged after the fact. */
export interface Settlement {
  /**
   * Sources by which the task was judged at the time, in ignorance of what has been judged about the
   * time before it since then. What had gone in between must still be said to be gone.
   */
  due(task: RecordedTask): string[];
  /** Goes on to the next task; `fresh` are the sources by which this one is judged only now. */
  pass(task: RecordedTask, fresh: readonly string[]): void;
}

/** `evaluated` are the runs that judged earlier retrievals. */
export function settlement(evaluated: ReadonlySet<string>): Settlement {
  const unsettled = new Set<string>();
  const key = ({ body }: RecordedTask, source: string): string =>
    [body.account, body.region, body.service, source].join('\t');
  return {
    due: (task) =>
      [...task.judgedBy]
        .filter(([source, { run }]) => !evaluated.has(run) && unsettled.has(key(task, source)))
        .map(([source]) => source),
    pass: (task, fresh) => {
      for (const [source, { run, complete }] of task.judgedBy) {
        if (evaluated.has(run)) unsettled.add(key(task, source));
        else if (complete) unsettled.delete(key(task, source));
      }
      for (const source of fresh) unsettled.add(key(task, source));
    },
  };
}
