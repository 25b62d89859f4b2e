import { ZodError } from 'zod';
import type { CallError, Failure } from '../model/retrieval.ts';

/** Thrown when a read gives no answer. It carries the real error, so that evidence can show it. */
export class RetrievalFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options: { cause?: unknown } = {}) {
    super(`${failure.operation}: ${failure.kind} ${failure.name}: ${failure.message}`, options);
    this.name = 'RetrievalFailure';
    this.failure = failure;
  }
}

/** The call that something went wrong in or after. */
export interface FailedCall {
  /** `s3:GetBucketPolicy` */
  readonly operation: string;
  readonly requestId: string | null;
}

/** A call's own error as a failure. */
export function failureOf(call: FailedCall, error: CallError): Failure {
  const { kind, name, message, status } = error;
  return { operation: call.operation, kind, name, message, status, requestId: call.requestId };
}

/** An answer that came and does not say what it must: `where` is a JSON pointer into it. */
export function unparsable(call: FailedCall, where: string, problem: string): RetrievalFailure {
  return new RetrievalFailure({
    operation: call.operation,
    kind: 'unparsable',
    name: 'UnexpectedAnswer',
    message: bounded(`${where === '' ? 'the answer' : where}: ${problem}`),
    status: null,
    requestId: call.requestId,
  });
}

/** The first misfits of an answer, with their places. Values are left out: they may be secrets. */
export function misfit(call: FailedCall, error: ZodError, base = ''): RetrievalFailure {
  const [first, ...others] = error.issues;
  const where = base + pointer(first?.path ?? []);
  const more = others.length === 0 ? '' : ` (and ${others.length} more misfits)`;
  return unparsable(call, where, `${first?.message ?? 'does not have the expected shape'}${more}`);
}

/**
 * Whatever a reader threw, as a failure of `call` (the last call it used). A reader that cannot make
 * sense of an answer, be it by a zod misfit, bad JSON inside it or an error of its own, leaves the
 * fact unknown: never absent, and never the end of the run.
 */
export function toFailure(thrown: unknown, call: FailedCall): Failure {
  if (thrown instanceof RetrievalFailure) return thrown.failure;
  if (thrown instanceof ZodError) return misfit(call, thrown).failure;
  if (thrown instanceof SyntaxError)
    return unparsable(call, '', `JSON inside it cannot be read: ${thrown.message}`).failure;
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  const message = bounded(thrown instanceof Error ? thrown.message : String(thrown));
  return { operation: call.operation, kind: 'unparsable', name, message, status: null, requestId: call.requestId };
}

/** Longest error text that is kept, in UTF-16 units. */
export const MESSAGE_LIMIT = 2_000;

/** The text, cut at `MESSAGE_LIMIT`; never in the middle of a surrogate pair. */
export function bounded(text: string): string {
  return text.length <= MESSAGE_LIMIT ? text : `${text.slice(0, MESSAGE_LIMIT - 1).toWellFormed()}…`;
}

/** A path as a JSON pointer (RFC 6901). */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
