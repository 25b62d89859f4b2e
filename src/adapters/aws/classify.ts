import type { CallError, FailureKind } from '../../model/retrieval.ts';

/** Name of the error by which a body above the limit is refused. */
export const ANSWER_TOO_LARGE = 'AnswerTooLarge';

const MESSAGE_LIMIT = 2_000;

/** What the SDK appends to a parser's message: advice for its callers, and nothing that came back. */
const SDK_ADVICE = /\s*Deserialization error: to see the raw response, inspect the hidden field .*$/s;

/** What an SDK error may carry besides name and message. */
interface Thrown {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string; readonly attempts?: number };
  readonly $response?: { readonly statusCode?: number };
  readonly cause?: unknown;
}

/**
 * Whatever an SDK call threw, as the real error with its kind. The HTTP status decides before the
 * name: a refusal whose body the SDK cannot parse arrives as a SyntaxError, and is a refusal still.
 * The name decides among the statuses that AWS protocols share (400 above all).
 */
export function classify(thrown: unknown): CallError {
  const error = asThrown(thrown);
  const status = statusOf(error);
  const name = textOf(error.name) || textOf(error.code) || 'UnknownError';
  const message = bounded((textOf(error.message) || String(thrown)).replace(SDK_ADVICE, ''));
  return { kind: kindOf(status, error, name), name: name.slice(0, 200), message, status };
}

/** Request id and number of attempts, as far as the SDK says. */
export function metadataOf(output: unknown): { requestId: string | null; attempts: number } {
  const metadata = asThrown(output).$metadata;
  return { requestId: metadata?.requestId ?? null, attempts: metadata?.attempts ?? 1 };
}

function asThrown(thrown: unknown): Thrown {
  return typeof thrown === 'object' && thrown !== null ? thrown : {};
}

function statusOf(error: Thrown): number | null {
  const status = error.$metadata?.httpStatusCode ?? error.$response?.statusCode;
  return typeof status === 'number' && Number.isInteger(status) ? status : null;
}

const THROTTLES = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
]);

const DENIALS = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthFailure',
  'AuthorizationError',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'KMSAccessDeniedException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'NotAuthorized',
  'OptInRequired',
  'SignatureDoesNotMatch',
  'UnauthorizedOperation',
  'UnrecognizedClientException',
]);

const UNSUPPORTED = new Set([
  'InvalidAction',
  'NotImplemented',
  'NotImplementedException',
  'UnknownOperation',
  'UnknownOperationException',
  'UnsupportedOperation',
]);

const TIMEOUTS = new Set(['AbortError', 'RequestTimeout', 'RequestTimeoutException', 'TimeoutError']);
const TIMEOUT_CODES = new Set(['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);

/** By these names the SDK (or our own reading) says that the body makes no sense. */
const UNREADABLE = new Set(['SyntaxError', 'TypeError', 'RangeError', 'ZodError']);

function kindOf(status: number | null, error: Thrown, name: string): FailureKind {
  if (name === ANSWER_TOO_LARGE) return 'too_large';
  if (status !== null && status >= 300) return kindOfStatus(status, name);
  if (status === null && DENIALS.has(name)) return 'denied';
  // The code before the name: the SDK calls a connection that was reset a TimeoutError too.
  const code = textOf(error.code);
  if (TIMEOUT_CODES.has(code)) return 'timeout';
  if (code !== '') return 'network';
  if (TIMEOUTS.has(name)) return 'timeout';
  // An answer that was promised with 200 and not given is never an error of the service.
  return status !== null || UNREADABLE.has(name) ? 'unparsable' : 'network';
}

function kindOfStatus(status: number, name: string): FailureKind {
  const known = STATUSES[status];
  if (known !== undefined) return known;
  if (THROTTLES.has(name)) return 'throttled';
  if (status >= 500) return 'server';
  if (TIMEOUTS.has(name)) return 'timeout';
  // A 404 page that is no AWS error: there is no such operation at this endpoint.
  if (UNREADABLE.has(name)) return status === 404 ? 'unsupported' : 'unparsable';
  if (DENIALS.has(name)) return 'denied';
  return UNSUPPORTED.has(name) ? 'unsupported' : 'rejected';
}

/** What a status means by itself, whatever the body says. */
const STATUSES: Readonly<Record<number, FailureKind>> = {
  401: 'denied',
  403: 'denied',
  405: 'unsupported',
  408: 'timeout',
  413: 'too_large',
  429: 'throttled',
  501: 'unsupported',
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const bounded = (text: string): string =>
  text.length <= MESSAGE_LIMIT ? text : `${text.slice(0, MESSAGE_LIMIT - 1).toWellFormed()}…`;
