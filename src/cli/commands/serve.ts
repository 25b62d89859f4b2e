import { randomBytes, randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { userInfo } from 'node:os';
import { serve } from '@hono/node-server';
import { Option } from 'commander';
import { folderDownloads } from '../../adapters/local/downloads.ts';
import { folderJobs } from '../../adapters/local/report-jobs.ts';
import { reportWorker } from '../../adapters/local/report-worker.ts';
import { createApi } from '../../api/api.ts';
import { createLoopback, sessions } from '../../api/loopback.ts';
import type { Principal } from '../../api/principal.ts';
import { accessLog } from '../../app/access-log.ts';
import { recover } from '../../app/seal.ts';
import type { Store } from '../../app/store.ts';
import { Role } from '../../model/access.ts';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import { collected, command } from '../command.ts';
import type { CommonOptions, Exit, Output } from '../output.ts';
import { EXIT } from '../output.ts';
import { catalogue, clock, withSharedStore } from '../session.ts';

interface Options extends CommonOptions {
  readonly port: string;
  readonly role: Role;
  readonly assessment?: readonly string[];
  readonly framework?: readonly string[];
}

/** Milliseconds after which accesses are under a signed checkpoint at the latest. */
const PUBLISH_MS = 30_000;
const HOST = '127.0.0.1';

export const serveCommand = () =>
  command<Options>(
    {
      name: 'serve',
      description: 'show assessments and evidence in a browser on this machine, and serve the API',
      configure: (it) =>
        it
          .option('--port <port>', 'port of 127.0.0.1; 0 takes any that is free', '8417')
          .addOption(new Option('--role <role>', 'act in this role').choices(Role.options).default('admin'))
          .option('--assessment <id>', 'an assessment that an auditor may see (repeatable)', collected)
          .option('--framework <file>', 'a framework of your own that may be assessed too (repeatable)', collected),
    },
    ({ options, out }) => withSharedStore(options, (store) => run(store, options, out)),
  );

async function run(store: Store, options: Options, out: Output): Promise<Exit> {
  const port = portOf(options.port);
  const known = await catalogue(options.framework);
  // What a process that died had recorded and could not sign any more.
  await recover(store);
  const stopping = new AbortController();
  const jobs = await folderJobs(options.store, { clock, make: reportWorker(options.store, stopping.signal) });
  const notSigned = (thrown: unknown): void =>
    out.note(`accesses are recorded, but not signed yet: ${messageOf(thrown)}`);
  const accesses = accessLog(store, notSigned);
  const publish = (): void => {
    accesses.publish().catch(notSigned);
  };
  const timer = setInterval(publish, PUBLISH_MS);
  const secret = () => randomBytes(32).toString('base64url');
  const token = secret();
  const guard = sessions({ token, secret, principal: principalOf(store, options), clock });
  const api = createApi({
    store,
    catalogue: known,
    accesses,
    authorise: guard.authorise,
    downloads: folderDownloads(options.store),
    jobs,
    requestId: randomUUID,
    log: ({ error, ...line }) => out.note(`${JSON.stringify(line)} ${messageOf(error)}`),
  });
  try {
    const { server, port: bound } = await listening(port, (own) => createLoopback(api, guard, { port: own }).fetch);
    const url = `http://${HOST}:${bound}`;
    out.emit({ url, token, pid: process.pid });
    out.print(`open      ${url}/#${token}`);
    out.print(`API       ${url}/v1/openapi.json`);
    out.note('The address is good once, and for this machine only. Ctrl-C stops it.');
    await stopped(server);
  } finally {
    clearInterval(timer);
    stopping.abort();
    await jobs.close();
    await accesses.publish();
  }
  return EXIT.good;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new WitnessmarkError('usage-port', `--port ${text}: expected a number from 0 to 65535`);
}

/** Whoever can read the store on its own machine can read all of it; the role limits what this server shows. */
function principalOf(store: Store, { role, assessment = [] }: Options): Principal {
  const { username } = userInfo();
  return { person: { subject: username, issuer: `local:${store.origin}` }, roles: [role], assessments: assessment };
}

type Fetch = (request: Request) => Response | Promise<Response>;

/** Listens on loopback only. The port is part of what requests are checked against, so it is known first. */
async function listening(port: number, fetchOf: (port: number) => Fetch): Promise<{ server: Server; port: number }> {
  let fetch: Fetch | undefined;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = serve(
    { fetch: (request) => fetch?.(request) ?? new Response(null, { status: 503 }), port, hostname: HOST },
    (info) => resolve(info.port),
  ) as Server;
  server.once('error', (thrown: NodeJS.ErrnoException) =>
    reject(
      new WitnessmarkError('serve-port', `cannot listen on ${HOST}:${port}: ${messageOf(thrown)}`, {
        hint: 'choose another --port',
      }),
    ),
  );
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 70_000;
  server.requestTimeout = 60_000;
  server.maxRequestsPerSocket = 1_000;
  const bound = await promise;
  fetch = fetchOf(bound);
  return { server, port: bound };
}

/** Until Ctrl-C or a request to end; then what is being answered is answered, for a moment. */
async function stopped(server: Server): Promise<void> {
  await new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), 2_000);
  await closed;
  clearTimeout(force);
}
