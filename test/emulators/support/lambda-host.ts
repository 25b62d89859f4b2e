import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Calls a bundled function once, as Lambda would: a process of its own that finds nothing but the bundle. */
const CALL = `const [name, event, id, checks] = process.argv.slice(1);
// The first is asked by what ends a call before Lambda does.
let left = Number(checks) + 1;
const getRemainingTimeInMillis = () => (left-- > 0 ? 900_000 : 0);
const { handler } = await import('./' + name + '.mjs');
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (line) => process.stderr.write(line);
const answer = await handler(JSON.parse(event), { functionName: name, awsRequestId: id, getRemainingTimeInMillis });
write(JSON.stringify(answer));`;

export interface LambdaHost {
  readonly endpoint: string;
  /** What was answered, in order: of calls that nobody waits for too. */
  readonly answers: { readonly name: string; readonly event: unknown; readonly answer: unknown }[];
  close(): Promise<void>;
}

export interface LambdaHostOptions {
  /** Folder of the bundles, each in one of its own. */
  readonly folder: string;
  readonly env: (name: string) => Readonly<Record<string, string>>;
  /** How often a function may ask how much time it has, until it is told that there is none. */
  readonly checks: (event: unknown) => number;
}

/** The one operation of Lambda's interface that functions use of each other, over bundled functions. */
export async function startLambdaHost({ folder, env, checks }: LambdaHostOptions): Promise<LambdaHost> {
  const answers: LambdaHost['answers'] = [];
  const running = new Set<Promise<string>>();
  async function call(name: string, event: string): Promise<string> {
    const own = { ...env(name), PATH: process.env.PATH ?? '', AWS_LAMBDA_FUNCTION_NAME: name };
    const limit = String(checks(JSON.parse(event)));
    const args = ['--input-type=module', '-e', CALL, '--', name, event, crypto.randomUUID(), limit];
    const child = spawn(process.execPath, args, { cwd: join(folder, name), env: own });
    const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    if (out === '') throw new Error(`${name}: ${error.slice(-2000)}`);
    answers.push({ name, event: JSON.parse(event), answer: JSON.parse(out) });
    return out;
  }
  const server = createServer(async (request: IncomingMessage, response) => {
    const name = decodeURIComponent((request.url ?? '').split('/')[3] ?? '');
    const called = call(name, await text(request));
    running.add(called);
    called.catch((thrown: unknown) => console.error(thrown)).finally(() => running.delete(called));
    if (request.headers['x-amz-invocation-type'] === 'Event') {
      response.writeHead(202).end();
      return;
    }
    const answer = await called.catch((thrown: unknown) => JSON.stringify({ errorMessage: String(thrown) }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    async close() {
      await Promise.allSettled(running);
      server.close();
    },
  };
}
