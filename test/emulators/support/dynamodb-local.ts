import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { dynamoAt, type TestDynamo } from '../../adapters/dynamodb.ts';
import { freePort } from './moto.ts';
import { ROOT } from './run.ts';

/** Of the machine, like `bash`. */
const JAVA = 'java';

/** Starts DynamoDB Local, in memory, on a free port of this machine; throws when it does not answer within a minute. */
export async function startDynamodbLocal(): Promise<TestDynamo> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const jars = join(ROOT, '.emulators/dynamodb-local/*');
  const main = 'software.amazon.dynamodb.services.local.main.ServerRunner';
  const server = spawn(JAVA, ['-Xmx512m', '-cp', jars, main, '-inMemory', '-port', String(port), '-disableTelemetry'], {
    stdio: 'ignore',
  });
  // A test run that is broken off must not leave it behind.
  process.once('exit', () => server.kill('SIGKILL'));
  const failed = new Promise<never>((_, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`DynamoDB Local ended with ${code}: are the jars in ${jars}?`)));
  });
  failed.catch(() => undefined);
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await Promise.race([answers(endpoint), failed]);
  return dynamoAt(endpoint, async () => {
    server.kill('SIGTERM');
    await ended;
  });
}

async function answers(endpoint: string): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    // Without a signature it refuses, and so it is there.
    const up = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (up) return;
    await setTimeout(250);
  }
  throw new Error(`DynamoDB Local does not answer on ${endpoint}`);
}
