import { type Emulator, startEmulator } from './emulator.ts';
import { TOOLS } from './run.ts';

/** Where moto puts whoever does not assume a role. */
export const HOME = '123456789012';
/** Another account, reached by assuming a role in it. */
export const MEMBER = '222222222222';
export const REGION = 'eu-west-1';

/** With authorization off moto takes any key. */
export const ANY_KEY = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'any' } as const;

export interface Moto extends Emulator {
  /** Forgets everything that was made. */
  reset(): Promise<void>;
  /** From now on every call must be allowed by IAM. */
  enforceIam(): Promise<void>;
  /** From now on every call is allowed. */
  allowAll(): Promise<void>;
}

/**
 * Starts moto's server on a free port of this machine, with these variables beside those of this process; throws when
 * it does not answer within a minute.
 */
export async function startMoto(env: Readonly<Record<string, string>> = {}): Promise<Moto> {
  const server = await startEmulator({
    program: TOOLS.moto,
    args: (port) => ['-H', '127.0.0.1', '-p', String(port)],
    env: () => env,
    health: '/moto-api/data.json',
  });
  const post = async (path: string, body?: string): Promise<void> => {
    const init = body === undefined ? {} : { body, headers: { 'content-type': 'text/plain' } };
    const answer = await fetch(`${server.endpoint}/moto-api/${path}`, { method: 'POST', ...init });
    if (!answer.ok) throw new Error(`moto answered ${answer.status} to ${path}: ${await answer.text()}`);
  };
  return {
    ...server,
    reset: () => post('reset'),
    enforceIam: () => post('reset-auth', '0'),
    allowAll: () => post('reset-auth', 'inf'),
  };
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
