import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Passes calls on to an emulator, and refuses some as AWS does when it is asked too often. */
export interface CountingProxy {
  readonly endpoint: string;
  /** Requests that came, those refused included. */
  requests(): number;
  refused(): number;
  /** Milliseconds on the clock of `performance` at which the first request came. */
  firstAt(): number | undefined;
  stop(): void;
}

/** `every`: each so-many-th request is refused with status 429 and no more than that. */
export async function startCountingProxy(target: string, every: number): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  let requests = 0;
  let refused = 0;
  let firstAt: number | undefined;
  const server = createServer((request, response) => {
    firstAt ??= performance.now();
    requests += 1;
    if (requests % every === 0) {
      refused += 1;
      request.resume();
      response.writeHead(429, { 'content-type': 'text/plain' }).end('too many requests');
      return;
    }
    const { method, url, headers } = request;
    void buffer(request).then((body) => {
      const onward = send({ hostname, port, method, path: url, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      onward.end(body);
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    refused: () => refused,
    firstAt: () => firstAt,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
