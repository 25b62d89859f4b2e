import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';
import type { CallReply, CallRequest, Cloud } from '../ports/cloud.ts';

export interface DeadlineOptions {
  readonly clock: Clock;
  /** Milliseconds until no call may be under way any more; 0 or less when that time has come. */
  remaining(): number;
}

/**
 * A cloud that stops at a deadline and says so: from then on every call, asked or still under way, is
 * the error `timeout` named `DeadlineReached`. A run that has too little time is so recorded to its
 * end, with what was not read as failures, and not lost.
 */
export function cloudUntil(cloud: Cloud, { clock, remaining }: DeadlineOptions): Cloud {
  return {
    async call(request) {
      const startedAt = clock.now();
      const left = remaining();
      if (left <= 0) return tooLate(request, { startedAt, endedAt: startedAt, attempts: 0 });
      const answered = new AbortController();
      const late = setTimeout(left, undefined, { signal: answered.signal }).catch(() => undefined);
      const reply = await Promise.race([cloud.call(request), late]).finally(() => answered.abort());
      return reply ?? tooLate(request, { startedAt, endedAt: clock.now(), attempts: 1 });
    },
    pause: (milliseconds) => cloud.pause(Math.max(0, Math.min(milliseconds, remaining()))),
  };
}

type Times = Pick<CallReply, 'startedAt' | 'endedAt' | 'attempts'>;

function tooLate({ service, operation }: CallRequest, times: Times): CallReply {
  const what = times.attempts === 0 ? 'made' : 'answered';
  const message = `the time of the run was over before ${service}:${operation} was ${what}`;
  const error = { kind: 'timeout', name: 'DeadlineReached', message, status: null } as const;
  return { error, requestId: null, caller: 'unknown', sdk: 'none', ...times };
}
