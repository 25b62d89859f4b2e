import { canonicalize } from '../ledger/canonical.ts';
import type { Task } from '../model/run.ts';
import type { CallReply, CallRequest, Cloud } from '../ports/cloud.ts';
import type { Service } from './service.ts';

/** A way to AWS for each task of a run, which ask together for what several of them need. */
export interface SharedCalls {
  /** The cloud that one task is to use; each task needs one of its own. */
  forTask(): Cloud;
}

/** As `shareCalls`, for the services that these tasks are of. */
export async function shareCallsOf(
  cloud: Cloud,
  tasks: readonly Task[],
  load: (id: string) => Promise<Service>,
): Promise<SharedCalls> {
  const ids = [...new Set(tasks.map((it) => it.service))];
  return shareCalls(cloud, await Promise.all(ids.map(load)));
}

/**
 * Makes each call of an operation that some service borrows from another once in a run: the first
 * task that asks makes it, the others get, and record, the same answer. Only those answers are kept
 * for the run. A task that asks for the same thing again wants it afresh, and gets it from AWS.
 */
export function shareCalls(cloud: Cloud, services: Iterable<Pick<Service, 'borrows'>>): SharedCalls {
  const borrowed = new Set([...services].flatMap((it) => it.borrows ?? []));
  const answers = new Map<string, Promise<CallReply>>();
  const together = (key: string, request: CallRequest): Promise<CallReply> => {
    const answer = answers.get(key) ?? cloud.call(request);
    answers.set(key, answer);
    return answer;
  };
  return {
    forTask() {
      const asked = new Set<string>();
      return {
        pause: (milliseconds) => cloud.pause(milliseconds),
        call(request) {
          const { service, operation, input, account, region } = request;
          if (!borrowed.has(`${service}:${operation}`)) return cloud.call(request);
          const key = canonicalize([service, operation, input, account, region]);
          if (asked.has(key)) return cloud.call(request);
          asked.add(key);
          return together(key, request);
        },
      };
    },
  };
}
