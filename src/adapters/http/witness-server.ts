import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MAX_REQUEST_BYTES, type Witness } from '../../ledger/witness.ts';
import { messageOf } from '../../model/error.ts';
import type { WitnessReply } from '../../ports/witness.ts';

/** A witness that answers over HTTP, until it is closed. */
export interface WitnessServer {
  /** The submission prefix. */
  readonly url: string;
  /** Stops taking requests, and resolves when those under way are answered. */
  close(): Promise<void>;
}

export interface WitnessServerOptions {
  /** Loopback where left out: whoever opens it to a network says so. */
  readonly host?: string;
  /** 0 for any that is free. */
  readonly port?: number;
  /** Told of each request and its answer. */
  readonly onReply?: (reply: WitnessReply) => void;
}

const TEXT = 'text/plain; charset=utf-8';
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const MAX_CONNECTIONS = 256;

/** Serves `POST /add-checkpoint`, and nothing else. Requests are bounded in size and time. */
export async function serveWitness(witness: Witness, options: WitnessServerOptions = {}): Promise<WitnessServer> {
  const { host = '127.0.0.1', port = 0, onReply = () => {} } = options;
  const server = createServer({ headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS }, (request, response) => {
    void answer(witness, request).then((reply) => {
      onReply(reply);
      send(response, reply);
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  // What is no HTTP, or too slow, is cut off; the default would throw where nobody catches.
  server.on('clientError', (_error, socket) => socket.destroy());
  await listening(server, port, host);
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}/`,
    close: () => closed(server),
  };
}

async function answer(witness: Witness, request: IncomingMessage): Promise<WitnessReply> {
  if (!isAddCheckpoint(request.url ?? '')) return reply(404, 'there is nothing here but add-checkpoint');
  if (request.method !== 'POST') return reply(405, 'add-checkpoint is asked with POST');
  try {
    const body = await boundedBody(request);
    return body === undefined ? reply(413, `more than ${MAX_REQUEST_BYTES} bytes`) : await witness.addCheckpoint(body);
  } catch (thrown) {
    return { ...reply(500, 'the witness failed'), failure: messageOf(thrown) };
  }
}

const isAddCheckpoint = (url: string): boolean => url.split('?')[0] === '/add-checkpoint';

const reply = (status: number, body: string): WitnessReply => ({ status, type: TEXT, body: `${body}\n` });

async function boundedBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MAX_REQUEST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, type, body }: WitnessReply): void {
  // A body that was not read to its end would be taken for the next request.
  const close = status === 413 || status === 404 || status === 405 ? { connection: 'close' } : {};
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...close }).end(body);
}

function listening(server: Server, port: number, host: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, () => resolve());
  return promise;
}

function closed(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  return promise;
}
