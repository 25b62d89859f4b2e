import { z } from 'zod';
import { WitnessmarkError } from '../model/error.ts';

/** Problem details (RFC 9457), with the code that scripts match on. */
export const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  /** The request, as access entries and logs name it. */
  instance: z.string(),
  code: z.string(),
  hint: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;

const TITLES = {
  400: 'The request is not as it must be',
  401: 'Nobody is signed in',
  403: 'Not allowed',
  404: 'There is no such thing',
  405: 'Another method is needed',
  409: 'It does not fit what is there',
  413: 'Too large',
  415: 'Another media type is needed',
  421: 'Another host was meant',
  422: 'It makes no sense',
  429: 'Too many',
  500: 'It went wrong',
  503: 'It cannot be done now',
  504: 'It took too long',
  507: 'No space is left',
} as const;
export type ProblemStatus = keyof typeof TITLES;

const STATUS: Readonly<Record<string, ProblemStatus>> = {
  'api-invalid': 400,
  'api-cursor-invalid': 400,
  'api-not-signed-in': 401,
  'api-token-refused': 401,
  'api-role-refused': 403,
  'api-assessment-refused': 403,
  'api-cross-site': 403,
  'api-not-found': 404,
  'statement-unknown': 404,
  'api-method-refused': 405,
  'api-not-ready': 409,
  'statement-ended': 409,
  'assess-no-evidence': 409,
  'api-too-large': 413,
  'api-media-type': 415,
  'api-host-refused': 421,
  'api-unknown-reference': 422,
  'usage-period': 422,
  'usage-scope': 422,
  'jobs-too-many': 429,
  'objects-lock-held': 503,
  'store-busy': 503,
  'ledger-busy': 503,
  'store-read-only': 503,
  'api-timeout': 504,
  'disk-full': 507,
};

/** The status of an error, by its code: 500 for what nobody who asks could have caused. */
export function statusOf(thrown: unknown): ProblemStatus {
  return (thrown instanceof WitnessmarkError ? STATUS[thrown.code] : undefined) ?? 500;
}

/** Whether the caller was refused, and not merely wrong. */
export const isRefusal = (thrown: unknown): thrown is WitnessmarkError => [401, 403].includes(statusOf(thrown));

/**
 * An error as the caller is told of it. Of what is no fault of theirs they learn the code and the request,
 * under which the log has the rest.
 */
export function problemOf(thrown: unknown, requestId: string): Problem {
  const status = statusOf(thrown);
  const known = thrown instanceof WitnessmarkError ? thrown : undefined;
  const shown = status < 500 ? known : undefined;
  return {
    type: `urn:witnessmark:error:${known?.code ?? 'unexpected'}`,
    title: TITLES[status],
    status,
    detail: shown?.message ?? 'the log says more under the request named here',
    instance: `urn:uuid:${requestId}`,
    code: known?.code ?? 'unexpected',
    ...(shown?.hint === undefined ? {} : { hint: shown.hint }),
  };
}

/** The answer that tells of it. */
export function problemResponse(thrown: unknown, requestId: string, headers: Record<string, string> = {}): Response {
  const problem = problemOf(thrown, requestId);
  const retry = problem.status === 503 || problem.status === 429 ? { 'retry-after': '10' } : {};
  return new Response(`${JSON.stringify(problem)}\n`, {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...retry, ...headers },
  });
}
