import type { Catalogue } from '../../catalog/catalogue.ts';
import type { Service } from '../../collect/service.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { zeroCounts } from '../../model/evidence.ts';
import type { FailedTask, Task } from '../../model/run.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { catalogueDigest } from '../catalogue.ts';
import { recover } from '../seal.ts';
import type { Store } from '../store.ts';
import { type RunCounts, sealRunEnd } from './end.ts';
import { type PlannedRun, type PlanRequest, planRun } from './plan.ts';
import { sealedOutcomes, sealedRun } from './sealed-run.ts';
import type { Stage, StagedPlan } from './stage.ts';
import { type CollectedTask, taskCollector } from './task.ts';

/** Staged results that are read at once. */
const READS_AT_ONCE = 32;

export interface PlanStep extends PlanRequest {
  readonly stageOf: (run: string) => Stage;
  readonly custom?: string | undefined;
  readonly recording?: string | undefined;
}

/** The first step of a run that is made by many processes: its plan is sealed, and staged for the others. */
export async function planStep(store: Store, request: PlanStep): Promise<PlannedRun> {
  const { tasks, via, at, catalogue, stageOf, custom, recording } = request;
  const planned = await planRun(store, request);
  if (planned.done) return planned;
  await stageOf(planned.run).keepPlan({
    v: 1,
    run: planned.run,
    at,
    via,
    tasks: [...tasks],
    catalogue,
    ...(custom === undefined ? {} : { custom }),
    ...(recording === undefined ? {} : { recording }),
  });
  return planned;
}

export interface CollectStep {
  readonly stage: Stage;
  readonly plan: StagedPlan;
  /** Place in the plan. */
  readonly index: number;
  readonly catalogue: () => Promise<Catalogue>;
  readonly service: (id: string) => Promise<Service>;
  readonly cloud: Cloud;
}

/**
 * One task of a staged run. Done again it gives what it gave the first time, whatever AWS answers by then. Throws
 * `run-catalogue-differs` where it would judge with another catalogue than the plan says.
 */
export async function collectStep(store: Store, step: CollectStep): Promise<CollectedTask['end']> {
  const { stage, plan, index, catalogue, service } = step;
  const before = await stage.task(index);
  if (before !== undefined) return before.end;
  const task = plan.tasks[index];
  if (task === undefined) {
    throw new WitnessmarkError('run-task-unknown', `run ${plan.run} has ${plan.tasks.length} tasks, none is ${index}`);
  }
  const planned = async (): Promise<Catalogue> => {
    const loaded = await catalogue();
    if (catalogueDigest(loaded) !== plan.catalogue) throw otherCatalogue(plan);
    return loaded;
  };
  const collectTask = taskCollector(store, { run: plan.run, at: plan.at, catalogue: planned, service });
  const { collected } = await collectTask(task, step.cloud);
  await stage.keepTask(index, collected);
  return collected.end;
}

function otherCatalogue({ run }: StagedPlan): WitnessmarkError {
  const message = `run ${run} was planned with another catalogue than this function has`;
  return new WitnessmarkError('run-catalogue-differs', message, {
    hint: 'it was deployed in between: the next run is whole again',
  });
}

/** What a run came to; `known` where the ledger held its end already. */
export interface SealedStep extends RunCounts {
  readonly run: string;
  readonly at: string;
  readonly entries: number;
  readonly known: boolean;
}

/**
 * Seals a staged run. A task that left nothing behind is a failed one: it was asked for and nobody knows what AWS
 * would have said. Done again after it was interrupted, it seals the rest; done twice at once, it seals everything once.
 */
export async function sealStep(store: Store, { run, at, tasks }: StagedPlan, stage: Stage): Promise<SealedStep> {
  await recover(store);
  const done = await sealedRun(store, run);
  if (done) return { run, at, ...done, outcomes: await sealedOutcomes(store, run), entries: 0, known: true };
  const results: CollectedTask[] = [];
  for (let from = 0; from < tasks.length; from += READS_AT_ONCE) {
    const part = tasks.slice(from, from + READS_AT_ONCE);
    results.push(...(await Promise.all(part.map((task, at) => resultOf(stage, task, from + at)))));
  }
  const { size: _size, ...sealed } = await sealRunEnd(store, { run, at, tasks, results });
  return { run, at, ...sealed, known: false };
}

/** What a run came to, short enough to be handed on: the whole of it is in the run's record. */
export interface SealedBrief extends Omit<SealedStep, 'failed'> {
  readonly failed: number;
  /** The first of them, with their first failure each. */
  readonly firstFailed: readonly FailedTask[];
}

const MOST_TOLD = 20;
const MOST_LETTERS = 500;

/** The brief of a sealed run. */
export function briefOf({ failed, ...rest }: SealedStep): SealedBrief {
  const firstFailed = failed.slice(0, MOST_TOLD).map(({ failures, ...task }) => ({
    ...task,
    failures: failures.slice(0, 1).map((it) => ({ ...it, message: it.message.slice(0, MOST_LETTERS) })),
  }));
  return { ...rest, failed: failed.length, firstFailed };
}

/** A result that cannot be read is none; it must not keep the others out of the ledger. */
async function resultOf(stage: Stage, task: Task, index: number): Promise<CollectedTask> {
  try {
    return (await stage.task(index)) ?? lost(task, NO_RESULT);
  } catch (thrown) {
    if (!(thrown instanceof WitnessmarkError) || thrown.code !== 'stage-invalid') throw thrown;
    return lost(task, thrown.message);
  }
}

const NO_RESULT =
  'the function that was to collect it ended without a result: it was killed, failed each time, or ran out of time or memory';

/** No answer came, so none is told; the run says that it is missing, and no observation claims the population. */
function lost(task: Task, message: string): CollectedTask {
  const failure = {
    operation: `${task.service}:*`,
    kind: 'timeout',
    name: 'TaskLost',
    message,
    status: null,
    requestId: null,
  } as const;
  const end = { failed: { ...task, failures: [failure] }, calls: 0, throttles: 0, endedAt: '' };
  return { end, outcomes: zeroCounts(), stored: [] };
}
