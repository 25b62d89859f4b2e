import type { Catalogue } from '../catalog/catalogue.ts';
import { forEachBounded } from '../collect/bounded.ts';
import { readTask } from '../collect/read-task.ts';
import type { TaskReading } from '../collect/reading.ts';
import type { Service } from '../collect/service.ts';
import { shareCallsOf } from '../collect/shared-calls.ts';
import { canonicalize } from '../ledger/canonical.ts';
import type { Body } from '../model/entry.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Outcome } from '../model/evidence.ts';
import { zeroCounts } from '../model/evidence.ts';
import type { FailedTask, Task } from '../model/run.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { SubjectState } from '../ports/evidence-index.ts';
import { taskBodies } from './bodies.ts';
import { catalogueDigest, checkSources } from './catalogue.ts';
import type { JudgedSource } from './judged.ts';
import { judgeTask } from './judged.ts';
import { createLines } from './objects.ts';
import { removedSources } from './removed-sources.ts';
import { planBody, runBody } from './run-bodies.ts';
import { recover, type StoredBody, seal, sealStored, storeBodies } from './seal.ts';
import type { Store } from './store.ts';
import { type TaskEnd, taskEnd } from './task-end.ts';

/** Tasks at once; within a task the reader bounds its own calls. */
const TASKS_AT_ONCE = 4;

export interface CollectRequest {
  readonly cloud: Cloud;
  /** Whether `cloud` is AWS or a recording of it; the plan says so for good. */
  readonly via: 'aws' | 'recording';
  readonly tasks: readonly Task[];
  readonly service: (id: string) => Promise<Service>;
  readonly catalogue: Catalogue;
  /** The run's time; a recording's own time when one is replayed. */
  readonly at: string;
  readonly onTask?: (done: number, of: number, reading: TaskReading) => void | Promise<void>;
}

export interface CollectResult {
  readonly run: string;
  readonly at: string;
  readonly expected: number;
  readonly collected: number;
  readonly failed: readonly FailedTask[];
  readonly outcomes: Record<Outcome, number>;
  readonly calls: number;
  readonly throttles: number;
  /** Ledger entries written. */
  readonly entries: number;
  /** Whether the ledger held this run already, so that nothing was collected. */
  readonly known: boolean;
}

/**
 * One collection run: plan, read every task, judge, seal. The plan is sealed before the first call,
 * so that a run that never ends is visible. A run that the ledger holds already (a recording played
 * twice) is not made again. Whoever calls it stamps the newest checkpoint once all is done (`stampNewest`).
 */
export async function collect(store: Store, request: CollectRequest): Promise<CollectResult> {
  await recover(store);
  // The tasks belong to its name: another account may well have been collected at the same time.
  const run = store.identity.id('run', 'collect', request.at, ...request.tasks.map(keyOf).sort());
  const done = await sealedRun(store, run);
  if (done)
    return {
      ...done,
      outcomes: await sealedOutcomes(store, run),
      entries: 0,
      known: true,
    };
  await refuseOutOfOrder(store, request);
  const { at, via, tasks } = request;
  const told = { run, at, mode: 'collect' } as const;
  await seal(store, [
    [planBody(store, { ...told, via, tasks: [...tasks], catalogue: catalogueDigest(request.catalogue) })],
  ]);
  const outcomes = zeroCounts();
  const groups: StoredBody[][] = [];
  const ends: TaskEnd[] = [];
  const removedOf = removedSources(store, { run, at });
  const calls = await shareCallsOf(request.cloud, tasks, request.service);
  await forEachBounded(request.tasks.entries(), TASKS_AT_ONCE, async ([index, task]) => {
    // The reading ends with this function: answers are big, and a run has thousands of tasks.
    const reading = await readOne(store, { ...request, cloud: calls.forTask() }, task);
    const judged = [...judgeOne(request, reading), ...(await removedOf(reading))];
    for (const subject of judged.flatMap((it) => it.subjects)) outcomes[subject.outcome] += 1;
    // By place in the plan, not by who finished first: the same answers give the same ledger.
    groups[index] = await storeBodies(store, await sealable(store, { run, reading, judged }));
    ends.push(taskEnd(reading));
    await request.onTask?.(ends.length, request.tasks.length, reading);
  });
  const end = endOf(tasks, at, ends);
  const last = await storeBodies(store, [runBody(store, { ...told, ...end })]);
  const { entries } = await sealStored(store, [...groups.flat(), ...last]);
  const { endedAt: _ended, ...counts } = end;
  return { run, at, ...counts, outcomes, entries, known: false };
}

/**
 * What a run sees is told as changes to the run before it, and its observations commit to that. A state
 * put in between later would make the observations after it untrue.
 */
async function refuseOutOfOrder(store: Store, { tasks, at }: CollectRequest): Promise<void> {
  const places = new Set(tasks.map(keyOf));
  for await (const { body } of store.index.bodies('observations', { from: at })) {
    if (body.at <= at || !places.has(keyOf(body))) continue;
    throw new WitnessmarkError(
      'collect-out-of-order',
      `${keyOf(body)} was collected at ${body.at} already: a collection of ${at} cannot be put before that`,
      {
        hint: 'play recordings in order of their time, or into a store of their own; and see whether the clock is right',
      },
    );
  }
}

async function sealedRun(
  store: Store,
  run: string,
): Promise<Omit<CollectResult, 'outcomes' | 'entries' | 'known'> | undefined> {
  for await (const { body } of store.index.bodies('run', { run })) {
    const { startedAt: at, expected, collected, failed, calls, throttles } = body;
    return { run, at, expected, collected, failed, calls, throttles };
  }
  return undefined;
}

/** What the run said then, from its observations. */
async function sealedOutcomes(store: Store, run: string): Promise<Record<Outcome, number>> {
  const outcomes = zeroCounts();
  for await (const { observation } of store.index.observations({ run })) {
    for (const outcome of Object.keys(outcomes) as Outcome[]) outcomes[outcome] += observation.counts[outcome];
  }
  return outcomes;
}

async function readOne(store: Store, request: CollectRequest, task: Task): Promise<TaskReading> {
  const service = await request.service(task.service);
  return readTask({ service, cloud: request.cloud, task, at: request.at, redact: { secret: store.redactionSecret } });
}

function judgeOne({ catalogue }: CollectRequest, reading: TaskReading): JudgedSource[] {
  const types = reading.populations.map((it) => it.type);
  return judgeTask(reading, checkSources(catalogue, types));
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

/** What the tasks of a run came to. */
function endOf(tasks: readonly Task[], startedAt: string, ends: readonly TaskEnd[]) {
  const failed = ends.flatMap((it) => it.failed ?? []);
  return {
    endedAt: [startedAt, ...ends.map((it) => it.endedAt)].sort().at(-1) ?? startedAt,
    expected: tasks.length,
    collected: tasks.length - failed.length,
    failed: failed.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    calls: ends.reduce((sum, it) => sum + it.calls, 0),
    throttles: ends.reduce((sum, it) => sum + it.throttles, 0),
  };
}

const keyOf = (task: Task): string => `${task.account}/${task.region}/${task.service}`;
