import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { Entry } from '../../model/entry.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { Outcome } from '../../model/evidence.ts';
import { Sha256, Timestamp } from '../../model/primitives.ts';
import { FailedTask, Task } from '../../model/run.ts';
import type { Objects } from '../../ports/objects.ts';
import type { CollectedTask } from './task.ts';

/**
 * What the steps of one run hand to each other where each is a process of its own. It lies beside the ledger and
 * proves nothing: what counts is sealed at the end, and it may be deleted then.
 */
export interface Stage {
  /** Keeps the plan; the same run keeps the first. */
  keepPlan(plan: StagedPlan): Promise<void>;
  /** Throws `stage-missing` where it was never kept. */
  plan(): Promise<StagedPlan>;
  /** Keeps what a task came to. Where it is there already, that counts, and this is forgotten. */
  keepTask(index: number, collected: CollectedTask): Promise<void>;
  /** Undefined where the task has not ended. */
  task(index: number): Promise<CollectedTask | undefined>;
}

/** What every step of a run must know. */
export const StagedPlan = z.strictObject({
  v: z.literal(1),
  run: z.uuid(),
  at: Timestamp,
  via: z.enum(['aws', 'recording']),
  tasks: z.array(Task).max(200_000),
  /** `catalogueDigest`: a step that would judge with another catalogue is refused. */
  catalogue: Sha256,
  /** Hash of the user's own catalogue files, where there are any. */
  custom: Sha256.optional(),
  /** Name of the recorded run that is played, `runs/<time>.jsonl.gz`. */
  recording: z.string().max(100).optional(),
});
export type StagedPlan = z.infer<typeof StagedPlan>;

const StagedTask = z.strictObject({
  v: z.literal(1),
  end: z.strictObject({
    failed: FailedTask.optional(),
    calls: z.int().min(0),
    throttles: z.int().min(0),
    endedAt: z.union([Timestamp, z.literal('')]),
  }),
  outcomes: z.record(Outcome, z.int().min(0)),
  entries: z.array(Entry),
});

/** A task of a million subjects has some 350 MB of entries; more is an accident. */
const MAX_INFLATED_BYTES = 512 * 2 ** 20;
const DIGITS = 6;

/** The stage of a run in an object store: `staging/<run>/…`. */
export function objectStage(objects: Objects, run: string): Stage {
  const planKey = `staging/${run}/plan.json.gz`;
  const taskKey = (index: number): string => `staging/${run}/task-${String(index).padStart(DIGITS, '0')}.json.gz`;
  const keep = async (key: string, value: object): Promise<void> => {
    await objects.create(key, gzipSync(JSON.stringify(value)));
  };
  const read = async <T>(key: string, shape: z.ZodType<T>): Promise<T | undefined> => {
    const stored = await objects.get(key);
    return stored && parsed(key, shape, stored.bytes);
  };
  return {
    keepPlan: (plan) => keep(planKey, plan),
    async plan() {
      const plan = await read(planKey, StagedPlan);
      if (plan !== undefined) return plan;
      throw new WitnessmarkError('stage-missing', `${planKey} is missing`, { hint: 'plan the run first' });
    },
    keepTask: (index, { end, outcomes, stored }) =>
      keep(taskKey(index), { v: 1, end, outcomes, entries: stored.map((it) => it.entry) }),
    async task(index) {
      const task = await read(taskKey(index), StagedTask);
      if (task === undefined) return undefined;
      const { end, outcomes, entries } = task;
      return { end: { ...end, failed: end.failed }, outcomes, stored: entries.map((entry) => ({ entry })) };
    },
  };
}

function parsed<T>(key: string, shape: z.ZodType<T>, bytes: Uint8Array): T {
  try {
    return shape.parse(JSON.parse(gunzipSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES }).toString('utf8')));
  } catch (cause) {
    throw new WitnessmarkError('stage-invalid', `${key} is not what a step of a run has written`, {
      hint: 'see who else may write to staging/; a new run starts afresh',
      cause,
    });
  }
}
