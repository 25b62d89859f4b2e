import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { ROOT, TOOLS } from '../emulators/support/run.ts';
import type { PeerVerdict } from './compare.ts';

/** One set-up of an account, as the file of scenarios lists it. */
export interface Scenario {
  readonly id: string;
  readonly check_id: string;
  readonly marks: readonly string[];
  readonly regions: readonly string[];
  readonly audit_config: Readonly<Record<string, unknown>>;
}

/** A set-up that was made on the emulator, with the verdicts that the peer's tests expect of it. */
export interface Made {
  readonly id: string;
  readonly setup_problems: readonly string[];
  readonly expected: readonly PeerVerdict[];
}

/** Where the scenarios and their script are, beside the project; they may be absent. */
export const FOLDER = join(ROOT, '../shared/data/peer-scenarios');

const MAX_LINE = 4 * 2 ** 20;
const PYTHON = join(dirname(TOOLS.moto), 'python');

/** All scenarios of a gzipped file with one of them a line. */
export function readScenarios(file: Buffer): Scenario[] {
  const lines = gunzipSync(file, { maxOutputLength: 64 * 2 ** 20 })
    .toString('utf8')
    .split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Scenario);
}

/**
 * Makes one set-up after the other on an emulator with the peer's own script, and calls `judge` after
 * each, before the next one is made.
 */
export async function replay(
  { script, endpoint, ids }: { script: string; endpoint: string; ids: readonly string[] },
  judge: (made: Made) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const server = createServer((request, response) => {
    bodyOf(request)
      .then((body) => judge(JSON.parse(body) as Made))
      .catch((thrown: unknown) => failures.push(thrown))
      .finally(() => response.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const post = `import sys,urllib.request as u; u.urlopen("http://127.0.0.1:${port}", sys.stdin.buffer.read()).read()`;
  // Both endpoint options: the ids of one call all need the same server, whichever it is.
  const args = ['--endpoint', endpoint, '--managed-endpoint', endpoint, '--run', `"${PYTHON}" -c '${post}'`];
  const child = spawn(PYTHON, [script, ...args, ...ids.flatMap((id) => ['--id', id])], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said = text(child.stderr);
  const [code] = (await once(child, 'close')) as [number | null];
  server.close();
  if (code !== 0) throw new Error(`the script of scenarios ended with ${code}: ${(await said).slice(-2000)}`);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} scenarios could not be judged`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_LINE) throw new Error(`a scenario of more than ${MAX_LINE} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
