import { canonicalize, sha256Hex } from '../ledger/canonical.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { CallError, Redaction, Retrieval } from '../model/retrieval.ts';
import type { CallReply, Cloud } from '../ports/cloud.ts';
import { bounded } from './failure.ts';
import { type RecordLimits, tooLarge, tooManyBytes } from './limits.ts';
import { type RedactOptions, redact, restore } from './redact.ts';

/** One call as a reader asks for it. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly input: JsonObject;
  /** From 1; above 1 where this call asks for a further page. */
  readonly page: number;
}

export interface RetrieveOptions {
  readonly cloud: Cloud;
  readonly account: string;
  readonly region: string;
  /** The run's time, for a call that did not even begin. */
  readonly at: string;
  readonly redact: RedactOptions;
  readonly limits: RecordLimits;
  /** Placeholder → original of everything that was taken out of earlier answers of the task. */
  readonly originals: Map<string, string>;
}

/**
 * Makes one call and records it: redacted first, then bounded, then hashed. Always gives a
 * retrieval, for a failed call one with the real error. The answer in it is parsed from the very
 * text that is hashed, so that a reader never sees more than what is stored.
 */
export async function retrieve(call: Call, options: RetrieveOptions): Promise<Retrieval> {
  const { service, operation, input, page } = call;
  const { account, region, originals } = options;
  const onTheWire = restore(input, originals) as JsonObject;
  const reply = await callSafely({ service, operation, input: onTheWire, account, region }, options);
  const { answer, error, requestId, ...meta } = reply;
  const base = { v: 1 as const, service, operation, input, page, account, region, requestId, ...meta };
  const outcome = error === undefined ? readAnswer(answer ?? null, options) : redactError(error, options);
  return { ...base, ...outcome };
}

type Outcome = Pick<Retrieval, 'answer' | 'error' | 'redactions' | 'sha256'>;

function readAnswer(answer: Json, options: RetrieveOptions): Outcome {
  const refused = tooLarge(answer, options.limits);
  if (refused !== undefined) return failed(refused);
  try {
    const { value, redactions, originals } = redact(answer, options.redact);
    for (const [placeholder, original] of originals) options.originals.set(placeholder, original);
    const text = canonicalize(value);
    if (Buffer.byteLength(text) > options.limits.bytes) return failed(tooManyBytes(options.limits));
    return { answer: JSON.parse(text) as Json, redactions: [...redactions], sha256: sha256Hex(text) };
  } catch (thrown) {
    // What is not JSON (a number without a value, half a surrogate pair) can be neither hashed nor stored.
    return failed({ kind: 'unparsable', name: 'NotJson', message: bounded(String(thrown)), status: null });
  }
}

function redactError(error: CallError, options: RetrieveOptions): Outcome {
  const said = { message: error.message.toWellFormed(), name: error.name.toWellFormed() };
  const { value, redactions } = redact(said, options.redact);
  const { message, name } = value as typeof said;
  return failed({ ...error, name, message: bounded(message) }, [...redactions]);
}

function failed(error: CallError, redactions: Redaction[] = []): Outcome {
  return { error, redactions, sha256: sha256Hex(canonicalize(error)) };
}

/** The port promises not to throw. Should it, that call failed: what can be evidence still is. */
async function callSafely(request: Parameters<Cloud['call']>[0], options: RetrieveOptions): Promise<CallReply> {
  try {
    return await options.cloud.call(request);
  } catch (thrown) {
    const name = thrown instanceof Error ? thrown.name : typeof thrown;
    const error: CallError = { kind: 'network', name, message: bounded(String(thrown)), status: null };
    const { at } = options;
    return { error, requestId: null, caller: 'unknown', startedAt: at, endedAt: at, attempts: 0, sdk: 'unknown' };
  }
}
