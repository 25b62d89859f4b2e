import type { JsonObject } from '../model/json.ts';
import type { CallError } from '../model/retrieval.ts';

/** One AWS call to make: `service` and `operation` as the SDK names them (`s3`, `GetBucketPolicy`). */
export interface CallRequest {
  readonly service: string;
  readonly operation: string;
  readonly input: JsonObject;
  readonly account: string;
  /** A region, or `global`. */
  readonly region: string;
}

/** What came back. Exactly one of `answer` and `error`; a failed call is an answer of this port, not a throw. */
export interface CallReply {
  /** The SDK's output as plain JSON: dates as ISO text, bytes as base64, no `$metadata`. */
  readonly answer?: JsonObject;
  readonly error?: CallError;
  readonly requestId: string | null;
  /** ARN that made the call; `unknown` where that could not be learned. */
  readonly caller: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly attempts: number;
  readonly sdk: string;
}

/** Read-only access to AWS, or to a recording of it. */
export interface Cloud {
  call(request: CallRequest): Promise<CallReply>;
  /** Waits before something is asked again; a recording has nothing to wait for. */
  pause(milliseconds: number): Promise<void>;
}
