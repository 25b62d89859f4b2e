import { join } from 'node:path';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { type Emulator, type EmulatorSpec, startEmulator } from './emulator.ts';
import { REGION } from './moto.ts';
import { TOOLS } from './run.ts';

/** ministack takes an access-key id of twelve digits for the account. */
export const MINISTACK_KEY = { accessKeyId: '123456789012', secretAccessKey: 'any' } as const;

/** An emulator of many AWS services, of which these tests use KMS and S3. */
export function startMinistack(env: Readonly<Record<string, string>> = {}): Promise<Emulator> {
  return startEmulator(ministackSpec(env));
}

function ministackSpec(env: Readonly<Record<string, string>>): EmulatorSpec {
  return {
    program: TOOLS.ministack,
    args: () => [],
    env: (port) => ({
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
      MINISTACK_REGION: REGION,
      ...env,
    }),
    health: '/_ministack/health',
  };
}

/**
 * The same over TLS and with IAM, which policies that ask for TLS need. Its certificate is made in `folder`; a process
 * trusts it by `NODE_EXTRA_CA_CERTS`.
 */
export async function startSecureMinistack(folder: string): Promise<Emulator & { readonly certificate: string }> {
  const certificate = join(folder, 'ministack-tls/server.crt');
  const spec = ministackSpec({ AUTH: 'true', USE_SSL: '1', TMPDIR: folder });
  return { ...(await startEmulator({ ...spec, certificate })), certificate };
}

/** A client of its KMS. */
export const ministackKms = ({ endpoint }: Emulator, region = REGION): KMSClient =>
  new KMSClient({ endpoint, region, credentials: MINISTACK_KEY });

/** A client of its S3. */
export const ministackS3 = ({ endpoint }: Emulator, region = REGION): S3Client =>
  new S3Client({ endpoint, region, credentials: MINISTACK_KEY, forcePathStyle: true });
