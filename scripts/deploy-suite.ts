import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { request } from 'node:https';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildFunctions } from './build.ts';
import { projectRoot } from './generated/root.ts';

/**
 * Deploys the stack as a user does, `osls deploy`, onto an emulator of AWS that enforces IAM, and runs the suite of
 * `test/deploy` against it.
 *
 *   npm run test:deploy [-- file …]       the suite, or some files of it
 *   npm run test:deploy -- --keep         deploys and waits, for a look around; prints what to export
 *   … --script file                       runs a program against it in place of the suite
 *   … --param name=value                  a parameter of the deployment, in place of the suite's
 *   … --count                             each function writes the requests that it makes to a file for the program
 */
const { values, positionals } = parseArgs({
  options: {
    keep: { type: 'boolean' },
    script: { type: 'string' },
    param: { type: 'string', multiple: true, default: [] },
    count: { type: 'boolean' },
  },
  allowPositionals: true,
});

const REGION = 'eu-west-1';
/** The emulator takes an access-key id of twelve digits for the root of that account. */
const ACCOUNT = '123456789012';
const STAGE = 'test';
const BIN = join(projectRoot, 'node_modules/.bin');

/** Seconds from now that the schedule fires, once: the first of the tests waits for it. */
const FIRES_AFTER = 45;

/** The emulator knows no Object Lock by CloudFormation; the template is tested for it, and versitygw does it. */
const paramsOf = (now: number): Record<string, string> => ({
  objectLockDays: '0',
  rate: `at(${new Date(now + FIRES_AFTER * 1000).toISOString().slice(0, 19)})`,
  services: 's3,kms,iam',
  // Of the event history there are two requests a second: the suite asks for it once, for one day.
  eventSources: 'trails',
  // Nobody but AWS can send events with a source that begins with aws.
  watchSources: 'test.aws.',
  ...Object.fromEntries(values.param.map((it) => [it.split('=')[0], it.slice(it.indexOf('=') + 1)])),
});

const folder = mkdtempSync(join(tmpdir(), 'witnessmark-deploy-'));
const certificate = join(folder, 'ministack-tls/server.crt');

/** What the workers of the functions inherit: Node loads the counter before anything else. */
const COUNTED = {
  COUNT_REQUESTS_TO: join(folder, 'requests.jsonl'),
  NODE_OPTIONS: `--import=${pathToFileURL(join(projectRoot, 'scripts/bench/count-requests.ts'))}`,
};

async function main(): Promise<number> {
  const port = await freePort();
  const plain = await plainProxy(port);
  const emulator = startEmulator(port, portOf(plain));
  try {
    await up(port);
    const env = environmentOf(port);
    await buildFunctions(join(projectRoot, 'dist/functions'));
    const params = Object.entries(paramsOf(Date.now())).map(([name, value]) => `--param=${name}=${value}`);
    say(`deploying to ${env.AWS_ENDPOINT_URL}`);
    const deployed = await run(join(BIN, 'osls'), ['deploy', '--stage', STAGE, '--region', REGION, ...params], env);
    if (deployed !== 0) return deployed;
    if (values.keep) return await wait(env);
    if (values.script !== undefined) return await run(join(BIN, 'node'), [values.script, ...positionals], env);
    return await runFiles(env);
  } finally {
    plain.close();
    // With the workers of the functions, which it started.
    if (emulator.pid !== undefined) process.kill(-emulator.pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** File after file in the order of their names, for each leaves the stack to the next: Vitest would choose an order of its own. */
async function runFiles(env: Readonly<Record<string, string>>): Promise<number> {
  const all = readdirSync(join(projectRoot, 'test/deploy')).filter((it) => it.endsWith('.test.ts'));
  const asked =
    positionals.length === 0 ? all : all.filter((it) => positionals.some((part) => it.includes(basename(part))));
  if (asked.length === 0) throw new Error(`no file of test/deploy is named ${positionals.join(' or ')}`);
  let worst = 0;
  for (const file of asked.sort()) {
    say(file);
    const code = await run(join(BIN, 'vitest'), ['run', '--project', 'deploy', `test/deploy/${file}`], env);
    worst = Math.max(worst, code);
  }
  return worst;
}

/** What another deployment may have left in the environment. */
const NOT_OURS = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => /^(AWS|WITNESSMARK)_/.test(name))
    .map((name) => [name, undefined]),
);

/** Over TLS, since the buckets refuse anything else. */
function startEmulator(port: number, proxy: number): ChildProcess {
  return spawn(join(projectRoot, '.emulators/venv/bin/ministack'), [], {
    stdio: 'ignore',
    detached: true,
    env: {
      ...process.env,
      ...NOT_OURS,
      // The functions run on the first Node there is, and inherit all of this.
      PATH: `${BIN}:${process.env.PATH}`,
      TMPDIR: folder,
      BIND_HOST: '127.0.0.1',
      // By a name, since API Gateway puts it into addresses: no host's name ends in a number.
      MINISTACK_HOST: 'localhost',
      GATEWAY_PORT: String(port),
      MINISTACK_REGION: REGION,
      // The account of requests that bear no signature of AWS, as those to the API.
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      IOT_MTLS_ENABLED: '0',
      AUTH: 'true',
      USE_SSL: '1',
      http_proxy: `http://127.0.0.1:${proxy}`,
      // A state machine waits a fifth of its time before it tries again: what fails for good does so sooner.
      SFN_WAIT_SCALE: '0.2',
      NODE_EXTRA_CA_CERTS: certificate,
      ...(values.count ? COUNTED : {}),
    },
  });
}

function environmentOf(port: number) {
  return {
    AWS_ENDPOINT_URL: `https://127.0.0.1:${port}`,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'any',
    NODE_EXTRA_CA_CERTS: certificate,
    SLS_TELEMETRY_DISABLED: '1',
    WITNESSMARK_STAGE: STAGE,
    ...(values.count ? { COUNT_REQUESTS_TO: COUNTED.COUNT_REQUESTS_TO } : {}),
  };
}

/**
 * The emulator fetches the keys of its own user pools without TLS, also where it speaks nothing else: as the proxy of
 * its plain requests, this asks it with TLS.
 */
async function plainProxy(port: number): Promise<Server> {
  const server = createHttpServer(({ method, url = '', headers }, response) => {
    const { pathname: path } = new URL(url);
    const ask = request({ method, path, headers, port, host: '127.0.0.1', rejectUnauthorized: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    ask.on('error', () => response.destroy());
    ask.end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

/** It listens once it can answer, and has written its certificate before. */
async function up(port: number): Promise<void> {
  const health = `https://127.0.0.1:${port}/_ministack/health`;
  const script = `fetch('${health}').then((it) => process.exit(it.ok ? 0 : 1), () => process.exit(1))`;
  for (let tries = 0; tries < 60; tries++) {
    // In a process of its own: Node reads the certificate when it starts.
    if (
      existsSync(certificate) &&
      (await run(join(BIN, 'node'), ['-e', script], { NODE_EXTRA_CA_CERTS: certificate })) === 0
    )
      return;
    await setTimeout(500);
  }
  throw new Error(`ministack does not answer on ${health}: has \`npm run test:emulators\` installed it?`);
}

async function wait(env: Readonly<Record<string, string>>): Promise<number> {
  for (const [name, value] of Object.entries(env)) console.log(`export ${name}=${value}`);
  say('deployed; Ctrl-C ends it');
  await new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, done);
  });
  return 0;
}

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn(program, args, { cwd: projectRoot, stdio: 'inherit', env: { ...process.env, ...env } });
  child.once('error', reject);
  child.once('exit', (code) => resolve(code ?? 1));
  return promise;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const port = portOf(server);
  await new Promise((done) => server.close(done));
  return port;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const say = (text: string): void => console.log(`test:deploy: ${text}`);

process.exitCode = await main();
