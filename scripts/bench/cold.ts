import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { services } from '../../src/collect/services.ts';
import { buildFunctions, bundle, catalogueText, MOST_ZIPPED } from '../build.ts';
import type { Step } from './cold-collect.ts';

/** Milliseconds from import to ready. */
const ENTRY_MS = 50;
const COLLECT_MS = 100;

/**
 * A run fails where processor time is above this many times its target. Wall time says how busy a shared machine was
 * and fails nothing. Processor time varies too, for processes share caches: half more than the target is a slip, and not
 * the noise of one machine.
 */
const MARGIN = 1.5;

interface Time {
  readonly wall: number;
  readonly cpu: number;
}

const ENTRY = (name: string): string => `const usage = process.cpuUsage();
const began = performance.now();
await import('./${name}.mjs');
const wall = performance.now() - began;
const { user, system } = process.cpuUsage(usage);
console.log(JSON.stringify({ wall, cpu: (user + system) / 1000 }));`;

/** Runs Node in this folder with no variables set, and reads the JSON that it prints. */
async function fresh<T>(cwd: string, args: readonly string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, [...args], { cwd, env: {} });
  return JSON.parse(stdout) as T;
}

const entryStart = (folder: string, name: string): Promise<Time> =>
  fresh(join(folder, name), ['--input-type=module', '-e', ENTRY(name)]);

const collectStart = (folder: string, id: string): Promise<Step[]> =>
  fresh(join(folder, COLLECT), ['cold-collect.mjs', id]);

const COLLECT = 'cold-collect';
/** The step after which the service can be called. */
const READY = 'ready' satisfies Step['step'];

/** Does each thing so many times, in turns, so that a busy minute is shared by all. */
async function inTurns<K, V>(keys: readonly K[], times: number, run: (key: K) => Promise<V>): Promise<Map<K, V[]>> {
  const found = new Map<K, V[]>(keys.map((key) => [key, []]));
  for (let turn = 0; turn < times; turn += 1) {
    for (const key of keys) found.get(key)?.push(await run(key));
  }
  return found;
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const medians = (times: readonly Time[]): Time => ({
  wall: median(times.map((it) => it.wall)),
  cpu: median(times.map((it) => it.cpu)),
});

const load = (): string =>
  loadavg()
    .map((it) => it.toFixed(1))
    .join(' ');
const ms = (value: number): string => value.toFixed(1).padStart(8);
const mb = (bytes: number): string => (bytes / 1e6).toFixed(2).padStart(8);
const missed = ({ cpu }: Time, target: number): boolean => cpu > target * MARGIN;
const verdict = (time: Time, target: number): string => (time.cpu < target ? '' : `above ${target} ms`);

/** Size of each bundle and how long its entry takes; gives the names of those that miss a target. */
async function functionsTable(folder: string, times: number): Promise<string[]> {
  const weights = await buildFunctions(folder);
  const starts = await inTurns(
    weights.map((it) => it.name),
    times,
    (name) => entryStart(folder, name),
  );
  console.log(
    `function       files   MB raw   MB zip  ms wall   ms cpu   targets: zip ${mb(MOST_ZIPPED).trim()} MB, entry ${ENTRY_MS} ms`,
  );
  return weights.flatMap(({ name, files, raw, zip }) => {
    const time = medians(starts.get(name) ?? []);
    const size = `${String(files.length).padStart(5)} ${mb(raw)} ${mb(zip)}`;
    console.log(`${name.padEnd(14)} ${size} ${ms(time.wall)} ${ms(time.cpu)}   ${verdict(time, ENTRY_MS)}`);
    return zip > MOST_ZIPPED || missed(time, ENTRY_MS) ? [name] : [];
  });
}

/**
 * How long Collect takes until it can call one service, step by step, and what it needs once that has answered; gives
 * the services that miss the target.
 */
async function collectTable(folder: string, times: number): Promise<string[]> {
  const weighed = { folder: join(folder, COLLECT), catalogue: await catalogueText() };
  await bundle({ ...weighed, entry: 'scripts/bench/cold-collect.ts', of: 'functions/collect.ts' });
  const starts = await inTurns(Object.keys(services), times, (id) => collectStart(folder, id));
  const names = [...starts.values()][0]?.[0]?.map(({ step }) => step) ?? [];
  const readyAt = names.indexOf(READY);
  console.log(
    `\nCollect with   ${names.map((it) => it.padStart(9)).join(' ')}   ms cpu since the import; target: ready in ${COLLECT_MS} ms; what stands after it is needed once AWS has answered`,
  );
  return [...starts].flatMap(([id, runs]) => {
    const steps = names.map((_, step) => medians(runs.flatMap((it) => it[step] ?? [])));
    const ready = steps[readyAt] ?? { wall: Number.NaN, cpu: Number.NaN };
    const each = steps.map((it) => it.cpu.toFixed(1).padStart(9)).join(' ');
    console.log(`${id.padEnd(14)} ${each}   ${verdict(ready, COLLECT_MS)}`);
    return missed(ready, COLLECT_MS) ? [`collect with ${id}`] : [];
  });
}

/** `npm run bench:cold [-- --times 7]`: size and cold start of every bundle; fails where a target is missed. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { times: { type: 'string', default: '7' } } });
  const folder = await mkdtemp(join(tmpdir(), 'witnessmark-cold-'));
  try {
    console.log(`Node ${process.version}, median of ${values.times}; load average ${load()}`);
    const late = [
      ...(await functionsTable(folder, Number(values.times))),
      ...(await collectTable(folder, Number(values.times))),
    ];
    console.log(`\nload average ${load()}`);
    if (late.length === 0) return;
    console.error(
      `bench:cold: ${late.join(', ')}: more than ${MARGIN} times the target of processor time, or too large`,
    );
    process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
