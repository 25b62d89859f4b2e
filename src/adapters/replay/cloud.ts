import { canonicalize } from '../../ledger/canonical.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Retrieval } from '../../model/retrieval.ts';
import type { CallReply, CallRequest, Cloud } from '../../ports/cloud.ts';

/**
 * Answers from recorded retrievals, exactly as they were answered then: the n-th identical call
 * (service, operation, canonical input, account, region) gets the n-th recording, and the last one
 * again after that. A call that was never recorded is the error `not_recorded`, never an empty answer.
 */
export function replayCloud(retrievals: Iterable<Retrieval>): Cloud {
  const recordings = new Map<string, { readonly replies: CallReply[]; next: number }>();
  for (const retrieval of retrievals) {
    const recording = recordings.get(keyOf(retrieval)) ?? { replies: [], next: 0 };
    recording.replies.push(replyOf(retrieval));
    recordings.set(keyOf(retrieval), recording);
  }
  return {
    async call(request) {
      const recording = recordings.get(keyOf(request));
      if (recording === undefined) return notRecorded(request);
      const reply = recording.replies[Math.min(recording.next, recording.replies.length - 1)];
      recording.next += 1;
      return reply ?? notRecorded(request);
    },
    pause: async () => {},
  };
}

const keyOf = ({ service, operation, input, account, region }: CallRequest): string =>
  canonicalize([service, operation, input, account, region]);

function replyOf(retrieval: Retrieval): CallReply {
  const { answer, error, requestId, caller, startedAt, endedAt, attempts, sdk } = retrieval;
  const outcome = error === undefined ? { answer: answer as JsonObject } : { error };
  return { ...outcome, requestId, caller, startedAt, endedAt, attempts, sdk };
}

/** No call was made, so there is no time of one: the epoch says so plainly. */
const NEVER = '1970-01-01T00:00:00.000Z';

function notRecorded({ service, operation, account, region }: CallRequest): CallReply {
  return {
    error: {
      kind: 'not_recorded',
      name: 'NotRecorded',
      message: `the recording has no such call of ${service}:${operation} in account ${account}, ${region}`,
      status: null,
    },
    requestId: null,
    caller: 'unknown',
    startedAt: NEVER,
    endedAt: NEVER,
    attempts: 0,
    sdk: 'replay',
  };
}
