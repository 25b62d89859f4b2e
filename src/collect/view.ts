import { z } from 'zod';
import { WitnessmarkError } from '../model/error.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Retrieval } from '../model/retrieval.ts';
import { type FailedCall, failureOf, misfit, RetrievalFailure, unparsable } from './failure.ts';
import type { RecordLimits } from './limits.ts';
import type { CallOnce, View } from './record.ts';
import type { Absence, Aws, ListPage, Operation } from './service.ts';

interface ViewOptions {
  readonly once: CallOnce;
  readonly limits: RecordLimits;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly now: string;
  readonly pause: Aws['pause'];
  readonly absences: Readonly<Record<Operation, Absence>>;
}

/** A view over the shared calls of a task. Every read that gives no answer throws a `RetrievalFailure`. */
export function viewOf(options: ViewOptions): View {
  const used = new Set<Retrieval>();
  const call: CallOnce = async (request) => {
    const retrieval = await options.once(request);
    used.add(retrieval);
    return retrieval;
  };
  const { account, region, partition, now, pause } = options;
  const aws: Aws = {
    account,
    region,
    partition,
    now,
    pause,
    async get(operation, input, shape, { fresh = false } = {}) {
      return shaped(await call({ operation, input, page: 1, first: input, fresh }), shape);
    },
    async getOrAbsent(operation, input, shape, { fresh = false } = {}) {
      const absence = absenceOf(operation, options.absences);
      const retrieval = await call({ operation, input, page: 1, first: input, fresh });
      return saysAbsent(retrieval, absence) ? null : shaped(retrieval, shape);
    },
    list(operation, input, page) {
      return listPages({ call, operation, input, page, limits: options.limits });
    },
  };
  return { aws, used: () => [...used] };
}

function absenceOf(operation: Operation, absences: ViewOptions['absences']): Absence {
  const absence = absences[operation];
  if (absence !== undefined) return absence;
  throw new WitnessmarkError(
    'collect-absence-undeclared',
    `nothing says which errors of ${operation} mean that nothing is configured: expected it among the absences of the service`,
  );
}

/**
 * Only what the service itself answered can mean absence: never a throttle or an outage, and what looks
 * like a refusal only by the words that AWS has for it.
 */
function saysAbsent({ error }: Retrieval, { names, words }: Absence): boolean {
  if (error === undefined || !names.includes(error.name)) return false;
  if (words !== undefined) return (error.kind === 'rejected' || error.kind === 'denied') && words.test(error.message);
  return error.kind === 'rejected';
}

const callOf = (retrieval: Retrieval): FailedCall => ({
  operation: `${retrieval.service}:${retrieval.operation}`,
  requestId: retrieval.requestId,
});

function answerOf(retrieval: Retrieval): Json {
  if (retrieval.error !== undefined) throw new RetrievalFailure(failureOf(callOf(retrieval), retrieval.error));
  return retrieval.answer ?? null;
}

/** What was read from an answer with a shape, so that a fact of each of 10,000 resources does not parse a list anew. */
const shapes = new WeakMap<Retrieval, Map<unknown, unknown>>();

function shaped<T>(retrieval: Retrieval, shape: z.ZodType<T>): T {
  return once(retrieval, shape, () => parsed(retrieval, answerOf(retrieval), shape, ''));
}

function once<T>(retrieval: Retrieval, key: unknown, read: () => T): T {
  const known = shapes.get(retrieval) ?? new Map<unknown, unknown>();
  shapes.set(retrieval, known);
  if (!known.has(key)) known.set(key, read());
  return known.get(key) as T;
}

function parsed<T>(retrieval: Retrieval, value: unknown, shape: z.ZodType<T>, base: string): T {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  throw misfit(callOf(retrieval), read.error, base);
}

interface ListRequest<T> {
  readonly call: CallOnce;
  readonly operation: Operation;
  readonly input: JsonObject;
  readonly page: ListPage<T>;
  readonly limits: RecordLimits;
}

async function listPages<T>(request: ListRequest<T>): Promise<T[]> {
  const { call, operation, input, page, limits } = request;
  const items: T[] = [];
  const tokens = new Set<string>();
  for (let number = 1, token: string | undefined; ; number += 1) {
    const asked = token === undefined || page.token === undefined ? input : { ...input, [page.token.in]: token };
    const retrieval = await call({ operation, input: asked, page: number, first: input });
    for (const item of pageItems(retrieval, page)) items.push(item);
    token = nextToken(retrieval, page);
    if (token === undefined) return items;
    const problem = tokens.has(token)
      ? `the same page token came twice, on page ${number} again`
      : number >= limits.pages
        ? `more than ${limits.pages} pages`
        : undefined;
    if (problem !== undefined) throw unparsable(callOf(retrieval), '', problem);
    tokens.add(token);
  }
}

function pageItems<T>(retrieval: Retrieval, page: ListPage<T>): T[] {
  const answer = answerOf(retrieval);
  if (answer === null || typeof answer !== 'object' || Array.isArray(answer)) {
    throw unparsable(callOf(retrieval), '', 'expected an object');
  }
  const isMissing = !Object.hasOwn(answer, page.at) || (answer as JsonObject)[page.at] === null;
  if (isMissing && page.optional === true) return [];
  const items = (answer as JsonObject)[page.at];
  return once(retrieval, page.items, () => parsed(retrieval, items, z.array(page.items), `/${page.at}`));
}

/** Keys by which AWS says that there is more. */
const MORE_TOKENS = ['NextToken', 'nextToken', 'NextMarker', 'NextContinuationToken', 'NextPageToken'];
const MORE_FLAGS = ['IsTruncated', 'Truncated', 'HasMoreResults'];

/**
 * The token of the next page, or undefined on the last. An answer that says it is cut short without
 * a token to go on with is a failure: its rest would be missing in silence.
 */
function nextToken<T>(retrieval: Retrieval, page: ListPage<T>): string | undefined {
  const answer = retrieval.answer as JsonObject;
  const flag = page.token?.more === undefined ? undefined : answer[page.token.more];
  if (flag === false) return undefined;
  const token = page.token === undefined ? undefined : answer[page.token.out];
  if (typeof token === 'string' && token !== '') return token;
  if (token !== undefined && token !== null && token !== '') {
    throw unparsable(callOf(retrieval), `/${page.token?.out}`, 'expected a page token');
  }
  const sign = flag === true ? page.token?.more : signOfMore(answer);
  if (sign === undefined) return undefined;
  throw unparsable(callOf(retrieval), `/${sign}`, 'says that there are more pages, and nothing leads to the next');
}

function signOfMore(answer: JsonObject): string | undefined {
  const token = MORE_TOKENS.find((key) => typeof answer[key] === 'string' && answer[key] !== '');
  return token ?? MORE_FLAGS.find((key) => answer[key] === true);
}
