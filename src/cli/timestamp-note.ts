import type { CheckpointTimestamp, TimestampFailure } from '../app/timestamps.ts';
import type { Output } from './output.ts';

/** Says what became of the timestamp of the newest checkpoint; nothing where the store has no authority. */
export function noteTimestamp(timestamp: CheckpointTimestamp | undefined, out: Output): void {
  if (timestamp?.state === 'failed') noteFailure(`${timestamp.object} was not made`, timestamp.failure, out);
  else if (timestamp !== undefined) out.note(`timestamp  ${timestamp.object} (${timestamp.state})`);
}

/** A failed timestamp fails nothing else, and is said all the same. */
export function noteFailure(what: string, failure: TimestampFailure | undefined, out: Output): void {
  const { code = 'timestamp-unknown', message = '' } = failure ?? {};
  out.note(`timestamp  ${what} [${code}]: ${message}`);
  out.note('           what was sealed is sealed; the next run asks again');
}
