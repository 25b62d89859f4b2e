import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A moto server (https://github.com/getmoto/moto) whose clock stands where it is put. */
export interface Emulator {
  readonly url: string;
  /** Puts its clock to a UTC time; it stands still there. */
  setTime(time: string): Promise<void>;
  /** Makes the ids that it gives from here on the same ones in every recording. */
  seed(number: number): Promise<void>;
  stop(): Promise<void>;
}

/** Holds the module that Python imports when it starts, and that sets its clock. */
const CLOCK = fileURLToPath(new URL('clock', import.meta.url));

/** Starts the server that the environment variable MOTO names (`moto_server` where it is not set). */
export async function startEmulator(start: string): Promise<Emulator> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(process.env.MOTO ?? 'moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      TZ: 'UTC',
      PYTHONPATH: CLOCK,
      PYTHONDONTWRITEBYTECODE: '1',
      WITNESSMARK_CLOCK: 'set',
      MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
      // Images of Amazon would come with snapshots that look like the account's own.
      MOTO_EC2_LOAD_DEFAULT_AMIS: 'false',
    },
  });
  server.on('error', (error) => {
    throw new Error(`the emulator does not start (set MOTO to the moto_server command): ${error.message}`);
  });
  // Without this an interrupted recording leaves the server running.
  process.once('exit', () => server.kill('SIGKILL'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const setTime = clockOf(server.stdio[3] as Writable, server.stdio[4] as Readable);
  await answering(url);
  await setTime(start);
  return {
    url,
    setTime,
    async seed(number) {
      await fetch(`${url}/moto-api/seed?a=${number}`, { method: 'POST' });
    },
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await ended;
    },
  };
}

/** One time a line goes out, and one line comes back when the clock is there. */
function clockOf(times: Writable, answers: Readable): Emulator['setTime'] {
  const lines = createInterface({ input: answers })[Symbol.asyncIterator]();
  return async (time) => {
    times.write(`${time.slice(0, 19)}+00:00\n`);
    const { done } = await lines.next();
    if (done === true) throw new Error('the clock of the emulator does not answer (pip install time-machine)');
  };
}

async function answering(url: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(`${url}/moto-api/data.json`).catch(() => undefined);
    if (answer?.ok) return;
    if (attempt === 120) throw new Error(`the emulator does not answer at ${url} after a minute`);
    await setTimeout(500);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
