import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { bytesOf } from './request-units.ts';

/**
 * Loaded by Node before a function of the emulated deployment (`--import`): writes each HTTP request that it makes,
 * retries included, and each line of its log that tells a duration, to the file of `COUNT_REQUESTS_TO`.
 */
const FILE = process.env.COUNT_REQUESTS_TO ?? '';
const FUNCTION = process.env.AWS_LAMBDA_FUNCTION_NAME ?? '';
const MEMORY_MB = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 0);

if (FILE !== '' && FUNCTION !== '') {
  const tell = (line: object): void => appendFileSync(FILE, `${JSON.stringify({ function: FUNCTION, ...line })}\n`);
  // The channel is there since Node 22.12: the request has its headers, and nothing of its body was sent.
  subscribe('http.client.request.created', (message) => follow((message as { request: ClientRequest }).request, tell));
  readLog(tell);
}

function follow(request: ClientRequest, tell: (line: object) => void): void {
  const sent: Buffer[] = [];
  const [write, end] = [request.write, request.end];
  const noting = (of: typeof write | typeof end) =>
    ((...given: unknown[]) => {
      // Both take a callback in place of a chunk, of which there are no bytes.
      sent.push(bytesOf(given[0]));
      return Reflect.apply(of, request, given);
    }) as never;
  request.write = noting(write);
  request.end = noting(end);
  request.once('response', (response: IncomingMessage) => {
    const got: Buffer[] = [];
    const push = response.push;
    // A listener for data would start the stream before its reader has come.
    response.push = (chunk, encoding) => {
      if (chunk === null) tell(lineOf(request, Buffer.concat(sent), response, Buffer.concat(got)));
      else got.push(bytesOf(chunk));
      return push.call(response, chunk, encoding);
    };
  });
}

function lineOf(request: ClientRequest, sent: Buffer, response: IncomingMessage, got: Buffer): object {
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(String(request.getHeader('authorization')))?.[1];
  const target =
    String(request.getHeader('x-amz-target') ?? '')
      .split('.')
      .at(-1) ?? '';
  const told = { service, target, method: request.method, path: request.path, status: response.statusCode };
  const bodies = service === 'dynamodb' ? { sent: sent.toString('utf8'), got: got.toString('utf8') } : {};
  const action =
    service === 's3' ? '' : (/(?:^|&)Action=(\w+)/.exec(sent.subarray(0, 2048).toString('latin1'))?.[1] ?? '');
  return { ...told, action, sentBytes: sent.length, ...bodies };
}

/** The worker turns standard output into standard error, so that is where the log comes by. */
function readLog(tell: (line: object) => void): void {
  const write = process.stderr.write.bind(process.stderr);
  let started = false;
  process.stderr.write = ((chunk: unknown, ...rest: []) => {
    const text = bytesOf(chunk).toString('utf8');
    if (!started && text.includes('"message":"start"')) tell({ initMs: performance.now(), memory: MEMORY_MB });
    started ||= text.includes('"message":"start"');
    const duration = /"FunctionDuration":([\d.]+)/.exec(text)?.[1];
    tell({
      logBytes: Buffer.byteLength(text),
      ...(duration === undefined ? {} : { ms: Number(duration), memory: MEMORY_MB }),
    });
    return write(chunk as string, ...rest);
  }) as typeof process.stderr.write;
}
