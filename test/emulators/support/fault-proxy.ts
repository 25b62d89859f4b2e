import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as sendPlain,
} from 'node:http';
import { request as sendTls } from 'node:https';

/** A request on its way to an emulator. */
export interface Asked {
  /** What JSON and query services call it; empty for S3, whose `method` and `path` say it. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Port that it comes from, by which its process can be found. */
  readonly port: number;
  readonly isJson: boolean;
}

/** An answer in place of the emulator's. */
export interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Decides over each request: nothing lets it pass, once what was to be done meanwhile is done. */
export type Fault = (asked: Asked) => Refusal | undefined | Promise<Refusal | undefined>;

export interface FaultProxy {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Stands before `target` and passes on what `fault` lets pass, as it came. */
export async function startFaultProxy(target: string, fault: Fault): Promise<FaultProxy> {
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(request);
    const refusal = await fault(askedBy(request, body));
    if (refusal === undefined) return pass(request, body, { target, response });
    response.writeHead(refusal.status, { 'content-type': refusal.type });
    response.end(refusal.body);
  };
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function askedBy(request: IncomingMessage, body: Buffer): Asked {
  const { method = '', url: path = '', socket, headers } = request;
  const isJson = headers['x-amz-target'] !== undefined;
  return { operation: operationOf(request, body), method, path, headers, body, port: socket.remotePort ?? 0, isJson };
}

/** JSON services name the operation in a header, query services in the body. */
function operationOf(request: IncomingMessage, body: Buffer): string {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  return new URLSearchParams(body.toString('latin1')).get('Action') ?? '';
}

const QUERY_ERROR = `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>
<Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>throttled</RequestId></ErrorResponse>`;

/** What AWS answers who asks too often. */
export function throttled({ isJson }: Asked): Refusal {
  if (!isJson) return { status: 400, type: 'text/xml', body: QUERY_ERROR };
  const body = JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' });
  return { status: 400, type: 'application/x-amz-json-1.1', body };
}

function pass(
  request: IncomingMessage,
  body: Buffer,
  { target, response }: { target: string; response: ServerResponse },
): void {
  const { protocol, hostname, port } = new URL(target);
  const { method, url, headers } = request;
  const send = protocol === 'https:' ? sendTls : sendPlain;
  const onward = send({ hostname, port, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  onward.end(body);
}
