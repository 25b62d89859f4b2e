import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { httpTimestamps } from '../../src/adapters/http/timestamps.ts';
import { responseOf } from '../../src/pack/timestamp/response.ts';
import type { TimestampReply } from '../../src/ports/timestamp.ts';
import { IMPRINT, pemOf, responseNamed, tokenOf } from '../pack/timestamp/tokens.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

/** What the adapter says of a server that answers like this. */
async function asked(answer: RequestListener, timeout = 2000): Promise<TimestampReply> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`;
  return httpTimestamps({ url, roots: pemOf('root'), timeout }).stamp(IMPRINT);
}

const REPLY = { 'content-type': 'application/timestamp-reply' };
const answering =
  (body: Uint8Array, headers: Readonly<Record<string, string>> = REPLY, status = 200): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);

const failed = (code: string, message: string) => ({ failure: { code, message: expect.stringContaining(message) } });

describe('an authority over HTTP', () => {
  it('is asked by POST, for certificates, with a nonce that is never the same', async () => {
    const seen: { method: string | undefined; type: string | undefined; body: string }[] = [];
    const listen: RequestListener = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (it: Buffer) => chunks.push(it));
      request.on('end', () => {
        const { method, headers } = request;
        seen.push({ method, type: headers['content-type'], body: Buffer.concat(chunks).toString('hex') });
        response.writeHead(500).end();
      });
    };
    for (let time = 0; time < 2; time++) {
      await asked(listen);
      server?.close();
    }
    expect(seen.map(({ method, type }) => ({ method, type }))).toEqual(
      Array(2).fill({ method: 'POST', type: 'application/timestamp-query' }),
    );
    const imprint = IMPRINT.toString('hex');
    const form = new RegExp(
      `^30..0201013031300d060960864801650304020105000420${imprint}0210([4-7][0-9a-f]{31})0101ff$`,
    );
    const nonces = seen.map(({ body }) => form.exec(body)?.[1]);
    expect(nonces[0]).toBeDefined();
    expect(new Set(nonces).size).toBe(2);
  });

  it.each([
    ['status 500', answering(Buffer.from('oops'), REPLY, 500), 'timestamp-http-status', 'found 500'],
    [
      'a page',
      answering(Buffer.from('<html>'), { 'content-type': 'text/html; charset=utf-8' }),
      'timestamp-content-type',
      '"text/html"',
    ],
    ['no type', answering(responseNamed('good'), {}), 'timestamp-content-type', 'found ""'],
    ['a page that says it is a reply', answering(Buffer.from('<html>')), 'timestamp-malformed', 'is no DER'],
    ['nothing', answering(Buffer.alloc(0)), 'timestamp-malformed', 'is no DER'],
    ['a refusal', answering(responseNamed('rejected')), 'timestamp-rejected', 'status 2 (rejection)'],
    ['a token for another request', answering(responseNamed('good')), 'timestamp-nonce', 'expected the nonce'],
    ['a token over something else', answering(responseOf(tokenOf('other'))), 'timestamp-imprint', 'something else'],
    ['a token of its own making', answering(responseOf(tokenOf('self-made'))), 'timestamp-untrusted', 'no chain'],
    ['a token by an expired certificate', answering(responseOf(tokenOf('expired'))), 'timestamp-expired', '2021'],
    ['a token by a mail certificate', answering(responseOf(tokenOf('mail'))), 'timestamp-purpose', 'time-stamping'],
    ['a redirect', answering(Buffer.alloc(0), { location: 'http://127.0.0.1:1/' }, 302), 'timestamp-unreachable', ''],
  ])('is refused for %s', async (_what, answer, code, message) => {
    expect(await asked(answer)).toEqual(failed(code, message));
  });

  it('is refused for an answer that does not end, as soon as it is too large', async () => {
    const endless: RequestListener = (_request, response) => {
      response.writeHead(200, REPLY);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(8192, 0x30)));
      };
      response.on('drain', more);
      more();
    };
    expect(await asked(endless)).toEqual(failed('timestamp-too-large', 'more than 65536 bytes'));
  });

  it('is given up when it is slow, before the head and within the body', async () => {
    const started = performance.now();
    expect(await asked(() => {}, 150)).toEqual(failed('timestamp-timeout', 'no answer within 0.15 s'));
    server?.closeAllConnections();
    const drip: RequestListener = (_request, response) => void response.writeHead(200, REPLY).write('0');
    expect(await asked(drip, 150)).toEqual(failed('timestamp-timeout', 'no answer within 0.15 s'));
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('is unreachable where nobody listens', async () => {
    const authority = httpTimestamps({ url: 'http://127.0.0.1:1/', roots: pemOf('root') });
    expect(await authority.stamp(IMPRINT)).toEqual(
      failed('timestamp-unreachable', 'http://127.0.0.1:1/: fetch failed'),
    );
  });
});
