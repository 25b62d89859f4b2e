import middy from '@middy/core';
import type { z } from 'zod';
import { messageOf, WitnessmarkError } from '../src/model/error.ts';

/** The part of Lambda's context that is used. */
export interface LambdaContext {
  readonly functionName: string;
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** One structured log line. */
export type Log = (line: Readonly<Record<string, unknown>>) => void;

export interface Invocation<Event, Environment> {
  readonly event: Event;
  readonly environment: Environment;
  readonly context: LambdaContext;
  readonly log: Log;
}

export interface WrapOptions<Event, Environment, Result extends object> {
  /** Closed: a member that it does not know is an error, since it is a typing mistake. */
  readonly event: z.ZodType<Event>;
  /** Of the variables that begin with `WITNESSMARK_`; closed as well. */
  readonly environment: z.ZodType<Environment>;
  readonly run: (invocation: Invocation<Event, Environment>) => Promise<Result>;
  /**
   * Codes of errors that are an answer, `{ok: false, code, message, hint}`, and are not thrown: to try again
   * changes nothing, and a state machine decides by them.
   */
  readonly answers?: readonly string[];
  /** `process.env` where left out. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** A line of standard output, which Lambda takes to CloudWatch Logs, where left out. */
  readonly write?: (line: string) => void;
}

/** What a function answers in place of its result where it could not do what was asked. */
export interface Refused {
  readonly ok: false;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export type Handler<Result> = (event: unknown, context: LambdaContext) => Promise<Result | Refused>;

/** Kept for the error line when the work does not end in time. */
const LAST_WORD_MS = 500;
const VARIABLES = /^WITNESSMARK_/;

/**
 * What every function does around its use case: one JSON line when it starts and one when it ends,
 * event and environment checked before anything else, errors logged with their code and thrown again,
 * so that Lambda tries again and then hands the event to the dead-letter queue. Errors
 * `function-event-invalid` and `function-environment-invalid` name each wrong member and none of the
 * values, which may be secret.
 */
export function wrap<Event, Environment, Result extends object>(
  options: WrapOptions<Event, Environment, Result>,
): Handler<Result> {
  const { write = (line) => process.stdout.write(`${line}\n`), variables = process.env } = options;
  const logOf =
    ({ awsRequestId: request, functionName }: LambdaContext): Log =>
    (line) => {
      // The name of X-Ray's trace, by which the lines of all functions of one run are found together.
      const trace = process.env._X_AMZN_TRACE_ID;
      write(JSON.stringify({ level: 'info', function: functionName, request, ...(trace ? { trace } : {}), ...line }));
    };
  const work = async (event: unknown, context: LambdaContext): Promise<Result | Refused> => {
    const log = logOf(context);
    const own = Object.entries(variables).filter(([name]) => VARIABLES.test(name));
    const environment = parse(options.environment, Object.fromEntries(own), 'environment');
    const invocation = { event: parse(options.event, event, 'event'), environment, context, log };
    return options.run(invocation).catch((thrown: unknown) => refusedOr(thrown, options.answers ?? []));
  };
  const handler = middy<unknown, Result | Refused>({ timeoutEarlyInMillis: LAST_WORD_MS }).handler(work as never);
  const started = new WeakMap<object, number>();
  const measure = async (context: LambdaContext, outcome: Outcome): Promise<void> => {
    // After the work, so that nobody waits for it to load.
    const { deploymentIn, invocationLine } = await import('./metrics.ts');
    const deployment = deploymentIn(process.env);
    const name = context.functionName.replace(`${deployment.service}-${deployment.stage}-`, '');
    const milliseconds = performance.now() - (started.get(context) ?? performance.now());
    write(JSON.stringify(invocationLine({ name, milliseconds, ...outcome }, deployment, new Date().toISOString())));
  };
  // In braces: middy takes what a hook returns for the response.
  handler.before(({ context }) => {
    started.set(context, performance.now());
    logOf(context)({ message: 'start' });
  });
  handler.after(async ({ context, response }) => {
    logOf(context)({ message: 'end', ...response });
    await measure(context, { failed: false, throttles: throttlesIn(response) });
  });
  handler.onError(async ({ context, error }) => {
    logOf(context)({ level: 'error', message: 'failed', ...describe(error) });
    await measure(context, { failed: true, throttles: 0 });
  });
  return handler as unknown as Handler<Result>;
}

interface Outcome {
  readonly failed: boolean;
  readonly throttles: number;
}

/** Functions that call AWS say how often they were throttled. */
function throttlesIn(response: unknown): number {
  const { throttles } = (response ?? {}) as { throttles?: unknown };
  return typeof throttles === 'number' ? throttles : 0;
}

function refusedOr(thrown: unknown, answers: readonly string[]): Refused {
  if (!(thrown instanceof WitnessmarkError) || !answers.includes(thrown.code)) throw thrown;
  const { code, message, hint } = thrown;
  return { ok: false, code, message, ...(hint === undefined ? {} : { hint }) };
}

function parse<T>(shape: z.ZodType<T>, value: unknown, what: 'event' | 'environment'): T {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  const problems = read.error.issues.map((it) => `${it.path.join('.') || what}: ${it.message}`);
  throw new WitnessmarkError(`function-${what}-invalid`, problems.join('; '));
}

const MAX_CAUSES = 5;

/** Code, text, hint and causes of an error, as far as it has them. */
function describe(error: unknown): Record<string, unknown> {
  const causes: string[] = [];
  for (let it = causeOf(error); it !== undefined && causes.length < MAX_CAUSES; it = causeOf(it)) {
    causes.push(messageOf(it));
  }
  const known = error instanceof WitnessmarkError ? { code: error.code, hint: error.hint } : {};
  const name = error instanceof Error ? error.name : typeof error;
  return { error: messageOf(error), name, ...known, ...(causes.length === 0 ? {} : { causes }) };
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
