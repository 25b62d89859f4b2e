import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** A server that runs until it is stopped. */
export interface Emulator {
  readonly endpoint: string;
  /** The last of what it printed. */
  log(): string;
  stop(): Promise<void>;
}

export interface EmulatorSpec {
  readonly program: string;
  readonly args: (port: number) => readonly string[];
  /** Beside the variables of this process; undefined takes one away. */
  readonly env?: (port: number) => Readonly<Record<string, string | undefined>>;
  /** Path that answers with 2xx once it is up. */
  readonly health: string;
  /** File with the certificate that it makes for itself; it then speaks TLS. */
  readonly certificate?: string;
  /** Done after it has stopped. */
  readonly cleanUp?: () => Promise<void>;
}

const MAX_LOG = 20_000;
const POLL_MS = 100;
const PATIENCE_MS = 60_000;

/** Starts a server on a free port of this machine; throws, with its log, when it does not answer within a minute. */
export async function startEmulator(spec: EmulatorSpec): Promise<Emulator> {
  const port = await freePort();
  const endpoint = `${spec.certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  const server = spawn(spec.program, spec.args(port), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...spec.env?.(port) },
  });
  let log = '';
  const take = (chunk: Buffer): void => {
    log = `${log}${chunk.toString('utf8')}`.slice(-MAX_LOG);
  };
  server.stdout.on('data', take);
  server.stderr.on('data', take);
  // A test run that is broken off must not leave it behind.
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<string>((resolve) => {
    server.once('error', (error) => resolve(error.message));
    server.once('exit', (code) => resolve(`it ended with ${code}`));
  });
  const why = await Promise.race([answers(`${endpoint}${spec.health}`, spec.certificate), ended]);
  if (why !== undefined) {
    kill();
    throw new Error(`${spec.program} does not answer on ${endpoint}: ${why}\n${log}`);
  }
  return {
    endpoint,
    log: () => log,
    async stop() {
      server.kill('SIGTERM');
      await ended;
      process.off('exit', kill);
      await spec.cleanUp?.();
    },
  };
}

async function answers(url: string, certificate?: string): Promise<string | undefined> {
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    const up = certificate === undefined ? await isUp(url) : await isUpWith(url, certificate);
    if (up) return undefined;
    await setTimeout(POLL_MS);
  }
  return `not in ${PATIENCE_MS} ms`;
}

const isUp = (url: string): Promise<boolean> =>
  fetch(url).then(
    (it) => it.ok,
    () => false,
  );

/** fetch takes no certificate. */
function isUpWith(url: string, certificate: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const ca = existsSync(certificate) ? readFileSync(certificate) : undefined;
  const request = get(url, { ca, agent: false }, (answer) => {
    answer.resume();
    resolve(answer.statusCode === 200);
  });
  request.on('error', () => resolve(false));
  return promise;
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
  });
  return promise;
}
