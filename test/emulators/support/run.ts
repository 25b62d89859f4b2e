import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What `scripts/emulators.sh` brought. */
export const TOOLS = {
  moto: join(ROOT, '.emulators/venv/bin/moto_server'),
  pyhanko: join(ROOT, '.emulators/venv/bin/pyhanko'),
  tlog: join(ROOT, '.emulators/tlog'),
  fsck: join(ROOT, '.emulators/fsck'),
} as const;

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Beside the variables of this process; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** After so many milliseconds it is killed, and its code is null; for programs that may never end. */
  readonly timeout?: number;
}

/** Runs a program to its end without a shell and without input. Throws only where it cannot be started. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { cwd = ROOT, env = {}, timeout } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Ran>();
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.on('error', reject);
  child.on('close', (code) => {
    resolve({ code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') });
  });
  return promise;
}

/** Everything that a program said, for tools that use either stream. */
export const saidBy = ({ stdout, stderr }: Ran): string => `${stdout}${stderr}`;

/** The command line as a user starts it. */
export function witnessmark(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return run(process.execPath, [join(ROOT, 'bin/witnessmark.mjs'), ...args], options);
}

/** As `witnessmark` with `--json`: the documents that it printed. Throws where the exit code is not among `expected`. */
export async function witnessmarkJson<T>(
  args: readonly string[],
  { expected = [0], ...options }: RunOptions & { expected?: readonly number[] } = {},
): Promise<T[]> {
  const ran = await witnessmark([...args, '--json'], options);
  if (ran.code === null || !expected.includes(ran.code))
    throw new Error(`witnessmark ${args.join(' ')} ended with ${ran.code}: ${ran.stderr}${ran.stdout.slice(0, 2000)}`);
  return ran.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** A new folder; whoever asks for it removes it. */
export async function scratch(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `witnessmark-${name}-`));
}
