import { timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { secureHeaders } from 'hono/secure-headers';
import { z } from 'zod';
import { WitnessmarkError } from '../model/error.ts';
import type { Clock } from '../ports/clock.ts';
import type { Api } from './api.ts';
import { bytesOf } from './body.ts';
import { CONSOLE, type ConsoleFile } from './console/files.ts';
import type { Principal } from './principal.ts';
import { problemResponse } from './problem.ts';

/** Everything that the guard of one machine needs from outside. */
export interface LoopbackOptions {
  /** Port that the browser talks to; with the host it must be what requests say they are for. */
  readonly port: number;
  /** Good for one sign-in. Of at least 128 bits, from a source that cannot be guessed. */
  readonly token: string;
  /** A new secret of at least 128 bits. */
  readonly secret: () => string;
  readonly principal: Principal;
  readonly clock: Clock;
}

/** The session of one machine: exchanges the token for a cookie, once. */
export interface Sessions {
  /** Who a request is from, by its cookie. */
  authorise(request: Request): Principal | undefined;
  /** The value of the session's cookie; throws `api-token-refused`. */
  signIn(token: string): string;
}

const COOKIE = 'witnessmark';
/** A working day, after which the program is started again for a new token. */
const SESSION_MS = 12 * 3_600_000;

export function sessions({ token, secret, principal, clock }: Omit<LoopbackOptions, 'port'>): Sessions {
  let unused: string | undefined = token;
  let session: { value: string; until: number } | undefined;
  return {
    authorise(request) {
      const given = cookieOf(request);
      if (session === undefined || given === undefined || !same(given, session.value)) return undefined;
      return Date.parse(clock.now()) < session.until ? principal : undefined;
    },
    signIn(given) {
      if (unused === undefined || !same(given, unused))
        throw new WitnessmarkError('api-token-refused', 'the token is not good, or was used already', {
          hint: 'stop `witnessmark serve` and start it again for a new one',
        });
      unused = undefined;
      session = { value: secret(), until: Date.parse(clock.now()) + SESSION_MS };
      return session.value;
    },
  };
}

/** Takes as long whether the first or the last character differs. */
function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function cookieOf(request: Request): string | undefined {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((it) => it.trim());
  return pairs.find((it) => it.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}

const SignIn = z.strictObject({ token: z.string().max(200) });
const MAX_SIGN_IN = 1024;

/**
 * The API and its page on one machine. Answers only requests for its own loopback address, so that a name
 * that somebody points to 127.0.0.1 (DNS rebinding) reaches nothing; and only its own page or a program,
 * never another site or another port's page in the same browser.
 */
export function createLoopback(api: Api, guard: Sessions, { port }: { port: number }): Hono {
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  const app = new Hono();
  const refused = (code: string, message: string): Response =>
    problemResponse(new WitnessmarkError(code, message), '00000000-0000-0000-0000-000000000000');
  app.use(async (c, next) => {
    const host = c.req.header('host') ?? '';
    if (!hosts.has(host)) return refused('api-host-refused', 'this server answers for its loopback address only');
    // The page holds nothing, so a link from anywhere may open it; what it asks for comes from itself.
    if (!CONSOLE.has(c.req.path) && isFromElsewhere(c.req.raw, host))
      return refused('api-cross-site', 'the request comes from another site');
    return next();
  });
  app.post('/session', async (c) => {
    try {
      const asked = SignIn.safeParse(jsonOf((await bytesOf(c.req.raw, MAX_SIGN_IN)).toString('utf8')));
      const value = guard.signIn(asked.data?.token ?? '');
      setCookie(c, COOKIE, value, { httpOnly: true, sameSite: 'Strict', path: '/', maxAge: SESSION_MS / 1000 });
      return c.body(null, 204);
    } catch (thrown) {
      return problemResponse(thrown, '00000000-0000-0000-0000-000000000000');
    }
  });
  for (const [path, file] of CONSOLE) app.get(path, PAGE_HEADERS, () => pageOf(file));
  app.all('/v1/*', (c) => api.fetch(c.req.raw));
  app.notFound(() => refused('api-not-found', 'there is no such address'));
  return app;
}

const PAGE_HEADERS = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    connectSrc: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
  },
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
});

const pageOf = ({ mediaType, content }: ConsoleFile): Response =>
  new Response(content, { headers: { 'content-type': mediaType, 'cache-control': 'no-store' } });

/** Browsers say where a request comes from; programs say nothing. Other ports of one host are one site to cookies. */
function isFromElsewhere(request: Request, host: string): boolean {
  const origin = request.headers.get('origin');
  if (origin !== null && origin !== `http://${host}`) return true;
  const site = request.headers.get('sec-fetch-site');
  return site !== null && site !== 'same-origin' && site !== 'none';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
