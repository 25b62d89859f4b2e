import { messageOf, WitnessmarkError } from '../../model/error.ts';
import { grantedToken, NONCE_BYTES, timestampRequest } from '../../pack/timestamp/response.ts';
import { rootsOf } from '../../pack/timestamp/roots.ts';
import { verifyToken } from '../../pack/timestamp/verify.ts';
import type { TimestampAuthority, TimestampReply } from '../../ports/timestamp.ts';

export interface HttpAuthority {
  /** An http or https address; what is signed needs no secrecy, so http is good enough. */
  readonly url: string;
  /** Object identifier of the policy to ask for; the authority's own where left out. */
  readonly policy?: string;
  /** PEM certificates, one of which a token's certificate must lead to. */
  readonly roots: string;
  /** Milliseconds that one request may take, all of it; 10 seconds unless told. */
  readonly timeout?: number;
}

const TIMEOUT = 10_000;
/** Most bytes of an answer; one with a token of the largest size that is kept has a third of it. */
const MAX_ANSWER = 64 * 1024;
const ASKS = 'application/timestamp-query';
const ANSWERS = 'application/timestamp-reply';

/**
 * An authority over HTTP (RFC 3161, 3.4). Each request has a nonce of its own, and redirects are not followed.
 * Failures are `timestamp-unreachable`, `timestamp-timeout`, `timestamp-http-status`,
 * `timestamp-content-type`, `timestamp-too-large`, and those of `TimestampFault`.
 * @throws WitnessmarkError `timestamp-roots` where the certificates cannot be read
 */
export function httpTimestamps(authority: HttpAuthority): TimestampAuthority {
  const roots = rootsOf(authority.roots, 'certificates of the authority');
  return {
    async stamp(imprint): Promise<TimestampReply> {
      try {
        const nonce = freshNonce();
        const { policy } = authority;
        const request = timestampRequest({ imprint, nonce, ...(policy === undefined ? {} : { policy }) });
        const token = grantedToken(await ask(authority, request));
        const info = await verifyToken(token, { imprint, roots });
        const expected = Buffer.from(nonce).toString('hex');
        if (info.nonce !== expected) throw failed('nonce', `expected the nonce ${expected}, found ${info.nonce}`);
        if (policy !== undefined && info.policy !== policy)
          throw failed('policy', `expected the policy ${policy}, found ${info.policy}`);
        return { token };
      } catch (thrown) {
        return { failure: failureOf(thrown, authority) };
      }
    },
  };
}

function freshNonce(): Uint8Array {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40;
  return nonce;
}

async function ask({ url, timeout = TIMEOUT }: HttpAuthority, request: Uint8Array): Promise<Uint8Array> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': ASKS, accept: ANSWERS },
    body: new Uint8Array(request),
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
  });
  try {
    if (response.status !== 200) throw failed('http-status', `expected status 200, found ${response.status}`);
    const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
    if (type.trim().toLowerCase() !== ANSWERS) {
      throw failed('content-type', `expected ${ANSWERS}, found ${JSON.stringify(type.slice(0, 100))}`);
    }
    return await boundedBody(response);
  } catch (thrown) {
    await response.body?.cancel().catch(() => {});
    throw thrown;
  }
}

async function boundedBody({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER) throw failed('too-large', `the answer has more than ${MAX_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const failed = (what: string, message: string): WitnessmarkError =>
  new WitnessmarkError(`timestamp-${what}`, `timestamp: ${message}`);

function failureOf(thrown: unknown, { url, timeout = TIMEOUT }: HttpAuthority) {
  const of = (code: string, message: string) => ({ code, message: `${url}: ${message}` });
  if (thrown instanceof WitnessmarkError) return of(thrown.code, thrown.message);
  if (thrown instanceof Error && thrown.name === 'TimeoutError')
    return of('timestamp-timeout', `no answer within ${timeout / 1000} s`);
  const cause = thrown instanceof Error && thrown.cause !== undefined ? `: ${messageOf(thrown.cause)}` : '';
  return of('timestamp-unreachable', `${messageOf(thrown)}${cause}`.slice(0, 500));
}
