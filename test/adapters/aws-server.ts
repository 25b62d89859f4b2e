import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGunzip } from 'node:zlib';

/** One request as the SDK sent it. */
export interface Seen {
  readonly operation: string;
  readonly body: string;
  readonly authorization: string;
  readonly path: string;
}

export type Handler = (seen: Seen, response: ServerResponse, nth: number) => void;

export interface AwsServer {
  readonly endpoint: string;
  readonly seen: Seen[];
  close(): Promise<void>;
}

export const ACCOUNT = '111122223333';

const IDENTITY = (account: string) => `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult><Arn>arn:aws:iam::${account}:user/reader</Arn><UserId>AIDAEXAMPLE</UserId>
  <Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

const ASSUMED = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
  <AccessKeyId>ASSUMED</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken>
  <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROA:w</AssumedRoleId>
  <Arn>arn:aws:sts::444455556666:assumed-role/reader/witnessmark</Arn></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`;

/** A server on loopback that speaks AWS's wire formats: STS by itself, everything else through the handler. */
export async function awsServer(handle: Handler): Promise<AwsServer> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const target = String(request.headers['x-amz-target'] ?? '');
    const operation = target.split('.').at(-1) || (new URLSearchParams(body).get('Action') ?? `${request.method}`);
    const authorization = String(request.headers.authorization ?? '');
    const one = { operation, body, authorization, path: request.url ?? '' };
    const nth = seen.filter((it) => it.operation === operation).length;
    seen.push(one);
    if (operation === 'GetCallerIdentity') {
      return xml(response, 200, IDENTITY(authorization.includes('ASSUMED') ? '444455556666' : ACCOUNT));
    }
    if (operation === 'AssumeRole') return xml(response, 200, ASSUMED);
    handle(one, response, nth);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

export function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': 'req-1' });
  response.end(body);
}

export const json = (response: ServerResponse, status: number, body: unknown): void =>
  send(response, status, 'application/x-amz-json-1.1', JSON.stringify(body));

export const xml = (response: ServerResponse, status: number, body: string): void =>
  send(response, status, 'text/xml', body);

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  // EC2 requests above 10 KB are compressed by the SDK.
  const stream = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
