import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const CONFIG = `[tsa]
signer_digest = sha256
serial = serial
digests = sha256
default_policy = 1.2.3.4.1
accuracy = secs:1
ess_cert_id_alg = sha256
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[stamps]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
[req]
distinguished_name = name
[name]
`;

export interface Tsa {
  readonly url: string;
  /** The certificate of its root, as PEM, in a file. */
  readonly root: string;
  /** How often it was asked. */
  asked(): number;
  /** Lets it answer with status 500 from now on, or again as it should. */
  failing(is: boolean): void;
  close(): Promise<void>;
}

/** A time-stamping authority on this machine: `openssl ts -reply` behind HTTP, with certificates of its own. */
export async function opensslTsa(folder: string, name = 'Example TSA'): Promise<Tsa> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'openssl.cnf'), CONFIG);
  writeFileSync(join(folder, 'serial'), '01\n');
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = (file: string) => openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', file);
  key('root.key');
  key('tsa.key');
  const own = ['-config', 'openssl.cnf', '-extensions', 'root', '-subj', `/CN=${name} root`];
  openssl('req', '-x509', '-new', '-key', 'root.key', '-days', '3650', '-out', 'root.pem', ...own);
  openssl('req', '-new', '-config', 'openssl.cnf', '-key', 'tsa.key', '-subj', `/CN=${name}`, '-out', 'tsa.csr');
  const by = ['-CA', 'root.pem', '-CAkey', 'root.key', '-set_serial', '7', '-days', '3650'];
  openssl(
    'x509',
    '-req',
    '-in',
    'tsa.csr',
    ...by,
    '-extfile',
    'openssl.cnf',
    '-extensions',
    'stamps',
    '-out',
    'tsa.pem',
  );
  let [asked, isFailing] = [0, false];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked += 1;
      if (isFailing) return response.writeHead(500).end();
      writeFileSync(join(folder, 'query.tsq'), Buffer.concat(chunks));
      const signer = ['-signer', 'tsa.pem', '-inkey', 'tsa.key'];
      openssl(
        'ts',
        '-reply',
        '-config',
        'openssl.cnf',
        '-section',
        'tsa',
        '-queryfile',
        'query.tsq',
        ...signer,
        '-out',
        'reply.tsr',
      );
      return response
        .writeHead(200, { 'content-type': 'application/timestamp-reply' })
        .end(readFileSync(join(folder, 'reply.tsr')));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`,
    root: join(folder, 'root.pem'),
    asked: () => asked,
    failing: (is) => {
      isFailing = is;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
