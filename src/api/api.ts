import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { secureHeaders } from 'hono/secure-headers';
import type { Access } from '../app/access-log.ts';
import { WitnessmarkError } from '../model/error.ts';
import { assessmentFor, roleFor } from './allow.ts';
import { askedText } from './asked.ts';
import { bodyOf, parsed } from './body.ts';
import { openApiDocument } from './openapi.ts';
import type { Principal } from './principal.ts';
import { isRefusal, problemResponse, statusOf } from './problem.ts';
import { type Reader, readerOf } from './reader.ts';
import { type RefusalCounter, refusalCounter } from './refusals.ts';
import type { ApiPorts, Call, Route } from './route.ts';
import { ROUTES } from './routes.ts';

export interface ApiOptions {
  /** After so long a request is answered with `api-timeout`: API Gateway waits for 30 s at most. */
  readonly timeoutMs?: number;
}

interface Variables {
  requestId: string;
}
export type Api = Hono<{ Variables: Variables; Bindings: object }>;

/** The HTTP API, a function of its ports: the same in Lambda and on one machine. Serves everything under `/v1`. */
export function createApi(ports: ApiPorts, { timeoutMs = 25_000 }: ApiOptions = {}): Api {
  const api: Api = new Hono<{ Variables: Variables; Bindings: object }>();
  const refusals = refusalCounter(ports.store.clock);
  const reader = readerOf(ports.store);
  api.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      referrerPolicy: 'no-referrer',
      xFrameOptions: 'DENY',
    }),
  );
  api.use(async (c, next) => {
    const requestId = ports.requestId();
    c.set('requestId', requestId);
    await next();
    c.header('x-request-id', requestId);
    // What has a tag may be kept and is asked for again each time; evidence is never kept.
    c.header('cache-control', c.res.headers.has('etag') ? 'private, no-cache' : 'no-store');
  });
  for (const route of ROUTES) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    if (route.tagged) api.get(path, etag());
    api.on(route.method, path, async (c) => {
      const request = { raw: c.req.raw, params: c.req.param(), env: c.env, requestId: c.get('requestId') };
      return within(timeoutMs, () => answer({ ports, route, refusals, reader }, request)).catch((thrown) =>
        told(ports, thrown, request.requestId),
      );
    });
  }
  refuseOtherMethods(api, ports);
  api.notFound((c) =>
    told(ports, new WitnessmarkError('api-not-found', 'there is no such address'), c.get('requestId')),
  );
  api.onError((thrown, c) => told(ports, thrown, c.get('requestId')));
  return api;
}

function refuseOtherMethods(api: Api, ports: ApiPorts): void {
  for (const [path, routes] of Map.groupBy(ROUTES, (it) => it.path.replaceAll(/\{(\w+)\}/g, ':$1'))) {
    const allowed = routes.map((it) => it.method.toUpperCase()).join(', ');
    api.all(path, (c) => {
      const thrown = new WitnessmarkError('api-method-refused', `expected ${allowed}`);
      return told(ports, thrown, c.get('requestId'), { allow: allowed });
    });
  }
}

function told(ports: ApiPorts, thrown: unknown, requestId: string, headers: Record<string, string> = {}): Response {
  const status = statusOf(thrown);
  if (status >= 500) ports.log({ level: 'error', request: requestId, status, error: thrown });
  return problemResponse(thrown, requestId, status === 401 ? { 'www-authenticate': 'Bearer', ...headers } : headers);
}

async function within<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new WitnessmarkError('api-timeout', `it took longer than ${milliseconds} ms`)),
    milliseconds,
  );
  try {
    return await Promise.race([work(), promise]);
  } finally {
    clearTimeout(timer);
  }
}

interface Incoming {
  readonly raw: Request;
  readonly params: Readonly<Record<string, string>>;
  readonly env: unknown;
  readonly requestId: string;
}
interface Serving {
  readonly ports: ApiPorts;
  readonly route: Route;
  readonly refusals: RefusalCounter;
  readonly reader: Reader;
}

/** Lets a request through or not, has it handled, and records who was given or refused what before it is answered. */
async function answer({ ports, route, refusals, reader }: Serving, request: Incoming): Promise<Response> {
  const { requestId } = request;
  const asked = { ...Object.fromEntries(new URL(request.raw.url).searchParams), ...request.params };
  let principal: Principal | undefined;
  try {
    if (route.roles === 'everybody') return await route.handle(callOf(ports, reader, requestId) as never);
    principal = await ports.authorise(request.raw, request.env);
    const role = roleFor(route, principal);
    const allowed = { role, principal: principal as Principal };
    const params = parsed('the address', route.params, request.params);
    const query = parsed('the query', route.query, queryOf(request.raw));
    const assessment = assessmentFor(route, allowed, asked.assessment);
    const body = await bodyOf(route, request.raw);
    const response = await route.handle({
      ...callOf(ports, reader, requestId),
      ...allowed,
      params,
      query,
      body,
      assessment,
    } as Call<never, never, never>);
    if (!route.recorded) return response;
    const access: Access = {
      ...accessOf(route, asked, requestId),
      by: allowed.principal.person,
      role,
      outcome: 'granted',
    };
    await ports.accesses
      .record({ ...access, assessment: assessment ?? namedIn(body) })
      .catch(async (thrown: unknown) => {
        await response.body?.cancel();
        throw thrown;
      });
    return response;
  } catch (thrown) {
    if (isRefusal(thrown)) {
      const by = principal?.person ?? null;
      const omitted = refusals.pass(by);
      const access: Access = {
        ...accessOf(route, asked, requestId),
        by,
        role: null,
        outcome: 'refused',
        code: thrown.code,
      };
      if (omitted !== undefined) await ports.accesses.record({ ...access, ...(omitted > 0 ? { omitted } : {}) });
    }
    throw thrown;
  }
}

/** Requests that state or ask for something name the assessment in their body. */
function namedIn(body: unknown): string | null {
  const named = typeof body === 'object' && body !== null && 'assessment' in body ? body.assessment : undefined;
  return typeof named === 'string' ? named : null;
}

/** Each parameter once: of two of a name nobody could say which one counts. */
function queryOf(request: Request): Record<string, string> {
  const { searchParams } = new URL(request.url);
  const names = [...searchParams.keys()];
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return Object.fromEntries(searchParams);
  throw new WitnessmarkError('api-invalid', 'a parameter of the query is given twice');
}

/** What was asked, by the names that the route knows; a refused caller may have sent anything. */
function accessOf(
  { operation, params, query }: Route,
  asked: Readonly<Record<string, string>>,
  requestId: string,
): Pick<Access, 'operation' | 'asked' | 'requestId' | 'assessment'> {
  const names = Object.keys({ ...params.shape, ...query.shape }).filter((it) => it !== 'cursor');
  const own = names.flatMap((name) => (Object.hasOwn(asked, name) ? [[name, askedText(asked[name] ?? '')]] : []));
  return { operation, requestId, assessment: null, asked: Object.fromEntries(own) };
}

function callOf(
  ports: ApiPorts,
  reader: Reader,
  requestId: string,
): Pick<Call<never, never, never>, 'ports' | 'requestId' | 'document' | keyof Reader> {
  return { ...reader, ports, requestId, document: () => openApiDocument(ROUTES) };
}
