import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { type Emulator, startEmulator } from './emulator.ts';
import { MINISTACK_KEY } from './ministack.ts';
import { REGION } from './moto.ts';
import { scratch, TOOLS } from './run.ts';

/** The root account of the gateway; ministack takes the same, so that one environment serves for both. */
export const VERSITY_KEY = MINISTACK_KEY;

/** Versity's S3 gateway over folders: an independent server with conditional writes, versions and Object Lock. */
export async function startVersitygw(): Promise<Emulator> {
  const folder = await scratch('versitygw');
  const [data, versions, iam] = ['data', 'versions', 'iam'].map((it) => join(folder, it)) as [string, string, string];
  for (const it of [data, versions, iam]) await mkdir(it);
  return startEmulator({
    program: TOOLS.versitygw,
    args: (port) => [
      ...['--port', `127.0.0.1:${port}`, '--region', REGION, '--quiet', '--keep-alive', '--health', '/healthz'],
      ...['--iam-dir', iam, 'posix', '--versioning-dir', versions, data],
    ],
    env: () => ({ ROOT_ACCESS_KEY: VERSITY_KEY.accessKeyId, ROOT_SECRET_KEY: VERSITY_KEY.secretAccessKey }),
    health: '/healthz',
    cleanUp: () => rm(folder, { recursive: true, force: true }),
  });
}

/** A client of the gateway. */
export const versityClient = ({ endpoint }: Emulator, region = REGION): S3Client =>
  new S3Client({ endpoint, region, credentials: VERSITY_KEY, forcePathStyle: true });
