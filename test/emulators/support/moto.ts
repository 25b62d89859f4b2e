import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { TOOLS } from './run.ts';

/** Where moto puts whoever does not assume a role. */
export const HOME = '123456789012';
/** Another account, reached by assuming a role in it. */
export const MEMBER = '222222222222';
export const REGION = 'eu-west-1';

/** With authorization off moto takes any key. */
export const ANY_KEY = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'any' } as const;

export interface Moto {
  readonly endpoint: string;
  /** Forgets everything that was made. */
  reset(): Promise<void>;
  /** From now on every call must be allowed by IAM. */
  enforceIam(): Promise<void>;
  /** From now on every call is allowed. */
  allowAll(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts moto's server on a free port of this machine, with these variables beside those of this process; throws when
 * it does not answer within a minute.
 */
export async function startMoto(env: Readonly<Record<string, string>> = {}): Promise<Moto> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(TOOLS.moto, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, ...env },
  });
  // A test run that is broken off must not leave it behind.
  process.once('exit', () => server.kill('SIGKILL'));
  const failed = new Promise<never>((_, reject) => server.once('error', reject));
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  // Nobody waits for it once the server is up.
  failed.catch(() => undefined);
  await Promise.race([answers(endpoint), failed]);
  const post = async (path: string, body?: string): Promise<void> => {
    const init = body === undefined ? {} : { body, headers: { 'content-type': 'text/plain' } };
    const answer = await fetch(`${endpoint}/moto-api/${path}`, { method: 'POST', ...init });
    if (!answer.ok) throw new Error(`moto answered ${answer.status} to ${path}: ${await answer.text()}`);
  };
  return {
    endpoint,
    reset: () => post('reset'),
    enforceIam: () => post('reset-auth', '0'),
    allowAll: () => post('reset-auth', 'inf'),
    async stop() {
      server.kill('SIGTERM');
      await ended;
    },
  };
}

async function answers(endpoint: string): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    const up = await fetch(`${endpoint}/moto-api/data.json`).then(
      (it) => it.ok,
      () => false,
    );
    if (up) return;
    await setTimeout(250);
  }
  throw new Error(`moto does not answer on ${endpoint}`);
}

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

/** The environment in which the command line meets an emulator and nothing else. */
export function awsEnv(
  endpoint: string,
  { accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string } = ANY_KEY,
): Record<string, string | undefined> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    AWS_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}
