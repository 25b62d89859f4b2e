import { WitnessmarkError } from '../../model/error.ts';
import type { Task } from '../../model/run.ts';
import { planBody } from '../run-bodies.ts';
import { recover, seal } from '../seal.ts';
import type { Store } from '../store.ts';
import { type SealedRun, sealedRun } from './sealed-run.ts';

export interface PlanRequest {
  readonly tasks: readonly Task[];
  /** Whether AWS is called or a recording of it; the plan says so for good. */
  readonly via: 'aws' | 'recording';
  /** The run's time; a recording's own time when one is replayed. */
  readonly at: string;
  /** `catalogueDigest` of what the run judges with. */
  readonly catalogue: string;
}

/** A run whose plan is sealed; with `done` where the ledger holds its end as well, so that nothing is left to do. */
export interface PlannedRun {
  readonly run: string;
  readonly at: string;
  readonly done?: SealedRun;
}

/**
 * Seals the plan of a run before its first call, so that a run that never ends is visible. The same run planned
 * again is the same plan. Throws `collect-out-of-order` where one of its tasks was collected at a later time already.
 */
export async function planRun(store: Store, { tasks, via, at, catalogue }: PlanRequest): Promise<PlannedRun> {
  await recover(store);
  // The tasks belong to its name: another account may well have been collected at the same time.
  const run = store.identity.id('run', 'collect', at, ...tasks.map(keyOf).sort());
  const done = await sealedRun(store, run);
  if (done) return { run, at, done };
  await refuseOutOfOrder(store, { tasks, at });
  await seal(store, [[planBody(store, { run, at, mode: 'collect', via, tasks: [...tasks], catalogue })]]);
  return { run, at };
}

/**
 * What a run sees is told as changes to the run before it, and its observations commit to that. A state
 * put in between later would make the observations after it untrue.
 */
async function refuseOutOfOrder(store: Store, { tasks, at }: Pick<PlanRequest, 'tasks' | 'at'>): Promise<void> {
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

/** Names a task within a run. */
export const keyOf = ({ account, region, service }: Task): string => `${account}/${region}/${service}`;
