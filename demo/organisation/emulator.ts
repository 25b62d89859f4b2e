import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A moto server (https://github.com/getmoto/moto) whose clock stands where it is put. */
export interface Emulator {
  readonly url: string;
  /** Puts its clock to a UTC time; it stands still there. */
  setTime(time: string): Promise<void>;
  /** Makes the ids that it gives from here on the same ones in every recording. */
  seed(number: number): Promise<void>;
  stop(): Promise<void>;
}

const LIBRARIES = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((it) => `/usr/lib/${it}/faketime/libfaketimeMT.so.1`);

/** Starts the server that the environment variable MOTO names (`moto_server` where it is not set). */
export async function startEmulator(start: string): Promise<Emulator> {
  const library = process.env.FAKETIME_LIBRARY ?? LIBRARIES.find((it) => existsSync(it));
  if (library === undefined)
    throw new Error(`libfaketime is missing: apt-get install faketime (looked for ${LIBRARIES})`);
  const folder = await mkdtemp(join(tmpdir(), 'witnessmark-demo-'));
  const clock = join(folder, 'now');
  const setTime = async (time: string): Promise<void> => {
    await writeFile(`${clock}.part`, `${time.slice(0, 19).replace('T', ' ')}\n`);
    await rename(`${clock}.part`, clock);
  };
  await setTime(start);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(process.env.MOTO ?? 'moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: {
      ...process.env,
      TZ: 'UTC',
      LD_PRELOAD: library,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_TIMESTAMP_FILE: clock,
      DONT_FAKE_MONOTONIC: '1',
      MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
    },
  });
  server.on('error', (error) => {
    throw new Error(`the emulator does not start (set MOTO to the moto_server command): ${error.message}`);
  });
  // Without this an interrupted recording leaves the server running.
  process.once('exit', () => server.kill('SIGKILL'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  await answering(url);
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
      await rm(folder, { recursive: true });
    },
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
