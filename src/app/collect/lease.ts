import { z } from 'zod';
import { WitnessmarkError } from '../../model/error.ts';
import { Timestamp } from '../../model/primitives.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Objects } from '../../ports/objects.ts';

/** Who may tell what changed since the last run; two at a time would tell the same change twice. */
const Lease = z.strictObject({ v: z.literal(1), holder: z.string().min(1).max(300), until: Timestamp });

const KEY = 'state/lease.json';
const NOBODY = '';
const HOUR_MS = 3_600_000;
const MOST_TRIES = 5;

/** The right to make runs, for one execution at a time. */
export interface RunLease {
  /**
   * Takes it for `holder`, or prolongs it. Throws `run-busy` while another has it; one that ended without giving it
   * back has it until its time is over.
   */
  take(holder: string, hours: number): Promise<void>;
  /** Gives it back; nothing happens where another has it by now. */
  release(holder: string): Promise<void>;
}

/** A lease in an object store, replaced by compare-and-swap. */
export function runLease(objects: Objects, clock: Clock): RunLease {
  const read = async () => {
    const stored = await objects.get(KEY);
    const lease = stored && Lease.safeParse(JSON.parse(Buffer.from(stored.bytes).toString('utf8'))).data;
    return { lease, version: stored?.version };
  };
  const write = (holder: string, until: string, version: string | undefined) =>
    objects.replace(KEY, Buffer.from(JSON.stringify({ v: 1, holder: holder || 'nobody', until })), version);
  return {
    async take(holder, hours) {
      // Whoever was quicker may be the same execution, whose first step was called twice: its lease is read again.
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const { lease, version } = await read();
        const now = clock.now();
        if (lease !== undefined && lease.holder !== holder && lease.until > now) throw busy(lease.holder, lease.until);
        const until = new Date(Date.parse(now) + hours * HOUR_MS).toISOString();
        if ((await write(holder, until, version)) !== 'conflict') return;
      }
      throw busy('another run', 'now');
    },
    async release(holder) {
      const { lease, version } = await read();
      if (lease?.holder === holder) await write(NOBODY, clock.now(), version);
    },
  };
}

function busy(holder: string, until: string): WitnessmarkError {
  return new WitnessmarkError('run-busy', `${holder} is making a run; it has the right to until ${until}`, {
    hint: 'wait until it has ended, or stop it',
  });
}
