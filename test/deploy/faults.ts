import { readdir, readFile, readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { type Fault, startFaultProxy } from '../emulators/support/fault-proxy.ts';
import { lambda, STAGE } from './stack.ts';

/**
 * Does some work while `fault` stands between one function of the stack and one service of AWS, by the SDK's name of it
 * (`DYNAMODB`), and takes it away again.
 */
export async function withFault<T>(
  { name, service }: { readonly name: string; readonly service: string },
  fault: Fault,
  work: () => Promise<T>,
): Promise<T> {
  const FunctionName = `witnessmark-${STAGE}-${name}`;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const variables = Environment?.Variables ?? {};
  const proxy = await startFaultProxy(process.env.AWS_ENDPOINT_URL ?? '', fault);
  const configure = async (Variables: Record<string, string>) => {
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
    await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { FunctionName });
  };
  try {
    await configure({ ...variables, [`AWS_ENDPOINT_URL_${service}`]: proxy.endpoint });
    return await work();
  } finally {
    await configure(variables);
    await proxy.stop();
  }
}

/** Kills the process of a function that is at the other end of a connection from this port, without a word before. */
export async function killAt(name: string, port: number): Promise<void> {
  const socket = `socket:[${await inodeAt(port)}]`;
  for (const pid of await workersOf(name)) {
    const files = await Promise.all((await readdir(`/proc/${pid}/fd`)).map((fd) => linkAt(`/proc/${pid}/fd/${fd}`)));
    if (!files.includes(socket)) continue;
    process.kill(pid, 'SIGKILL');
    return;
  }
  throw new Error(`no process of ${name} has ${socket} open`);
}

/** The emulator of this deployment runs each function in a process of its own, in a folder beside its certificate. */
async function workersOf(name: string): Promise<number[]> {
  const folder = dirname(dirname(process.env.NODE_EXTRA_CA_CERTS ?? ''));
  const script = join(folder, `ministack-lambda-witnessmark-${STAGE}-${name}-`);
  const pids = (await readdir('/proc')).filter((it) => /^\d+$/.test(it));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return pids.filter((_, at) => lines[at]?.includes(script)).map(Number);
}

const linkAt = (path: string): Promise<string> => readlink(path).catch(() => '');

/** Linux has a line per connection: number, local address, remote address, …, inode. */
async function inodeAt(port: number): Promise<string | undefined> {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((it) => it.trim().split(/\s+/));
  return rows.find((it) => it[1] === local)?.[9];
}
