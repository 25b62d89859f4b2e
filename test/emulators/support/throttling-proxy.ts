import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';

export interface Proxy {
  readonly endpoint: string;
  /** How often each throttled operation was asked. */
  readonly throttled: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** Passes everything on to `target`, but answers `operations` (by name) as AWS does when it is asked too often. */
export async function startThrottlingProxy(target: string, operations: readonly string[]): Promise<Proxy> {
  const throttled = new Map<string, number>();
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(request);
    const operation = operationOf(request, body);
    if (!operations.includes(operation)) return pass(request, body, { target, response });
    throttled.set(operation, (throttled.get(operation) ?? 0) + 1);
    refuse(request, response);
  };
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    throttled,
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

/** JSON services name the operation in a header, query services in the body. */
function operationOf(request: IncomingMessage, body: Buffer): string {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  return new URLSearchParams(body.toString('latin1')).get('Action') ?? '';
}

const QUERY_ERROR = `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>
<Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>throttled</RequestId></ErrorResponse>`;

function refuse(request: IncomingMessage, response: ServerResponse): void {
  const isJson = request.headers['x-amz-target'] !== undefined;
  response.writeHead(400, { 'content-type': isJson ? 'application/x-amz-json-1.1' : 'text/xml' });
  response.end(isJson ? JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' }) : QUERY_ERROR);
}

function pass(
  request: IncomingMessage,
  body: Buffer,
  { target, response }: { target: string; response: ServerResponse },
): void {
  const { hostname, port } = new URL(target);
  const { method, url, headers } = request;
  const onward = send({ hostname, port, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  onward.end(body);
}
