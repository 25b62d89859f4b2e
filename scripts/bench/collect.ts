import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setInterval } from 'node:timers';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { readRecording, readRun } from '../../src/adapters/local/recording.ts';
import { canonicalize } from '../../src/ledger/canonical.ts';
import type { Retrieval } from '../../src/model/retrieval.ts';
import { ANY_KEY, awsEnv, REGION, startMoto } from '../../test/emulators/support/moto.ts';
import { scratch } from '../../test/emulators/support/run.ts';
import { bodiesIn } from '../../test/emulators/support/store.ts';
import { projectRoot } from '../generated/root.ts';
import { type CountingProxy, startCountingProxy } from './counting-proxy.ts';
import { POPULATION, populate } from './population.ts';

/**
 * `collect` as a user starts it, on an emulated account of 2,000 resources: seconds, calls, throttles,
 * peak memory, start-up. Exit code 1 where a resource was not seen or a call was made twice.
 */
const REFUSE_EVERY = 200;
const CLI = join(projectRoot, 'bin/witnessmark.mjs');

interface Ran {
  readonly seconds: number;
  /** MiB, as the kernel counted it. */
  readonly peak: number;
  /** Milliseconds from the start of the process to its first call. */
  readonly startUp: number;
  readonly code: number | null;
}

async function collectThrough(proxy: CountingProxy, folder: string): Promise<Ran> {
  const paths = ['--store', join(folder, 'store'), '--record', join(folder, 'recording')];
  // Keys are made once in the life of a store, and not with the first call of a run.
  execFileSync(process.execPath, [
    CLI,
    'init',
    '--organisation',
    'Bench',
    '--origin',
    'example.com/bench',
    ...paths.slice(0, 2),
  ]);
  const began = performance.now();
  const child = spawn(process.execPath, [CLI, 'collect', ...paths, '--json'], {
    env: { ...process.env, ...awsEnv(proxy.endpoint) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let peak = 0;
  const watch = setInterval(() => void peakOf(child.pid).then((it) => (peak = Math.max(peak, it))), 100);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(watch);
  const seconds = (performance.now() - began) / 1000;
  return { seconds, peak, startUp: (proxy.firstAt() ?? Number.NaN) - began, code };
}

/** VmHWM of `/proc/<pid>/status`, in MiB; 0 once the process is gone. */
async function peakOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

async function tell(ran: Ran, proxy: CountingProxy, folder: string): Promise<void> {
  const { runs } = await readRecording(join(folder, 'recording'));
  const recorded = await Promise.all(runs.map((it) => readRun(join(folder, 'recording'), it)));
  const calls = recorded.flatMap((it) => it.retrievals);
  const bodies = await bodiesIn(join(folder, 'store'));
  const seen = new Map<string, Set<string>>();
  for (const it of bodies) {
    if (it.kind !== 'evidence') continue;
    seen.set(it.resourceType, (seen.get(it.resourceType) ?? new Set()).add(it.subject));
  }
  const missing = Object.entries(POPULATION).filter(([type, count]) => (seen.get(type)?.size ?? 0) < count);
  const repeated = repeatedCalls(calls);
  const { checks } = await loadCatalogueFiles();
  const perCheck = [...seen].map(([type, ids]) => ids.size * checksOf(type, checks));
  const subjects = sum([...seen.values()].map((it) => it.size));
  console.table({
    resources: { seen: subjects },
    seconds: { seen: Number(ran.seconds.toFixed(1)) },
    'start to first call, ms': { seen: Math.round(ran.startUp) },
    'peak memory, MiB': { seen: Math.round(ran.peak) },
    calls: { seen: calls.length },
    'calls that one per resource and check would need': { seen: sum(perCheck) },
    'calls made twice': { seen: repeated.length },
    'HTTP requests': { seen: proxy.requests() },
    'throttled by the emulator’s front': { seen: proxy.refused() },
    'calls that stayed throttled': { seen: calls.filter((it) => it.error?.kind === 'throttled').length },
    'exit code (3: something could not be read)': { seen: ran.code ?? -1 },
  });
  for (const [type, count] of missing) console.error(`${type}: ${seen.get(type)?.size ?? 0} of ${count} were seen`);
  for (const it of repeated.slice(0, 20)) console.error(`made twice: ${it}`);
  if (missing.length > 0 || repeated.length > 0 || ran.startUp > 500) process.exitCode = 1;
}

type Checks = Awaited<ReturnType<typeof loadCatalogueFiles>>['checks'];

const checksOf = (type: string, checks: Checks): number =>
  [...checks.values()].filter(({ check }) => check.resource === type).length;

/** Polls for the credential report are asked again on purpose; each has its place in a sequence. */
function repeatedCalls(calls: readonly Retrieval[]): string[] {
  const polled = /^(Generate|Get)CredentialReport$/;
  const made = new Map<string, Set<string>>();
  for (const it of calls.filter(({ operation }) => !polled.test(operation))) {
    const key = `${it.account} ${it.region} ${it.service}:${it.operation} ${canonicalize(it.input)}`;
    // Two tasks that share one answer both record it: it was asked for once.
    made.set(key, (made.get(key) ?? new Set()).add(`${it.requestId} ${it.startedAt}`));
  }
  return [...made].filter(([, answers]) => answers.size > 1).map(([key]) => key);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, it) => all + it, 0);
}

function secondsSince(began: number): string {
  return ((performance.now() - began) / 1000).toFixed(1);
}

const moto = await startMoto();
const folder = await scratch('bench-collect');
try {
  const began = performance.now();
  await populate({ endpoint: moto.endpoint, region: REGION, credentials: ANY_KEY });
  console.log(`made ${sum(Object.values(POPULATION))} resources in ${secondsSince(began)} s`);
  const proxy = await startCountingProxy(moto.endpoint, REFUSE_EVERY);
  const ran = await collectThrough(proxy, folder);
  proxy.stop();
  await tell(ran, proxy, folder);
} finally {
  await moto.stop();
  await rm(folder, { recursive: true, force: true });
}
