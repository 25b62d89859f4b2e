import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { auditedFolder } from '../../src/adapters/local/store.ts';
import { entryOf } from '../../src/app/objects.ts';
import { auditLedger } from '../../src/ledger/audit.ts';
import { openCheckpointObject } from '../../src/ledger/checkpoint.ts';
import { parseVkey } from '../../src/ledger/note.ts';
import { openLog } from '../../src/ledger/read.ts';
import { verifyPackAt } from '../../src/pack/verify/verify-at.ts';

export const RECORDING = 'test/fixtures/recording';
const PRELOAD = new URL('./die-at.ts', import.meta.url).href;

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is made to die: at a step that changes the disk, or after so many milliseconds. */
export type Death = { readonly step: number; readonly how: 'before' | 'after' | 'torn' } | { readonly afterMs: number };

export interface Run {
  readonly death?: Death;
  /** Query of the preload where it is not a death. */
  readonly preload?: string;
}

/** Runs the real command line on the real file system, at a fixed time, and lets it die where that is asked. */
export function cli(args: readonly string[], { death, preload }: Run = {}): Promise<Ended> {
  const query = death && 'step' in death ? `step=${death.step}&how=${death.how}` : preload;
  const loaded = query === undefined ? [] : ['--import', `${PRELOAD}?${query}`];
  const env = {
    ...process.env,
    WITNESSMARK_NOW: '2026-10-05T00:00:00.000Z',
    NODE_COMPILE_CACHE: join(process.env.TMPDIR ?? '/tmp', 'witnessmark-crash-cache'),
  };
  const child = spawn(process.execPath, [...loaded, 'src/cli/main.ts', ...args], { env });
  const timer = death && 'afterMs' in death ? setTimeout(() => child.kill('SIGKILL'), death.afterMs) : undefined;
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      resolve({ status, signal, ...output });
    });
  });
}

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A command of a life, with how many steps that change the disk it takes, and how long. */
export interface Command {
  readonly name: string;
  readonly args: (folder: string) => readonly string[];
}
export interface Measured extends Command {
  readonly steps: number;
  readonly ms: number;
}

const at = (folder: string) => ['--store', join(folder, 'store'), '--json', '--quiet'];
export const COMMANDS: Readonly<Record<'init' | 'collect' | 'evaluate' | 'report' | 'replay', Command>> = {
  init: { name: 'init', args: (folder) => ['init', '--origin', 'crash.example/log', ...at(folder)] },
  collect: { name: 'collect', args: (folder) => ['collect', '--from', RECORDING, ...at(folder)] },
  evaluate: {
    name: 'evaluate',
    args: (folder) => ['evaluate', '--framework', 'examples/acme-baseline.yaml', ...at(folder)],
  },
  report: {
    name: 'report',
    args: (folder) => ['report', '--framework', 'soc2-2017', '--out', join(folder, 'pack'), ...at(folder)],
  },
  replay: { name: 'replay', args: (folder) => ['replay', ...at(folder)] },
};

/** The commands one after another, without a death: how long they are, and what they leave. */
export async function reference(folder: string, commands: readonly Command[]) {
  const measured: Measured[] = [];
  for (const command of commands) {
    const count = join(folder, `${command.name}.steps`);
    const began = performance.now();
    const ended = await cli(command.args(folder), { preload: `count=${encodeURIComponent(count)}` });
    if (ended.status !== 0 && ended.status !== 3) throw new Error(`${command.name}: ${ended.stderr}`);
    const steps = Number((await readFile(count, 'utf8')).split(' ')[0]);
    measured.push({ ...command, steps, ms: performance.now() - began });
  }
  return { measured, entries: await entriesOf(join(folder, 'store')) };
}

export interface Life {
  readonly folder: string;
  /** A store to begin with; made by `init` where left out. */
  readonly start?: string;
  readonly commands: readonly Measured[];
  /** Entries that the same life has without a death, where that is known. */
  readonly entries?: readonly string[];
  /** Fewest and most deaths of each command. */
  readonly deaths: readonly [least: number, most: number];
  readonly random: () => number;
}

export interface Lived {
  readonly commands: number;
  readonly kills: number;
  /** Deaths that left something to be made good: entries without a checkpoint, a draft, half an index. */
  readonly repairs: number;
  /** What was promised and is not there, and everything else that is wrong; empty if all is well. */
  readonly lost: readonly string[];
}

/**
 * What the audit says of a ledger whose writer died between the notary's memory, the checkpoint of a size
 * and the newest one. The next command publishes them; until then nobody can know that they were not
 * taken away, so the audit is right to say so.
 */
const UNPUBLISHED = /^ledger-checkpoint-(missing checkpoints\/|behind checkpoint)/;

/** Runs each command until it has died often enough, then to its end, and checks what was promised. */
export async function live(life: Life): Promise<Lived> {
  const { folder, start, random } = life;
  const store = join(folder, 'store');
  await mkdir(folder, { recursive: true });
  if (start !== undefined) await cp(start, store, { recursive: true });
  const sum = { kills: 0, repairs: 0, lost: [] as string[] };
  const promised = new Set<string>();
  const [least, most] = life.deaths;
  for (const command of life.commands) {
    const deaths = least + Math.floor(random() * (most - least + 1));
    for (let death = 0; death < deaths; death += 1) {
      const died = await dieIn(folder, command, { promised, random });
      sum.kills += died.isKilled ? 1 : 0;
      sum.repairs += died.isUnfinished ? 1 : 0;
      sum.lost.push(...died.lost);
    }
    sum.lost.push(...(await endWell(folder, command)), ...(await stateOf(store, promised)).errors);
  }
  sum.lost.push(...(await broken(store, promised)), ...(await missing(store, life.entries)));
  return { commands: life.commands.length, ...sum };
}

async function dieIn(
  folder: string,
  command: Measured,
  { promised, random }: { promised: Set<string>; random: () => number },
) {
  const { signal, stdout } = await cli(command.args(folder), { death: deathOf(command, random) });
  const unkeptNow = stdout === '' ? [] : await unkept(folder, command, stdout);
  const { errors, warnings } = await stateOf(join(folder, 'store'), promised);
  const lost = [...unkeptNow, ...errors.filter((it) => !UNPUBLISHED.test(it))];
  return {
    isKilled: signal === 'SIGKILL',
    isUnfinished: warnings + errors.length > 0,
    lost: lost.map((it) => `after a death in ${command.name}: ${it}`),
  };
}

/** Runs a command to its end; gives what it should have done and did not. */
async function endWell(folder: string, command: Command): Promise<string[]> {
  const { status, stdout, stderr } = await cli(command.args(folder));
  // A store that was made before the death cannot be made again, and need not be.
  if (command.name === 'init' && stderr.includes('store-exists')) return [];
  if (status !== 0 && status !== 3) return [`${command.name} ends with ${status}: ${stderr}`];
  return unkept(folder, command, stdout);
}

function deathOf({ steps, ms }: Measured, random: () => number): Death {
  const how = (['before', 'after', 'torn'] as const)[Math.floor(random() * 3)] ?? 'before';
  if (random() < 0.25) return { afterMs: Math.floor(random() * ms) };
  return { step: Math.floor(random() * steps), how };
}

/** What the audit finds, and the checkpoint, which is a promise from now on. */
async function stateOf(store: string, promised: Set<string>): Promise<{ errors: string[]; warnings: number }> {
  const checkpoint = join(store, 'checkpoint');
  if (!existsSync(checkpoint)) return { errors: [], warnings: 0 };
  promised.add(await readFile(checkpoint, 'utf8'));
  const { findings } = await auditLedger(await auditedFolder(store));
  const errors = findings.filter((it) => it.severity === 'error').map((it) => `${it.code} ${it.object}: ${it.message}`);
  return { errors, warnings: findings.length - errors.length };
}

/** What a command said when it had ended, and is not so. */
async function unkept(folder: string, { name }: Command, stdout: string): Promise<string[]> {
  const said = JSON.parse(stdout) as { run?: string; runs?: { run: string }[]; id?: string };
  const store = join(folder, 'store');
  if (name === 'collect') {
    const ended = new Set(
      (await entriesOf(store)).map((it) => JSON.parse(it)).flatMap((it) => (it.kind === 'run' ? it.run : [])),
    );
    return (said.runs ?? [])
      .filter((it) => !ended.has(it.run))
      .map((it) => `run ${it.run} was acknowledged and is gone`);
  }
  if (name !== 'report') return [];
  const verifierKeys = (await auditedFolder(store)).verifierKeys;
  const { ok, steps } = await verifyPackAt(join(folder, 'pack'), { verifierKeys: [...verifierKeys] });
  return ok ? [] : [`the pack does not verify: ${JSON.stringify(steps)}`];
}

/** Earlier checkpoints that the log does not extend. */
async function broken(store: string, promised: ReadonlySet<string>): Promise<string[]> {
  const { objects, verifierKeys } = await auditedFolder(store);
  const log = await openLog(objects, verifierKeys);
  const lost: string[] = [];
  for (const note of promised) {
    const { size, root } = openCheckpointObject('earlier', Buffer.from(note), verifierKeys.map(parseVkey));
    const isExtended = size <= log.checkpoint.size && Buffer.compare(await log.root(size), root) === 0;
    if (!isExtended) lost.push(`the log does not extend its own checkpoint of ${size} entries`);
  }
  return lost;
}

async function missing(store: string, expected: readonly string[] | undefined): Promise<string[]> {
  if (expected === undefined) return [];
  // A report records the size of its tree, which deaths change, and an evaluation that died before its last
  // entry leaves nothing for the next to do.
  const compared = (entries: readonly string[]) =>
    entries.filter((it) => ['evidence', 'observations', 'plan', 'framework', 'trust'].includes(JSON.parse(it).kind));
  const present = new Set(compared(await entriesOf(store)));
  const lost = compared(expected).filter((it) => !present.delete(it));
  return [...lost.map((it) => `missing: ${it}`), ...[...present].map((it) => `too many: ${it}`)];
}

/** Every entry of the log, as its text. */
export async function entriesOf(store: string): Promise<string[]> {
  const { objects, verifierKeys } = await auditedFolder(store);
  const entries: string[] = [];
  for await (const { bytes } of (await openLog(objects, verifierKeys)).entries()) {
    entryOf(bytes);
    entries.push(Buffer.from(bytes).toString());
  }
  return entries;
}
