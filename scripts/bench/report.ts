import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setInterval } from 'node:timers';
import { parseArgs } from 'node:util';
import { projectRoot } from '../generated/root.ts';
import { FRAMEWORK, makeReportStore, PERIOD } from './report-store.ts';

/**
 * `witnessmark report` as a user starts it, over stores of so many items of evidence: seconds from start to
 * end, peak memory, sizes. `npm run bench:report -- 1000 10000 100000 1000000 --failing 5` (percent).
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { failing: { type: 'string', default: '5' }, keep: { type: 'string' } },
});
const SIZES = positionals.length > 0 ? positionals.map(Number) : [1_000, 10_000, 100_000, 1_000_000];
const CLI = join(projectRoot, 'bin/witnessmark.mjs');
const MIB = 1024 * 1024;

interface Ran {
  readonly code: number | null;
  readonly seconds: number;
  /** MiB, as the kernel counted it. */
  readonly peak: number;
}

async function run(...args: string[]): Promise<Ran> {
  const began = performance.now();
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), 50);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(watch);
  return { code, seconds: (performance.now() - began) / 1000, peak };
}

/** VmHWM of the process and of those that it started, in MiB; 0 once it is gone. */
function peakOf(pid: number | undefined): number {
  try {
    const own = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return own + children.reduce((sum, child) => sum + peakOf(Number(child)), 0);
  } catch {
    return 0;
  }
}

const size = (path: string): number =>
  Math.round(((statSync(path, { throwIfNoEntry: false })?.size ?? 0) / MIB) * 10) / 10;

function sizeOfFolder(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
  return Math.round(files.reduce((sum, it) => sum + statSync(join(it.parentPath, it.name)).size, 0) / MIB);
}

async function measure(items: number) {
  const folder = await mkdtemp(join(values.keep ?? tmpdir(), `bench-report-${items}-`));
  try {
    const began = performance.now();
    const store = join(folder, 'store');
    await makeReportStore(store, items, Number(values.failing) / 100);
    console.error(`${items}: made the store in ${((performance.now() - began) / 1000).toFixed(0)} s`);
    const pack = join(folder, 'pack');
    const asked = ['--framework', FRAMEWORK, '--from', PERIOD.from, '--to', PERIOD.to, '--store', store, '--out', pack];
    const report = await run('report', ...asked, '--quiet');
    const verified = await run('verify', pack, '--quiet');
    return {
      items,
      'report, s': Number(report.seconds.toFixed(1)),
      'peak, MiB': Math.round(report.peak),
      'verify, s': Number(verified.seconds.toFixed(1)),
      'verify peak, MiB': Math.round(verified.peak),
      'exit codes': `${report.code} ${verified.code}`,
      'pdf, MiB': size(join(pack, 'data/report.pdf')),
      'json, MiB': size(join(pack, 'data/report.json')),
      'evidence.csv, MiB': size(join(pack, 'data/evidence.csv')),
      'folder, MiB': sizeOfFolder(pack),
      files: readdirSync(pack, { recursive: true, withFileTypes: true }).filter((it) => it.isFile()).length,
      'zip, MiB': size(`${pack}.zip`),
    };
  } finally {
    if (values.keep === undefined) await rm(folder, { recursive: true, force: true });
  }
}

const rows = [];
for (const items of SIZES) {
  rows.push(await measure(items));
  console.table(rows);
}
