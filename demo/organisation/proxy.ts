import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { DEVELOPMENT, PRODUCTION } from './names.ts';
import { callOf, type WireAnswer, type WireCall } from './wire.ts';

/** A call of which the account is known. */
export interface Call extends WireCall {
  readonly account: string;
}

/** What stands between the collector and the emulator. */
export interface Proxied {
  /** Answers in place of the emulator, or leaves the call to it. */
  answer(call: Call): Promise<WireAnswer | undefined>;
  /** Changes what the emulator answered, or leaves it. */
  amend(call: Call, body: string): string | undefined;
}

export interface Proxy {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Passes calls on to the emulator as they are, but for those that `how` answers or amends. A call for
 * a trail by its ARN goes to the trail's home region, where alone the emulator knows it.
 */
export async function startProxy(emulator: string, how: Proxied): Promise<Proxy> {
  const accounts = new Map<string, string>();
  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => {
      outgoing.writeHead(502, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const bytes = await bytesOf(incoming);
    const wire = callOf(incoming.method ?? '', incoming.url ?? '', incoming.headers, bytes.toString('utf8'));
    const call = { ...wire, account: accounts.get(wire.accessKeyId) ?? 'unknown' };
    const answer = (await how.answer(call)) ?? (await passOn(emulator, incoming, call, bytes));
    const text = answer.body.toString('utf8');
    learn(accounts, call, text);
    const amended = answer.status === 200 ? how.amend(call, text) : undefined;
    outgoing.writeHead(answer.status, answer.headers).end(amended ?? answer.body);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Keys of an assumed role belong to the role's account: so the proxy knows who calls. */
function learn(accounts: Map<string, string>, { operation, body }: WireCall, answer: string): void {
  if (operation !== 'AssumeRole') return;
  const role = new URLSearchParams(body).get('RoleArn') ?? '';
  const account = [PRODUCTION, DEVELOPMENT].find((it) => role.includes(it));
  const key = /<AccessKeyId>([^<]+)/.exec(answer)?.[1];
  if (account !== undefined && key !== undefined) accounts.set(key, account);
}

/** Lengths change when an answer is amended, and connections end here: node writes these headers itself. */
const OWN_HEADERS = new Set(['content-length', 'connection', 'transfer-encoding', 'date']);

function passOn(emulator: string, incoming: IncomingMessage, call: Call, bytes: Buffer): Promise<WireAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<WireAnswer>();
  const headers = { ...incoming.headers, ...homeRegion(call, incoming.headers.authorization) };
  const outgoing = request(
    new URL(incoming.url ?? '/', emulator),
    { method: incoming.method ?? 'GET', headers },
    (answered) => {
      bytesOf(answered).then((body) => {
        const kept = Object.entries(answered.headers).filter(([name]) => !OWN_HEADERS.has(name));
        const named = Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
        resolve({ status: answered.statusCode ?? 502, headers: named, body });
      }, reject);
    },
  );
  outgoing.on('error', reject);
  outgoing.end(bytes);
  return promise;
}

function homeRegion(call: Call, authorization = ''): Record<string, string> {
  const home = call.service === 'cloudtrail' ? /arn:aws:cloudtrail:([a-z0-9-]+):/.exec(call.body)?.[1] : undefined;
  return home === undefined ? {} : { authorization: authorization.replace(`/${call.region}/`, `/${home}/`) };
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
