import type { Catalogue } from '../../catalog/catalogue.ts';
import { readTask } from '../../collect/read-task.ts';
import type { TaskReading } from '../../collect/reading.ts';
import type { Service } from '../../collect/service.ts';
import { canonicalize } from '../../ledger/canonical.ts';
import type { Body } from '../../model/entry.ts';
import type { Outcome } from '../../model/evidence.ts';
import { zeroCounts } from '../../model/evidence.ts';
import type { Task } from '../../model/run.ts';
import type { Cloud } from '../../ports/cloud.ts';
import type { SubjectState } from '../../ports/evidence-index.ts';
import { taskBodies } from '../bodies.ts';
import { checkSources } from '../catalogue.ts';
import type { JudgedSource } from '../judged.ts';
import { judgeTask } from '../judged.ts';
import { createLines } from '../objects.ts';
import { removedSources } from '../removed-sources.ts';
import { type StoredBody, storeBodies } from '../seal.ts';
import type { Store } from '../store.ts';
import { type TaskEnd, taskEnd } from '../task-end.ts';

/** What the tasks of one run have in common. */
export interface RunContext {
  readonly run: string;
  /** The run's time. */
  readonly at: string;
  /** Asked once a task, beside its calls to AWS: it is not needed before these have answered. */
  readonly catalogue: () => Promise<Catalogue>;
  readonly service: (id: string) => Promise<Service>;
}

/** A task whose answers and evidence are stored, and in no entry of the ledger yet. */
export interface CollectedTask {
  readonly end: TaskEnd;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly stored: readonly StoredBody[];
}

/** Collects one task of a planned run; the index must be as the plan left it. */
export type CollectTask = (task: Task, cloud: Cloud) => Promise<{ reading: TaskReading; collected: CollectedTask }>;

/** Reads, judges and stores tasks of one run. What many of them ask the index alike is asked once. */
export function taskCollector(store: Store, context: RunContext): CollectTask {
  const { run, at, catalogue, service } = context;
  const removedOf = removedSources(store, { run, at });
  return async (task, cloud) => {
    const redact = { secret: store.redactionSecret };
    const asked = readTask({ service: await service(task.service), cloud, task, at, redact });
    const loading = catalogue();
    // Thrown when the reading has ended: no call goes on behind the back of whoever was told.
    loading.catch(() => undefined);
    const [reading, loaded] = [await asked, await loading];
    const types = reading.populations.map((it) => it.type);
    const judged = [...judgeTask(reading, checkSources(loaded, types)), ...(await removedOf(reading))];
    const outcomes = zeroCounts();
    for (const subject of judged.flatMap((it) => it.subjects)) outcomes[subject.outcome] += 1;
    const stored = await storeBodies(store, await sealable(store, { run, reading, judged }));
    return { reading, collected: { end: taskEnd(reading), outcomes, stored } };
  };
}

/** Stores a task's retrievals and turns its judgements into bodies that are ready to be sealed. */
export async function sealable(
  store: Store,
  { run, reading, judged }: { run: string; reading: TaskReading; judged: readonly JudgedSource[] },
): Promise<Body[]> {
  const { task, at, retrievals } = reading;
  const retrievalsObject = await createLines(
    store.objects,
    'retrievals',
    retrievals.map((it) => canonicalize(it)),
  );
  const previous = new Map<string, ReadonlyMap<string, SubjectState>>();
  for (const { source } of judged) previous.set(source, await store.index.current(source, task.account, task.region));
  const context = { identity: store.identity, run, at, task, retrievals, retrievalsObject };
  const bodies = taskBodies(context, judged, (source) => previous.get(source) ?? new Map());
  return [...bodies.evidence, bodies.observations];
}
