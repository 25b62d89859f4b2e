import { awsCloud } from '../../src/adapters/aws/cloud.ts';
import type { Retrieval } from '../../src/model/retrieval.ts';
import type { CallReply } from '../../src/ports/cloud.ts';
import { ACCOUNT, awsServer, send } from '../adapters/aws-server.ts';
import { type Fault, replied } from './faults.ts';

const clock = { now: () => '2026-10-01T02:00:00.000Z' };

/** Well-formed, as the sign-in page of a proxy may be: a parser of XML has no complaint. */
const PAGE =
  '<!doctype html><html><head><title>Sign in</title></head><body><p>This network asks you to sign in.</p></body></html>';

const BODIES = [
  { id: '200, no body', type: 'application/octet-stream', body: '' },
  { id: '200, HTML', type: 'text/html', body: PAGE },
];

/**
 * Faults in what comes over the wire with 200. What SDK and adapter make of those is not for the matrix
 * to guess: each operation is asked once with each of them.
 */
export function wireFaults(calls: readonly Retrieval[]): Promise<Fault[]> {
  return Promise.all(BODIES.map((it) => wireFault(it, calls)));
}

async function wireFault({ id, type, body }: (typeof BODIES)[number], calls: readonly Retrieval[]): Promise<Fault> {
  const server = await awsServer((_, response) => send(response, 200, type, body));
  const credentials = { accessKeyId: 'OWN', secretAccessKey: 'secret' };
  const cloud = awsCloud({ clock, endpoint: server.endpoint, credentials, maxAttempts: 1 });
  try {
    const replies = new Map<string, CallReply>();
    for (const [name, { service, operation, input }] of new Map(calls.map((it) => [nameOf(it), it]))) {
      replies.set(name, await cloud.call({ service, operation, input, account: ACCOUNT, region: 'eu-west-1' }));
    }
    return { id, make: (call) => replied(call, replies.get(nameOf(call)) ?? {}) };
  } finally {
    cloud.close();
    await server.close();
  }
}

const nameOf = ({ service, operation }: Retrieval): string => `${service}:${operation}`;
