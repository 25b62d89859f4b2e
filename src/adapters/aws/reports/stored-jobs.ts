import { z } from 'zod';
import { WitnessmarkError } from '../../../model/error.ts';
import { Timestamp } from '../../../model/primitives.ts';
import { ReportJob } from '../../../model/report-job.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Objects } from '../../../ports/objects.ts';

/** `job.json`: what people are told, and whose turn it is. */
const StoredJob = z.strictObject({
  job: ReportJob,
  turn: z.strictObject({
    /** Nobody yet where left out. */
    holder: z.string().max(200).optional(),
    /** From then on somebody else may begin. */
    until: Timestamp,
    /** Files that were stored when it began: a turn must add to them. */
    stored: z.int().min(0),
    /** Turns before it that ended without a word. */
    deaths: z.int().min(0),
  }),
});
export type StoredJob = z.infer<typeof StoredJob>;

/** A job as read, and the version that a change replaces. */
export interface HeldJob {
  readonly stored: StoredJob;
  readonly version: string;
}

/** The jobs of a store as objects, `reports/<id>/job.json`. */
export interface StoredJobs {
  read(id: string): Promise<HeldJob | undefined>;
  /** As `read`, of a job that was there. Throws `report-unknown`. */
  now(id: string): Promise<ReportJob>;
  create(stored: StoredJob): Promise<HeldJob>;
  /** The job as it is now; undefined where somebody else has changed it. */
  change(held: HeldJob, stored: StoredJob): Promise<HeldJob | undefined>;
  /** Changes a job to one that is over. */
  end(held: HeldJob, news: Partial<ReportJob>): Promise<HeldJob | undefined>;
}

/** Each is changed by If-Match, so that of two who change it one knows that it did not. */
export function storedJobs(objects: Objects, clock: Clock): StoredJobs {
  async function read(id: string): Promise<HeldJob | undefined> {
    const found = await objects.get(keyOf(id));
    if (found === undefined) return undefined;
    return { stored: parsed(keyOf(id), found.bytes, StoredJob), version: found.version };
  }
  async function write(stored: StoredJob, version: string | undefined): Promise<HeldJob | undefined> {
    const [key, bytes] = [keyOf(stored.job.id), jsonOf(stored)];
    if ((await objects.replace(key, bytes, version)) === 'conflict') return undefined;
    const there = await objects.get(key);
    // In between it may have been changed again.
    if (there === undefined || Buffer.compare(there.bytes, bytes) !== 0) return undefined;
    return { stored, version: there.version };
  }
  return {
    read,
    async now(id) {
      const held = await read(id);
      if (held === undefined) throw new WitnessmarkError('report-unknown', `${keyOf(id)} is gone`);
      return held.stored.job;
    },
    async create(stored) {
      const held = await write(stored, undefined);
      if (held !== undefined) return held;
      throw new WitnessmarkError('objects-busy', `${keyOf(stored.job.id)} was written by somebody else`);
    },
    change: ({ version }, stored) => write(stored, version),
    end({ stored: { job, turn }, version }, news) {
      const { holder: _, ...rest } = turn;
      return write({ job: { ...job, ...news, endedAt: clock.now() }, turn: rest }, version);
    },
  };
}

const keyOf = (id: string): string => `reports/${id}/job.json`;

/** An object of JSON that people may read too. */
export const jsonOf = (value: StoredJob | readonly string[]): Uint8Array =>
  Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);

/** An object of JSON in its shape. Throws `report-job-invalid`. */
export function parsed<T>(key: string, bytes: Uint8Array, shape: z.ZodType<T>): T {
  try {
    return shape.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    const hint = 'look at its earlier versions, and restore one';
    throw new WitnessmarkError('report-job-invalid', `${key} cannot be read`, { hint, cause });
  }
}
