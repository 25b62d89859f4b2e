import { classify } from '../../src/adapters/aws/classify.ts';
import type { RecordLimits } from '../../src/collect/limits.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { CallError, Retrieval } from '../../src/model/retrieval.ts';
import type { CallReply } from '../../src/ports/cloud.ts';
import { pageOf, withToken } from './paging.ts';

/** What a run gets to see in place of one recorded call. */
export interface Faulted {
  /** In place of that call: none where it is lost, several where one page leads to another. */
  readonly calls: readonly Retrieval[];
  /** The error that evidence must carry, where the fault is an error by itself. */
  readonly error?: CallError;
  readonly limits?: Partial<RecordLimits>;
}

/** One way in which a call goes wrong. */
export interface Fault {
  readonly id: string;
  /** Undefined where the call cannot go wrong in this way. `largest`: canonical bytes of the task's largest answer. */
  make(call: Retrieval, largest: number): Faulted | undefined;
}

/** An error as SDK v3 throws it, kept as the adapter would record it. */
function thrown(id: string, errorOf: (call: Retrieval) => object): Fault {
  return {
    id,
    make(call) {
      const error = classify(errorOf(call));
      return { calls: [failing(call, error)], error };
    },
  };
}

const failing = ({ answer: _, error: _recorded, ...call }: Retrieval, error: CallError): Retrieval => ({
  ...call,
  error,
});

const answering = ({ answer: _, error: _recorded, ...call }: Retrieval, answer: Json): Retrieval => ({
  ...call,
  answer,
});

const sdkError = (name: string, message: string, status: number): object =>
  Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: status, attempts: 1 } });

/** Where the body is not of the protocol, the SDK throws the parser's error with the response hidden in it. */
const parserError = (message: string, status: number): object =>
  Object.assign(new SyntaxError(message), { $response: { statusCode: status } });

const ADVICE = '\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response.';

const THROTTLES: Readonly<Record<string, readonly [name: string, status: number]>> = {
  ec2: ['RequestLimitExceeded', 503],
  iam: ['Throttling', 400],
  s3: ['SlowDown', 503],
};

const pathless = (message: string, code: string): object =>
  // The SDK's HTTP handler names both a time-out and a reset connection so; the code tells them apart.
  Object.assign(new Error(message), { name: 'TimeoutError', code, $metadata: { attempts: 5 } });

/** Every fault that can be made without a wire; `wireFaults` are the others. */
export const faults: readonly Fault[] = [
  thrown('403, JSON', ({ operation }) =>
    sdkError('AccessDeniedException', `not authorized to perform ${operation}`, 403),
  ),
  thrown('403, XML for JSON', () =>
    parserError(`Unexpected token '<', "<?xml vers"... is not valid JSON${ADVICE}`, 403),
  ),
  thrown('throttled', ({ service }) => {
    const [name, status] = THROTTLES[service] ?? ['ThrottlingException', 400];
    return sdkError(name, 'Rate exceeded', status);
  }),
  thrown('500, HTML', () => parserError(`Unexpected token '<', "<!doctype "... is not valid JSON${ADVICE}`, 500)),
  thrown('time-out', () => pathless('socket timed out without an answer for 60000 ms', 'ETIMEDOUT')),
  thrown('reset', () => pathless('read ECONNRESET', 'ECONNRESET')),
  { id: 'empty answer', make: emptyAnswer },
  { id: 'last page lost', make: lastPageLost },
  { id: 'token repeated', make: tokenRepeated },
  { id: 'unknown shape', make: (call) => ({ calls: [answering(call, ofOtherTypes(call.answer))] }) },
  { id: 'ten times the size', make: tenfold },
  { id: 'not recorded', make: () => ({ calls: [] }) },
];

/**
 * Operations that answer with nothing where nothing is set: an empty answer of theirs is no fault, and
 * no reader can tell it from one. An empty body is, and that is for the adapter to tell.
 */
const NOTHING_IS_AN_ANSWER = new Set([
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
  's3:GetBucketLocation',
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLogging.html
  's3:GetBucketLogging',
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html
  's3:GetBucketVersioning',
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html
  's3:GetBucketNotificationConfiguration',
  // https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetAdministratorAccount.html
  'guardduty:GetAdministratorAccount',
  // Without queues there is no list: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html
  'sqs:ListQueues',
]);

/** An answer of the right protocol without any of its members. */
function emptyAnswer(call: Retrieval): Faulted | undefined {
  if (NOTHING_IS_AN_ANSWER.has(`${call.service}:${call.operation}`)) return undefined;
  return { calls: [answering(call, {})] };
}

/** What a reply of the adapter does in place of the recorded one. */
export function replied(call: Retrieval, { answer, error }: Pick<CallReply, 'answer' | 'error'>): Faulted {
  if (error === undefined) return { calls: [answering(call, answer ?? {})] };
  return { calls: [failing(call, error)], error };
}

/** A list whose second half stands on a page that nobody has; any other answer ends in the middle of its text. */
function lastPageLost(call: Retrieval): Faulted {
  const page = pageOf(call);
  if (page !== undefined)
    return { calls: [answering(call, withToken(page, page.items.slice(0, page.items.length / 2)))] };
  const error = classify(parserError(`Unexpected end of JSON input${ADVICE}`, 200));
  return { calls: [failing(call, error)], error };
}

/** The page that the token leads to gives the same token again. */
function tokenRepeated(call: Retrieval): Faulted | undefined {
  const page = pageOf(call);
  if (page === undefined) return undefined;
  const first = answering(call, withToken(page, page.items));
  const input = { ...call.input, [page.keys.in]: page.token };
  return { calls: [first, { ...first, input, page: 2 }] };
}

/** The same keys with values of other types; an answer without keys becomes a text. */
function ofOtherTypes(answer: Json | undefined): Json {
  const keys = Object.keys((answer ?? {}) as JsonObject);
  if (keys.length === 0) return 'unexpected';
  return Object.fromEntries(
    keys.map((key) => {
      const value = (answer as JsonObject)[key];
      return [key, typeof value === 'string' || Array.isArray(value) ? { unexpected: true } : 'unexpected'];
    }),
  );
}

/** The limit is set to what the task's largest answer needs, so that this answer alone is above it. */
function tenfold(call: Retrieval, largest: number): Faulted {
  const answer = { ...(call.answer as JsonObject | undefined), Padding: 'x'.repeat(10 * largest) };
  return { calls: [answering(call, answer)], limits: { bytes: largest } };
}
